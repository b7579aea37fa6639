"""What F04 asks for, read; and the step of the office's history that lets a case take rights away."""

import runpy
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Connection, column, create_engine, insert, table

import review
from card_registry import canonical
from card_registry.statements import GrantTerms, Proof, Scheme, Verdict
from card_registry.words import CardId, CaseId, DoorId, GrantId, GrantKind, HolderId, PersonId
from review.form import Filled
from review.removal import RemovalRequest, disagrees, faults, request_of
from review.store import desks, papers
from tests.review.world import NOON, SITE

DAY = date(2026, 11, 20)
HOLDER, CARD, CASE, PERSON = "a" * 32, "b" * 32, "c" * 32, "d" * 32
VERSIONS = Path(review.__file__).parent / "history" / "versions"


def filled(**more: str) -> Filled:
    """Give an F04 as far as it is read here."""
    form = {"pemegang": HOLDER, "alasan": "mutasi", "sifat": "biasa", "tgl_efektif": "2026-11-20", **more}
    return Filled({name: (text,) for name, text in form.items() if text})


@pytest.mark.parametrize(
    ("form", "field"),
    [
        (filled(), None),
        (filled(kartu=CARD), None),
        (filled(izin="e" * 32), None),
        (filled(alasan="kartu-hilang", kartu=CARD), None),
        (filled(alasan="kartu-hilang"), "kartu"),
        (filled(alasan="kartu-rusak"), "kartu"),
        (filled(kartu=CARD, izin="e" * 32), "izin"),
    ],
)
def test_a_removal_names_rights_or_one_card(form: Filled, field: str | None) -> None:
    """What is about a card names it, and never rights besides."""
    assert set(faults(form, DAY)) == ({field} if field else set())


@pytest.mark.parametrize(
    ("label", "form", "word"),
    [
        ("biasa", filled(), ""),
        ("mendesak", filled(), "Sifat"),
        ("mendesak", filled(sifat="mendesak"), ""),
        ("hilang", filled(), "Alasan"),
        ("rusak", filled(alasan="kartu-rusak"), ""),
        ("selesai", filled(), ""),
    ],
)
def test_a_form_and_its_answer_agree(label: str, form: Filled, word: str) -> None:
    """Only answers that the form also gives are compared."""
    assert disagrees(form, label).startswith(word)
    assert bool(disagrees(form, label)) == bool(word)


def test_a_removal_is_read_from_its_form() -> None:
    """All of a holder's rights, some of them, or a card."""
    assert request_of(filled()) == RemovalRequest(HolderId(HOLDER), None, frozenset(), "mutasi", DAY)
    assert request_of(filled(kartu=CARD)).card == CardId(CARD)
    assert request_of(filled(izin="e" * 32)).grants == {"e" * 32}


def test_what_was_signed_and_asked_for_before_is_kept(tmp_path: Path) -> None:
    """A verdict keeps its grant's name, a card job its asking case."""
    engine = create_engine(f"sqlite:///{tmp_path}/old.db").execution_options(
        schema_translate_map={"office": None}
    )
    span = (NOON, NOON + 1000)
    terms = GrantTerms(GrantId("1" * 32), HolderId(HOLDER), (DoorId("a"),), None, *span, GrantKind.TETAP)
    person = PersonId(PERSON)
    verdict = Verdict(1, SITE, CaseId(CASE), "4", 1, "ab" * 32, person, person, terms)
    proof = Proof(Scheme.SESSION, "", "")
    with engine.begin() as connection:
        for step in sorted(VERSIONS.glob("000[1-5]_*.py")):
            _run(connection, step)
        old: dict[str, object] = {"case": CASE, "step": "4", "attempt": 1, "person": PERSON, "at": 1}
        old |= {"body": canonical.encode(verdict), "proof": canonical.encode(proof)}
        _put(connection, "verdict", old)
        job = {"id": CARD, "case": CASE, "card": CARD, "holder": HOLDER, "maker": PERSON, "made": 1}
        _put(connection, "desk_job", {**job, "label": "K", "state": "antre", "publication": "diajukan"})
        _run(connection, VERSIONS / "0006_removals.py")
        assert papers.kept_verdicts(connection, CaseId(CASE)) == ((verdict, proof),)
        assert papers.verdict_of(connection, terms.id) == verdict
        [kept] = desks.of_case(connection, CASE)
    assert (kept.case, kept.asked_by, kept.asker()) == (CASE, CASE, CASE)
    engine.dispose()


def _put(connection: Connection, name: str, row: Mapping[str, object]) -> None:
    connection.execute(insert(table(name, *map(column, row))).values(row))


def _run(connection: Connection, step: Path) -> None:
    with Operations.context(MigrationContext.configure(connection)):
        runpy.run_path(str(step))["upgrade"]()

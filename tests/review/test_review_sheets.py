"""Pages of many rows and of the numbers: sheets taken whole or not at all, thresholds tried beforehand."""

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from card_registry.instant import DAY
from card_registry.words import CardStatus, CaseId, Tier
from review.campaign import Evidence, Outcome
from review.campaign.evidence import HeldCard
from review.follow import Follower
from review.store import campaigns, sessions
from review.store.transaction import reading, writing
from review.web.app import create_app
from review.web.console import Console
from tests.review.browser import Visitor, refusal
from tests.review.conftest import STORES, opened_world
from tests.review.reviewing import begun_with, rows_of, seen_at_doors
from tests.review.world import NOON, World

PEOPLE = (
    ("Sari Contoh", "Dinas Contoh"),
    ("Budi Contoh", "Dinas Contoh"),
    ("Rina Contoh", "Dinas Contoh"),
    ("Dewi Lain", "Dinas Lain"),
)
CARD = HeldCard("KRT-00077", CardStatus.ACTIVE, Tier.PUBLIC_KEY)
USED = Evidence(NOON, NOON - 200 * DAY, NOON + 100 * DAY, 40, 1, 2, NOON - 40 * DAY, (CARD,), servers=1)

As = Callable[[str], Visitor]


@pytest.fixture(scope="module", name="office")
def _office(tmp_path_factory: pytest.TempPathFactory, granted_stores: Path) -> Iterator[World]:
    """Give an office with a review of five rights; the doors saw three people of one unit come and go."""
    folder = tmp_path_factory.mktemp("sheets")
    for name in STORES:
        (folder / name).write_bytes((granted_stores / name).read_bytes())
    with opened_world(folder, random.Random(22).randbytes) as world:
        case = begun_with(world, *PEOPLE)
        for name in ("Sari Contoh", "Rina Contoh"):
            seen_at_doors(world, case, name, USED)
        seen_at_doors(world, case, "Budi Contoh", replace(USED, last=NOON - 95 * DAY))
        yield world


@pytest.fixture(scope="module", name="as_")
def _as(office: World) -> Iterator[As]:
    """Give each person a browser at one console."""
    app, known = create_app(Console(office.office, Follower(office.office))), dict[str, Visitor]()

    def enter(login: str) -> Visitor:
        if login not in known:
            client, person = TestClient(app, follow_redirects=False), office.person(login)
            with writing(office.office.store) as connection:
                sessions.begin(connection, person.id, person.id, office.clock())
            client.cookies.set("akses_sesi", person.id, domain="testserver.local")
            known[login] = Visitor(client)
        return known[login]

    yield enter
    for one in known.values():
        one.client.close()


@pytest.fixture(scope="module", name="case")
def _case(office: World) -> CaseId:
    """Give the review's id."""
    with reading(office.office.store) as connection:
        return campaigns.newest(connection)[0].case


def outcomes(world: World, case: str) -> dict[str, Outcome | None]:
    """Give what each unit says of its rows now."""
    found = {name: one.item.answer() for name, one in rows_of(world, case).items()}
    return {name: None if row is None else row.outcome for name, row in found.items()}


def sheet(world: World, case: str, *names: str, **more: str) -> dict[str, str | list[str]]:
    """Give a sheet of these people's rows, with what was chosen beside ``sisa``."""
    rows = rows_of(world, case)
    return {"sebagai": "jawaban", "butir": [rows[name].id for name in names], **more}


def chosen(world: World, case: str, **words: str) -> dict[str, str]:
    """Give the fields that choose an outcome, or give a reason, for a person's row: ``Sari="dicabut"``."""
    rows = {name.partition(" ")[0]: one.id for name, one in rows_of(world, case).items()}
    return {
        f"{kind}-{rows[name]}": text
        for kind, name, text in ((*key.split("_"), text) for key, text in words.items())
    }


def test_a_sheet_shows_what_waits_for_its_reader(as_: As, case: CaseId) -> None:
    """A unit's people see the unit's rows, a judge all; nothing is chosen; who has no row finds no sheet."""
    unit, kabid = as_("pemohon").see(f"/review/{case}/lembar"), as_("kabid").see(f"/review/{case}/lembar")
    assert "4 butir menunggu jawaban Anda" in unit.text
    assert "Dewi Lain" not in unit.text
    assert " selected" not in unit.text
    assert "5 butir menunggu putusan Anda" in kabid.text
    narrowed = as_("kabid").see(f"/review/{case}/lembar?sebagai=putusan&unit=Dinas+Lain").text
    assert "1 butir menunggu" in narrowed
    assert "Simpan" not in as_("auditor").see(f"/review/{case}/lembar").text
    assert as_("kabid").see(f"/review/{'f' * 32}/lembar").status_code == 404


def test_a_sheet_is_taken_whole_or_not_at_all(office: World, as_: As, case: CaseId) -> None:
    """A row without its reason stands out with what was typed, and nobody's answer was kept."""
    unit, path = as_("pemohon"), f"/review/{case}/lembar"
    unit.see(path)
    names = ("Sari Contoh", "Budi Contoh")
    picked = chosen(office, case, hasil_Sari="dipertahankan", hasil_Budi="dipertahankan")
    answer = unit.send(path, {**sheet(office, case, *names), **picked})
    assert answer.status_code == 422
    assert "rekomendasinya cabut" in answer.text
    assert answer.text.count(" selected") == 2
    assert outcomes(office, case)["Sari Contoh"] is None
    said = unit.send(
        path, {**sheet(office, case, *names), **picked, **chosen(office, case, alasan_Budi="cuti")}
    )
    assert (said.status_code, "tersimpan=2" in said.headers["location"]) == (303, True)
    assert "2 butir disimpan" in unit.see(said.headers["location"]).text
    assert outcomes(office, case)["Budi Contoh"] is Outcome.KEEP


def test_a_shared_word_reaches_only_rows_that_need_no_reason(office: World, as_: As, case: CaseId) -> None:
    """What the rules would keep is kept by it; what they would check waits for a word of its own."""
    unit, path = as_("pemohon"), f"/review/{case}/lembar"
    unit.see(path)
    names = ("Rina Contoh", "Pemegang Contoh")
    said = unit.send(path, sheet(office, case, *names, sisa="dipertahankan"))
    assert "tersimpan=1" in said.headers["location"]
    kept = outcomes(office, case)
    assert (kept["Rina Contoh"], kept["Pemegang Contoh"]) == (Outcome.KEEP, None)
    assert "Tidak ada butir" in refusal(unit.send(path, sheet(office, case, "Pemegang Contoh")))
    alone = sheet(office, case, "Pemegang Contoh", sisa="dipertahankan")
    assert "Tidak ada butir" in refusal(unit.send(path, alone))


def test_a_judge_follows_the_units_with_one_word(office: World, as_: As, case: CaseId) -> None:
    """Rows whose answer and advice agree are decided together; a foreign unit's sheet is not taken."""
    kabid, path = as_("kabid"), f"/review/{case}/lembar"
    kabid.see(path)
    names = ("Rina Contoh", "Budi Contoh", "Dewi Lain")
    said = kabid.send(path, {**sheet(office, case, *names, sisa="dicabut"), "sebagai": "putusan"})
    assert "tersimpan=1" in said.headers["location"]
    decided = {name: one.item.outcome() for name, one in rows_of(office, case).items()}
    assert (decided["Dewi Lain"], decided["Rina Contoh"]) == (Outcome.REMOVE, None)
    unit = as_("pemohon")
    unit.see(path)
    foreign = {**sheet(office, case, "Dewi Lain"), **chosen(office, case, hasil_Dewi="dicabut")}
    assert "dijawab oleh Dinas Lain" in unit.send(path, foreign).text


def test_rows_are_narrowed_on_the_page(as_: As, case: CaseId) -> None:
    """By unit, advice, outcome and word; the filter stays in the addresses of lists and pages."""
    auditor = as_("auditor")
    text = auditor.see(f"/review/{case}?tampil=semua&unit=Dinas+Lain").text
    assert "Dewi Lain" in text
    assert "Sari Contoh" not in text
    assert "unit=Dinas+Lain" in text
    assert "Tidak ada butir" in auditor.see(f"/review/{case}?tampil=semua&cari=KRT-99999").text
    assert "Sari Contoh" in auditor.see(f"/review/{case}?cari=krt-00077&tampil=entah&halaman=x").text
    assert "Dewi Lain" in auditor.see(f"/review/{case}?putusan=dicabut").text


def test_numbers_are_tried_on_the_newest_review_and_then_kept(as_: As) -> None:
    """A trial changes nothing; the keeper is written down in words; a running review keeps its numbers."""
    admin, auditor = as_("admin"), as_("auditor")
    tried = auditor.see("/review/ambang?unused=30&young=10").text
    assert "Ambang yang dicoba" in tried
    assert "+2" in tried, "two who came 40 days ago would be advised to go"
    assert "isi 1 sampai 730" in refusal(auditor.see("/review/ambang?unused=9999"))
    assert "bilangan bulat" in refusal(auditor.see("/review/ambang?unused=x"))
    admin.see("/review/ambang")
    numbers = {"unused": "60", "young": "30", "outside_percent": "30", "denied_percent": "30", "least": "5"}
    wrong = {**numbers, "grace": "5", "operators": "0"}
    assert "isi 1 sampai 20" in refusal(admin.send("/review/ambang", wrong))
    assert admin.send("/review/ambang", {**wrong, "operators": "3"}).status_code == 303
    told = auditor.see("/review/ambang").text
    assert "disarankan dicabut: 90 menjadi 60; Operator yang paling sedikit" in told
    assert "Simpan" not in told
    auditor.see("/review/ambang")
    assert auditor.send("/review/ambang", {**wrong, "operators": "2"}).status_code == 403


def test_an_opening_that_is_refused_keeps_what_was_typed(as_: As) -> None:
    """The form comes back with its fields; a person is named in full."""
    admin = as_("admin")
    admin.see("/review")
    typed = {"unit": "Dinas Lain", "pintu": "", "pemegang": "Nama Lain", "alasan": "Mutasi pegawai"}
    answer = admin.send("/review", typed)
    assert "nama itu" in refusal(answer)
    assert 'value="Mutasi pegawai"' in answer.text
    opened = admin.send("/review", {**typed, "pemegang": "dewi  lain"})
    shown = admin.see(opened.headers["location"]).text
    assert "Dibuka karena" in shown
    assert "Dinas Lain, Dewi Lain" in shown

"""What changed between two days, and who approved what: the access list at either, and every act."""

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection

from card_registry.statements import GrantTerms
from review.asking import Piece, Row, Sheet, Table, Tone, plain
from review.indonesian import day_text, last_day_text
from review.office import Office
from review.store import access_lists
from review.store.chronicle import Scope, told
from review.store.chronicle_cases import BEGUN, decisions
from review.store.chronicle_office import OFFICE
from review.store.chronicle_rights import RIGHTS, reviewed, verdicts
from review.web.ask_moments import moments, muted
from review.web.span import Days

MOST = 500
"""The most decisions that one answer shows."""

SHOWN = 200
"""The most differences, and the most acts, that one answer shows."""

Word = tuple[str, Tone]
GIVEN, LOST, OTHER = ("bertambah", Tone.GOOD), ("berkurang", Tone.BAD), ("berubah", Tone.WAITING)


def changed(connection: Connection, office: Office, days: Days) -> Sheet:
    """Compare the access list at two midnights, and tell what happened between them."""
    zone = office.zone()
    window = days.window(zone)
    first, last = access_lists.at(connection, (window.begins, window.ends))
    given, lost = sorted(last.keys() - first.keys()), sorted(first.keys() - last.keys())
    other = sorted(key for key in first.keys() & last.keys() if _terms(first[key]) != _terms(last[key]))
    facts = (
        ("Pada awal rentang", plain(f"{len(first)} hak pada pintu")),
        ("Pada akhir rentang", plain(f"{len(last)} hak pada pintu")),
        ("Bertambah", plain(str(len(given)))),
        ("Berkurang", plain(str(len(lost)))),
        ("Berubah", plain(str(len(other)))),
    )
    found = [
        *((GIVEN, key, last[key]) for key in given),
        *((LOST, key, first[key]) for key in lost),
        *((OTHER, key, last[key]) for key in other),
    ]
    rows = tuple(_rows(connection, office, found[:SHOWN]))
    scope = Scope(window.begins, window.ends, limit=SHOWN)
    history = told(connection, scope, (*RIGHTS, *BEGUN, *OFFICE))
    note = f"Paling banyak {SHOWN} yang terbaru; persempit rentangnya." if len(history) == SHOWN else ""
    cut = f"{SHOWN} dari {len(found)} selisih; persempit rentangnya." if len(found) > SHOWN else ""
    columns = ("Perubahan", "Pemegang", "Pintu", "Berlaku sampai", "Permohonan")
    tables = (
        Table("Daftar akses: selisih", columns, rows, cut, "Daftar akses tidak berubah."),
        moments(connection, zone, "Yang terjadi di antaranya", history, note),
    )
    span = f"{day_text(days.first)} sampai {day_text(days.last)}"
    return Sheet("Yang berubah", f"Dari awal hari {span} (akhir hari).", facts, tables)


def _terms(one: GrantTerms) -> tuple[object, ...]:
    return one.schedule, one.ends, one.escort, one.override, one.kind


def _rows(
    connection: Connection, office: Office, found: Sequence[tuple[Word, tuple[str, str], GrantTerms]]
) -> Iterator[Row]:
    signs, zone = {str(sign.id): sign.label for sign in office.doors}, office.zone()
    papers = access_lists.papers(connection, {terms.id for _, _, terms in found})
    for (word, tone), (holder, door), terms in found:
        paper = papers[terms.id]
        yield Row(
            (
                (Piece(word, tone=tone),),
                (Piece(paper.name, f"/audit/orang/{holder}"), muted(paper.unit)),
                plain(signs.get(door, door)),
                plain(last_day_text(terms.ends, zone)),
                (Piece(paper.number, f"/audit/kasus/{paper.case}"),),
            ),
            tone if tone is not Tone.WAITING else Tone.PLAIN,
        )


def approved(connection: Connection, office: Office, days: Days, person: str | None) -> Sheet:
    """Tell who decided what in some days: signed verdicts, answers of those who decide, reviews."""
    zone = office.zone()
    window = days.window(zone)
    scope = Scope(window.begins, window.ends, person=person, limit=MOST)
    found = told(connection, scope, (decisions, verdicts, reviewed))
    signed = sum(one.what.startswith("Putusan") for one in found)
    facts = (("Putusan bertanda tangan", plain(str(signed))), ("Seluruhnya", plain(str(len(found)))))
    note = f"Paling banyak {MOST} yang terbaru; persempit rentangnya." if len(found) == MOST else ""
    span = f"{day_text(days.first)} sampai {day_text(days.last)}"
    sentence = f"Setiap putusan pimpinan dan tanda tangannya, {span}."
    table = moments(connection, zone, "Putusan", found, note)
    return Sheet("Siapa menyetujui apa", sentence, facts, (table,))

"""What changed between two days, and who approved what: the access list at either, and every act."""

from collections.abc import Iterable

from sqlalchemy import Connection

from review.asking import Piece, Row, Sheet, Table, Tone, plain, was_held
from review.indonesian import day_text, last_day_text
from review.office import Office
from review.store import asking
from review.store.asking import Asked
from review.store.chronicle import Scope, told
from review.store.chronicle_cases import BEGUN, decisions
from review.store.chronicle_office import OFFICE
from review.store.chronicle_rights import RIGHTS, reviewed, verdicts
from review.web.ask_moments import moments, muted
from review.web.span import Days

MOST = 500
"""The most acts that one answer shows."""

Held = dict[tuple[str, str], Asked]
"""Who held a right to which door: by holder and door, the right that lasts longest."""


def changed(connection: Connection, office: Office, days: Days) -> Sheet:
    """Compare the access list at two midnights, and tell what happened between them."""
    zone = office.zone()
    window = days.window(zone)
    rights = asking.rights_at(connection, window.ends, since=window.begins)
    first, last = held(rights, window.begins), held(rights, window.ends)
    given, lost = sorted(last.keys() - first.keys()), sorted(first.keys() - last.keys())
    other = sorted(key for key in first.keys() & last.keys() if _terms(first[key]) != _terms(last[key]))
    facts = (
        ("Pada awal rentang", plain(f"{len(first)} hak pada pintu")),
        ("Pada akhir rentang", plain(f"{len(last)} hak pada pintu")),
        ("Bertambah", plain(str(len(given)))),
        ("Berkurang", plain(str(len(lost)))),
        ("Berubah", plain(str(len(other)))),
    )
    rows = (
        *_rows(office, "bertambah", Tone.GOOD, (last[key] for key in given), given),
        *_rows(office, "berkurang", Tone.BAD, (first[key] for key in lost), lost),
        *_rows(office, "berubah", Tone.WAITING, (last[key] for key in other), other),
    )
    scope = Scope(window.begins, window.ends, limit=MOST)
    history = told(connection, scope, (*RIGHTS, *BEGUN, *OFFICE))
    note = f"Paling banyak {MOST} yang terbaru." if len(history) == MOST else ""
    columns = ("Perubahan", "Pemegang", "Pintu", "Berlaku sampai", "Permohonan")
    tables = (
        Table("Daftar akses: selisih", columns, rows[:MOST], "", "Daftar akses tidak berubah."),
        moments(connection, zone, "Yang terjadi di antaranya", history, note),
    )
    span = f"{day_text(days.first)} sampai {day_text(days.last)}"
    return Sheet("Yang berubah", f"Dari awal hari {span} (akhir hari).", facts, tables)


def held(rights: Iterable[Asked], at: int) -> Held:
    """Give who held a right to which door: what no removal had taken from every door by then."""
    found: Held = {}
    for one in rights:
        if was_held(one.right, at):
            for door in one.right.terms.doors:
                known = found.get((one.right.terms.holder, door))
                if known is None or known.right.terms.ends < one.right.terms.ends:
                    found[one.right.terms.holder, door] = one
    return found


def _terms(one: Asked) -> tuple[object, ...]:
    terms = one.right.terms
    return terms.schedule, terms.ends, terms.escort, terms.override, terms.kind


def _rows(
    office: Office, word: str, tone: Tone, rights: Iterable[Asked], keys: Iterable[tuple[str, str]]
) -> Iterable[Row]:
    signs, zone = {str(sign.id): sign.label for sign in office.doors}, office.zone()
    for one, (holder, door) in zip(rights, keys, strict=True):
        yield Row(
            (
                (Piece(word, tone=tone),),
                (Piece(one.holder_name, f"/audit/orang/{holder}"), muted(one.holder_unit)),
                plain(signs.get(door, door)),
                plain(last_day_text(one.right.terms.ends, zone)),
                (Piece(one.number, f"/audit/kasus/{one.case}"),),
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

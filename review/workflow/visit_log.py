"""The visit log (buku kunjungan) of a time: as a table to calculate with, and as a document to sign.

Decisions:

* 2026-11-21: the log lists guests' visits by when they came in, or were to come in; a visit of staff has no
  guest and is not in it. Telephone numbers stay out of it: it hangs where many can read it.
"""

import csv
import io

from sqlalchemy import Connection

from card_registry.words import PersonId
from review.access import Refused
from review.documents import building
from review.documents.building import Cover
from review.documents.codes import code_of
from review.documents.layout import Column, Grid, Sheet
from review.form import Form, Signer
from review.indonesian import day_text, moment_text
from review.inventory.exchange import guard
from review.office import Office
from review.people import Role
from review.projection import local_time
from review.shelf import ACCESS
from review.store import cards, cases, issued, letterheads, people, profiles, visits
from review.store.issued import Issued, New
from review.visits import Item, Visit, Window
from review.visits.listing import STATE_WORDS, came

VISIT_LOG = "F13-BUKU"
"""What the document is filed under."""

MOST = 1_000
"""The most visits of one document."""

BLANK = "–"
COLUMNS = (
    Column("No.", 2),
    Column("Nomor kunjungan", 6),
    Column("Kasus induk", 6),
    Column("Pengunjung", 9),
    Column("Keperluan", 9),
    Column("Pendamping", 7),
    Column("Masuk", 6),
    Column("Keluar", 6),
    Column("Dibawa masuk", 7),
    Column("Dibawa keluar", 7),
    Column("Kartu tamu", 5),
    Column("Keadaan", 6),
)
FORM = Form(
    VISIT_LOG,
    "Buku Kunjungan Ruang Server",
    (),
    (Signer("Petugas", Role.OPERATOR), Signer("Mengetahui", Role.KABID)),
)
Line = tuple[str, ...]


def lines(connection: Connection, office: Office, span: Window) -> tuple[Line, ...]:
    """Give the log's rows for a time, the earliest first."""
    return _lines(connection, office, _found(connection, span))


def _found(connection: Connection, span: Window) -> list[Visit]:
    found = [one for one in visits.since(connection, span.begins) if came(one, span)]
    return sorted(found, key=lambda one: (_begins(one), one.id))


def _lines(connection: Connection, office: Office, found: list[Visit]) -> tuple[Line, ...]:
    numbers = cases.numbers(connection, {id_ for one in found for id_ in (one.case, one.parent) if id_})
    held = {card.holder: card.number for card in cards.listed(connection)}
    names, zone = people.names(connection), office.zone()

    def line(place: int, one: Visit) -> Line:
        guests = "; ".join(", ".join(part for part in (g.name, g.agency) if part) for g in one.plan.guests)
        return (
            str(place),
            numbers.get(one.case or "", BLANK),
            numbers.get(one.parent, BLANK),
            guests or BLANK,
            one.plan.purpose or BLANK,
            names.get(one.plan.escort or "", BLANK),
            _moment(one.entered, zone),
            _moment(one.left, zone),
            _things(one.plan.items),
            _things(visits.carried_out(connection, one.case or "")),
            held.get(one.holder, BLANK) if one.holder else BLANK,
            STATE_WORDS[one.state],
        )

    return tuple(line(place, one) for place, one in enumerate(found, 1))


def _begins(one: Visit) -> int:
    return one.entered or (one.plan.window.begins if one.plan.window else 0)


def _moment(at: int | None, zone: str) -> str:
    if at is None:
        return BLANK
    day, local = local_time(at, zone)
    return f"{day:%d-%m-%Y} {local[:5].replace(':', '.')}"


def _things(things: tuple[Item, ...]) -> str:
    named = (f"{one.name} ({one.serial})" if one.serial else one.name for one in things)
    return "; ".join(named) or BLANK


def as_csv(rows: tuple[Line, ...]) -> str:
    """Write the log as CSV; no cell is taken for a formula."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([column.caption for column in COLUMNS])
    writer.writerows([[guard(cell) for cell in row] for row in rows])
    return out.getvalue()


def issue(
    connection: Connection, office: Office, span: Window, person: PersonId, most: int = MOST
) -> Issued | Refused:
    """Issue the log of a time as a document; each print is a version of its own."""
    found = _found(connection, span)
    if len(found) > most:
        return Refused(f"Rentang ini memuat lebih dari {most} kunjungan. Persempit rentang tanggalnya.")
    rows = _lines(connection, office, found)
    new = New(
        code_of(office.entropy(16)), None, _sheet(connection, office, span, rows), (), person, office.clock()
    )
    return issued.issue(connection, new)


def _sheet(connection: Connection, office: Office, span: Window, rows: tuple[Line, ...]) -> Sheet:
    zone, identity = office.zone(), office.procedure(ACCESS).identity
    first, last = local_time(span.begins, zone)[0], local_time(span.ends - 1, zone)[0]
    facts = (
        ("Masa", f"{day_text(first)} s.d. {day_text(last)}"),
        ("Keadaan per", moment_text(office.clock(), zone)),
        ("Jumlah kunjungan", str(len(rows))),
    )
    head, town = letterheads.letterhead(connection, identity), letterheads.town(connection, identity)
    cover = Cover(head, "", town, office.today(), profiles.titles(connection))
    return building.listing(FORM, facts, (Grid(COLUMNS, rows),), cover)

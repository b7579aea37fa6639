"""Entering what happened to the cards' plastic: deliveries, waste, counts, destruction; kept in the trail.

A count is entered as the number found; what is kept is its difference from the book, with that number.
"""

from dataclasses import dataclass

from sqlalchemy import Connection

from review.access import Permission, Refused, may
from review.card_stock import Entered, Stock
from review.form import Faulty
from review.office import Office
from review.people import Person
from review.store import audit, card_stock
from review.store.card_stock import Line
from review.store.transaction import writing

MOST = 100_000
"""The largest number that one entry may say."""

LONGEST = 150
"""The longest note, in characters."""

COUNTED = "dihitung"
"""What the form calls a count; it is kept as a difference."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was typed: what happened, how many cards, in which words."""

    kind: str
    count: str
    note: str


def enter(office: Office, person: Person, wanted: Wanted) -> Line | Faulty | Refused:
    """Keep one entry."""
    allowed = may(person, Permission.COUNT_CARDS)
    if isinstance(allowed, Refused):
        return allowed
    faults = _faults(wanted)
    if faults:
        return Faulty(faults)
    with writing(office.store) as connection:
        line = _line(connection, wanted)
        if isinstance(line, Faulty):
            return line
        kind, number, note = line
        new = Line(kind, number, note, person.id, office.clock())
        card_stock.add(connection, new)
        audit.record(connection, person.id, "kartu.persediaan", "cards/stock", new.at, f"{kind} {number}")
    return new


def _faults(wanted: Wanted) -> dict[str, str]:
    faults: dict[str, str] = {}
    kinds = {*Entered} - {Entered.DIFFERENCE} | {COUNTED}
    if wanted.kind not in kinds:
        faults["jenis"] = "Pilih apa yang dicatat."
    known = wanted.count.isascii() and wanted.count.isdecimal() and len(wanted.count) < 8  # noqa: PLR2004 - digits
    if not known or not int(wanted.kind != COUNTED) <= int(wanted.count) <= MOST:
        faults["jumlah"] = f"Isi jumlah kartu, paling banyak {MOST}."
    if not wanted.note.strip() or len(wanted.note.strip()) > LONGEST:
        faults["keterangan"] = (
            f"Isi dasar atau keterangan, paling panjang {LONGEST} karakter: nomor BAST, nama penghitung."
        )
    return faults


def _line(connection: Connection, wanted: Wanted) -> tuple[Entered, int, str] | Faulty:
    """Give what is kept of an entry, or say why the stock cannot be so."""
    number, note, now = int(wanted.count), wanted.note.strip(), card_stock.stock(connection)
    if wanted.kind == COUNTED:
        return Entered.DIFFERENCE, number - now.blank, f"Dihitung {number} kartu kosong. {note}"
    kind = Entered(wanted.kind)
    most = _most(kind, now)
    if most is not None and number > most:
        return Faulty({"jumlah": f"Menurut buku hanya ada {most} kartu."})
    return kind, number, note


def _most(kind: Entered, now: Stock) -> int | None:
    """Give how many cards an entry may be about; None for any number."""
    if kind is Entered.SPOILED:
        return max(0, now.blank)
    return now.to_destroy if kind is Entered.DESTROYED else None

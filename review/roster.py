"""A list of staff against the holders of rights: who is on it no more, and who is listed in another unit.

The list is what a personnel office sends each month: one line for each person, NIP, name and unit. Nothing
follows from it by itself; each finding is entered by somebody, with the letter it rests on.

Pure.
"""

import csv
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from card_registry.words import HolderId
from review.leaving import Leaving

MOST = 20_000
"""How many lines a list may have."""

COLUMNS = 3
"""NIP, name, unit."""


@dataclass(frozen=True, slots=True)
class Staff:
    """One line: a person's NIP (empty for none), name and unit."""

    nip: str
    name: str
    unit: str


@dataclass(frozen=True, slots=True)
class Kept:
    """A holder of rights, as the office has them."""

    holder: HolderId
    nip: str
    name: str
    unit: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What the list says of a holder: gone, or moved to ``unit``."""

    kept: Kept
    kind: Leaving
    unit: str = ""


class Unreadable(ValueError):
    """The list cannot be read; the sentence says at which line and why."""


def read(text: str) -> tuple[Staff, ...]:
    """Read a list: ``NIP;nama;unit`` in lines, or with commas or tabs; a heading is left out.

    Raises:
        Unreadable: A line has another number of columns, or there are too many.
    """
    first = text.strip().partition("\n")[0]
    between = max(";\t,", key=first.count)
    found: list[Staff] = []
    try:
        for number, row in enumerate(csv.reader(text.splitlines(), delimiter=between), 1):
            found += _line(number, [cell.strip() for cell in row])
    except csv.Error as error:
        message = "Daftar tidak dapat dibaca sebagai CSV."
        raise Unreadable(message) from error
    return tuple(found)


def _line(number: int, cells: list[str]) -> list[Staff]:
    """Read one line; nothing for an empty one, or for the heading."""
    if number > MOST:
        message = f"Daftar paling banyak {MOST} baris."
        raise Unreadable(message)
    if not any(cells) or (number == 1 and cells[0].casefold() == "nip"):
        return []
    if len(cells) != COLUMNS or not cells[1] or not cells[2]:
        message = f"Baris {number}: tuliskan NIP, nama, dan unit kerja, dipisahkan titik koma."
        raise Unreadable(message)
    return [Staff("".join(cells[0].split()), cells[1], cells[2])]


def compare(holders: Iterable[Kept], staff: Iterable[Staff]) -> tuple[Finding, ...]:
    """Give the holders that a list says are gone or elsewhere, in the order of the holders.

    Somebody with a NIP is found by it; somebody without one by name, in a unit that the list knows at all: a
    vendor's people are on no list and are not missing from it.
    """
    known = tuple(staff)
    by_nip = {one.nip: one for one in known if one.nip}
    names = {(_plain(one.name), _plain(one.unit)) for one in known}
    units = {unit for _, unit in names}
    found = (_finding(one, by_nip, names, units) for one in holders)
    return tuple(one for one in found if one is not None)


def _finding(
    one: Kept, by_nip: dict[str, Staff], names: set[tuple[str, str]], units: set[str]
) -> Finding | None:
    unit = _plain(one.unit)
    if one.nip:
        line = by_nip.get(one.nip)
        if line is None:
            return Finding(one, Leaving.LEFT)
        return None if _plain(line.unit) == unit else Finding(one, Leaving.MOVED, line.unit)
    here = unit not in units or (_plain(one.name), unit) in names
    return None if here else Finding(one, Leaving.LEFT)


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())

"""What an import would change, in words, before anything is entered: new rows, changed cells.

Pure.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from review.inventory.entering import key_of
from review.inventory.exchange import COLUMNS, Row, Sheet, rows
from review.inventory.facts import Facts
from review.inventory.stock import Stock


class ChangeKind(StrEnum):
    """Whether a row is new, or was there and becomes another."""

    NEW = "baru"
    CHANGED = "berubah"


@dataclass(frozen=True, slots=True)
class Cell:
    """One column of a row: what it said, and what it would say."""

    column: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Change:
    """One row that would be entered: its table, its name, its cells that are not as they were."""

    sheet: Sheet
    kind: ChangeKind
    name: str
    cells: tuple[Cell, ...]


Known = tuple[Stock, Mapping[str, Facts]]
"""A stock, and what is known of its devices by id."""


def changes(before: Known, after: Known) -> tuple[Change, ...]:
    """Name what is new or other after an import, table by table; of a new row what it says."""
    found: list[Change] = []
    for sheet in Sheet:
        old = _by_key(sheet, before)
        for key, row in _by_key(sheet, after).items():
            was = old.get(key, {})
            cells = tuple(
                Cell(column, was.get(column, ""), text)
                for column, text in row.items()
                if was.get(column, "") != text
            )
            if cells:
                kind = ChangeKind.CHANGED if key in old else ChangeKind.NEW
                found.append(Change(sheet, kind, _name(sheet, row), cells))
    return tuple(found)


def _by_key(sheet: Sheet, known: Known) -> Mapping[tuple[str, ...], Row]:
    lines = (dict(zip(COLUMNS[sheet], line, strict=True)) for line in rows(sheet, *known))
    return {key_of(sheet, row): row for row in lines}


def _name(sheet: Sheet, row: Row) -> str:
    match sheet:
        case Sheet.RACKS:
            return row["rak"]
        case Sheet.SUPPLIES:
            return row["jenis"] if row["jenis"] == "bandwidth_mbps" else f"{row['jenis']} {row['nama']}"
        case Sheet.DEVICES:
            return f"{row['nama']} ({row['nomor_seri']})"
        case other:
            assert_never(other)

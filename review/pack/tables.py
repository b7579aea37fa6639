"""What a table of a pack is, and how its cells are written; ``rows`` makes them.

Paper and workbook are made from the same tables, so neither can tell a number that the other does not have.

Pure.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from review.indonesian import brisk_text, day_text, moment_text

NONE = "–"
Cell = str | int
"""A text or a whole number; an empty text is nothing."""


class Where(StrEnum):
    """Where a column stands: ids are for the workbook, lines that join several fields for the paper."""

    BOTH = "keduanya"
    PAPER = "kertas"
    BOOK = "buku kerja"


@dataclass(frozen=True, slots=True)
class Field:
    """One column: its caption, its share of the paper's width, where it stands, numbers at the right."""

    caption: str
    weight: int = 3
    where: Where = Where.BOTH
    number: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """One table: the name of its sheet, its title on paper, its columns and rows."""

    name: str
    title: str
    fields: tuple[Field, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def only(self, where: Where) -> "Table":
        """Give the table without the columns that stand elsewhere alone."""
        places = [place for place, one in enumerate(self.fields) if one.where in {Where.BOTH, where}]
        fields = tuple(self.fields[place] for place in places)
        return Table(
            self.name, self.title, fields, tuple(tuple(row[at] for at in places) for row in self.rows)
        )


def shown(cell: Cell) -> str:
    """Write a cell as people read it: numbers with dots between thousands, nothing as a dash."""
    return f"{cell:,}".replace(",", ".") if isinstance(cell, int) else cell or NONE


def day(text: str) -> str:
    """Write an ISO day in words."""
    return day_text(date.fromisoformat(text)) if text else ""


def moment(at: int | None, zone: str) -> str:
    """Write a moment at the site in words."""
    return "" if at is None else moment_text(at, zone)


def lasting(span: int | None) -> str:
    """Write how long something took."""
    return "" if span is None else brisk_text(span)

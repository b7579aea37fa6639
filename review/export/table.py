"""What a file is made of: columns that say what they hold, and turns of a few thousand rows, by column.

A turn holds its columns and not its rows, because a year of door events is written five times as fast so.

Pure.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

Cell: TypeAlias = str | int
Turn: TypeAlias = tuple[Sequence[Cell], ...]
"""Some rows of a table: each column's cells, all of one length, none of them empty."""


class Holds(StrEnum):
    """What a column holds: numbers; dates and times of ours, of digits alone; any text."""

    NUMBER = "angka"
    STAMP = "waktu"
    TEXT = "teks"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its head, what it holds, and its share of a page's width."""

    head: str
    holds: Holds = Holds.TEXT
    weight: int = 3


def rows_of(turn: Turn) -> Iterator[tuple[Cell, ...]]:
    """Give the rows of a turn."""
    return zip(*turn, strict=True)

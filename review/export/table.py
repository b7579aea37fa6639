"""What a file is made of: columns that say what they hold, and turns of a few thousand rows, by column.

A turn holds its columns and not its rows, because a year of door events is written five times as fast so.

Pure.
"""

from collections.abc import Callable, Iterator, Sequence
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
    """One column: its head, what it holds, and its share of a page's width.

    Shares are near to millimetres of A4 on its side; 0 leaves a column off the page.
    """

    head: str
    holds: Holds = Holds.TEXT
    weight: int = 20


@dataclass(frozen=True, slots=True)
class Source:
    """A table that can be read: its title, what was asked for, its columns.

    ``turns`` reads it once, ``count`` says how many rows there are, up to a number and one more.
    """

    title: str
    facts: tuple[tuple[str, str], ...]
    columns: tuple[Column, ...]
    turns: Callable[[], Iterator[Turn]]
    count: Callable[[int], int]


def turns_of(rows: Sequence[tuple[Cell, ...]], at_once: int) -> Iterator[Turn]:
    """Give rows that are there already in turns."""
    for start in range(0, len(rows), at_once):
        yield tuple(zip(*rows[start : start + at_once], strict=True))


def rows_of(turn: Turn) -> Iterator[tuple[Cell, ...]]:
    """Give the rows of a turn."""
    return zip(*turn, strict=True)

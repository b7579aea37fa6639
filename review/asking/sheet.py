"""An answer as people read it, on a page, at a console or as JSON: facts and tables, each word with its link.

Pure.
"""

from dataclasses import dataclass
from enum import StrEnum


class Tone(StrEnum):
    """How a word stands out."""

    PLAIN = ""
    GOOD = "terpasang"
    WAITING = "menunggu"
    BAD = "ditolak"
    QUIET = "sunyi"


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words; ``link`` is the console's page about them, empty for none."""

    text: str
    link: str = ""
    tone: Tone = Tone.PLAIN


Cell = tuple[Piece, ...]
"""One field of a table: pieces beneath one another."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table; a tone marks it as a whole."""

    cells: tuple[Cell, ...]
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True, slots=True)
class Table:
    """One table: its title and columns, its rows, a sentence beneath it or in its place when it is empty.

    ``more`` leads to the page that shows what the table leaves out.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    note: str = ""
    empty: str = ""
    more: Cell = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """The answer to one question: title, sentence, facts, tables, the next page's address."""

    title: str
    sentence: str
    facts: tuple[tuple[str, Cell], ...] = ()
    tables: tuple[Table, ...] = ()
    older: str = ""


def plain(*texts: str) -> Cell:
    """Give a field of words alone; empty words are left out, and nothing becomes a dash."""
    return tuple(Piece(text) for text in texts if text) or (Piece("–"),)

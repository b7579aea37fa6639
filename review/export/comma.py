"""CSV as people open it: UTF-8 with its mark, CRLF, every text defused; written turn by turn.

Pure.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import assert_never

from review.export.defusing import defused
from review.export.table import Cell, Column, Holds, Turn

BOM = "\ufeff"
"""By which spreadsheets know UTF-8."""

END = "\r\n"
REMEMBERED = 50_000
"""How many texts are remembered as they are written, before all are forgotten."""

_QUOTED = frozenset('",;|\t')


class _Written(dict[Cell, str]):
    """Texts as they stand in a file; what is new is worked out once."""

    def __missing__(self, text: Cell) -> str:
        if len(self) >= REMEMBERED:
            self.clear()
        self[text] = written = cell(str(text))
        return written


def cell(text: str) -> str:
    """Write one text: defused, and in quotes where it holds what separates cells anywhere."""
    safe = defused(text)
    if _QUOTED.isdisjoint(safe) and safe == safe.strip():
        return safe
    doubled = safe.replace('"', '""')
    return f'"{doubled}"'


class Comma:
    """A table being written as CSV, its cells apart by ``separator``."""

    def __init__(self, columns: Sequence[Column], separator: str = ",") -> None:
        """Write these columns."""
        self._columns, self._separator, self._texts = columns, separator, _Written()

    def head(self) -> bytes:
        """Write the first line."""
        return f"{BOM}{self._separator.join(cell(column.head) for column in self._columns)}{END}".encode()

    def piece(self, turn: Turn) -> bytes:
        """Write some rows."""
        cells = [self._column(*one) for one in zip(self._columns, turn, strict=True)]
        return f"{END.join(map(self._separator.join, zip(*cells, strict=True)))}{END}".encode()

    def _column(self, column: Column, cells: Sequence[Cell]) -> Iterable[str]:
        match column.holds:
            case Holds.NUMBER | Holds.STAMP:
                return map(str, cells)
            case Holds.TEXT:
                return map(self._texts.__getitem__, cells)
            case _:
                assert_never(column.holds)


def written(columns: Sequence[Column], turns: Iterable[Turn], separator: str = ",") -> Iterator[bytes]:
    """Write the head, and then each turn of rows as one piece."""
    writer = Comma(columns, separator)
    yield writer.head()
    yield from map(writer.piece, turns)

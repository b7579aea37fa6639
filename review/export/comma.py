"""CSV as people open it: UTF-8 with its mark, CRLF, every text defused; written turn by turn.

Pure.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from review.export.defusing import defused

Cell = str | int
Line = tuple[Cell, ...]
"""One row of a table; numbers stay numbers."""

BOM = "\ufeff"
"""By which spreadsheets know UTF-8."""


def written(columns: Sequence[str], turns: Iterable[Sequence[Line]], separator: str = ",") -> Iterator[bytes]:
    """Write the head, and then each turn of rows as one piece."""
    yield _piece([columns], separator, BOM)
    for lines in turns:
        yield _piece((_defused(line) for line in lines), separator)


def _piece(lines: Iterable[Iterable[Cell]], separator: str, before: str = "") -> bytes:
    out = io.StringIO()
    out.write(before)
    csv.writer(out, delimiter=separator).writerows(lines)
    return out.getvalue().encode()


def _defused(line: Line) -> list[Cell]:
    return [defused(cell) if cell.__class__ is str else cell for cell in line]

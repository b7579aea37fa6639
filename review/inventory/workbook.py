"""An XLSX workbook as plain cells: only what a list needs is read.

``package`` has looked at every part before openpyxl opens them. A formula is refused, because what it would
show is not in the file for certain, and so is what is neither text, number nor day. Numbers are read as they
were typed, days as ``2026-11-21``.

Decisions:
    2026-11-21: openpyxl reads, in place of a reader of our own, because it is kept for what spreadsheet
    programs come to write; defusedxml is its parser, and it opens nothing that ``package`` has not bounded.

Bytes in, cells out: it reads neither files nor the clock.
"""

import io
import warnings
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from math import isfinite
from typing import Any
from zipfile import ZipFile

from review.inventory.package import MOST_COLUMNS, MOST_LINES, NOT_XLSX, RELATIONS, Unreadable, plain

Cells = tuple[tuple[int, tuple[str, ...]], ...]
"""The lines of a sheet that say anything, each with its number and its cells up to the last filled one."""

_EXACT = 10**15
"""Below this a number of a spreadsheet has all its digits."""


def pages(data: bytes) -> Mapping[str, Cells]:
    """Give the sheets of a workbook by name, in order.

    Raises:
        ModuleNotFoundError: The extra ``documents`` is not installed.
        Unreadable: It is no workbook, too large, or holds a formula, a fault or a document type.
    """
    try:
        return _pages(plain(data))
    except (ModuleNotFoundError, Unreadable):
        raise
    except Exception as error:
        raise Unreadable(NOT_XLSX) from error  # whatever a library says of a stranger's file


def _pages(data: bytes) -> Mapping[str, Cells]:
    import openpyxl  # noqa: PLC0415 - only where the extra is installed

    with warnings.catch_warnings():  # of styles and rules that no list needs
        warnings.filterwarnings("ignore", module="openpyxl")
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
        found = {page.title: tuple(_lines(page)) for page in book.worksheets}
        if len(found) != _promised(data):
            raise Unreadable(NOT_XLSX)
        return found


def _promised(data: bytes) -> int:
    """Count the sheets of cells that a workbook says it has; openpyxl leaves out what it does not find."""
    from openpyxl.packaging.relationship import get_dependents  # noqa: PLC0415 - the same

    with ZipFile(io.BytesIO(data)) as book:
        return sum(one.Type.endswith("/worksheet") for one in get_dependents(book, RELATIONS))


def _lines(page: Any) -> Iterator[tuple[int, tuple[str, ...]]]:  # noqa: ANN401 - openpyxl has no types
    for number, row in enumerate(page.iter_rows(max_row=MOST_LINES, max_col=MOST_COLUMNS), 1):
        line = [_text(page.title, cell) for cell in row]
        while line and not line[-1]:
            line.pop()
        if line:
            yield number, tuple(line)


def _text(title: str, cell: Any) -> str:  # noqa: ANN401 - the same
    match cell.data_type, cell.value:
        case "f", _:
            raise _refused(title, cell, "ada rumus. Salin isinya sebagai nilai, lalu kirim lagi.")
        case _, None:
            return ""
        case "s", str() as text:
            return text
        case "n", int() | float() as number if isfinite(number):
            return str(int(number)) if number == int(number) and abs(number) < _EXACT else str(number)
        case "d", datetime() as day if day.time() == time():
            return day.date().isoformat()
        case "d", date() | time() | timedelta() as moment:
            return str(moment)
        case _:
            raise _refused(title, cell, "isinya bukan teks, bilangan, atau tanggal.")


def _refused(title: str, cell: Any, why: str) -> Unreadable:  # noqa: ANN401 - the same
    return Unreadable(f"Lembar {title[:40]}, sel {cell.coordinate}: {why}")

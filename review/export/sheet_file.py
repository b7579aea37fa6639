"""A table as XLSX, written row by row in constant memory: rows on one sheet, what they are on another.

Every text is written as text, so that nothing is run. Needs the extra ``documents``.
"""

from collections.abc import Iterable
from typing import IO, Any

from card_registry.errors import OperatorMistaken
from review.export.defusing import one_line
from review.export.table import Column, Holds, Turn, rows_of

MOST = 100_000
"""The most rows of a workbook. A sheet may have ten times as many; nobody waits a minute for a page."""

PLAIN = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
LONGEST = 32_000
"""The longest text of a cell; a spreadsheet takes little more."""

NEEDED = "XLSX needs the extra 'documents'; install it with pip install 'akses-ruang-server[documents]'"

NARROWEST = 12
"""Characters of a column; a wide one has as many as stand in its share of a page."""


class Workbook:
    """A workbook being written into an open file; ``close`` ends it."""

    def __init__(self, out: IO[bytes], columns: tuple[Column, ...], folder: str) -> None:
        """Begin the sheet of rows; ``folder`` takes what is written before the file is put together.

        Raises:
            OperatorMistaken: The extra ``documents`` is not installed.
        """
        try:
            import xlsxwriter  # noqa: PLC0415 - only where the extra is installed
        except ImportError as error:
            raise OperatorMistaken(NEEDED) from error
        self._book = xlsxwriter.Workbook(out, {"constant_memory": True, "tmpdir": folder, **PLAIN})
        self._bold = self._book.add_format({"bold": True, "bg_color": "#eeeeee", "bottom": 1})
        self._columns = columns
        self._data = self._book.add_worksheet("Data")
        self._data.freeze_panes(1, 0)
        for place, column in enumerate(columns):
            self._data.set_column(place, place, max(NARROWEST, column.weight * 2 // 3))
            self._data.write_string(0, place, column.head, self._bold)
        self.rows = 0

    def add(self, turn: Turn) -> None:
        """Write some rows."""
        writes: list[Any] = [
            self._data.write_number if column.holds is Holds.NUMBER else self._text
            for column in self._columns
        ]
        for number, row in enumerate(rows_of(turn), self.rows + 1):
            for place, (write, cell) in enumerate(zip(writes, row, strict=True)):
                if cell != "":
                    write(number, place, cell)
        self.rows += len(turn[0])

    def _text(self, row: int, place: int, text: str) -> None:
        self._data.write_string(row, place, one_line(text)[:LONGEST])

    def close(self, facts: Iterable[tuple[str, str]]) -> None:
        """Write the sheet that says what this is, and put the file together."""
        if self.rows:
            self._data.autofilter(0, 0, self.rows, len(self._columns) - 1)
        about = self._book.add_worksheet("Tentang")
        about.set_column(0, 0, 24)
        about.set_column(1, 1, 90)
        for row, (label, text) in enumerate(facts):
            about.write_string(row, 0, label, self._bold)
            about.write_string(row, 1, one_line(text)[:LONGEST])
        self._book.close()

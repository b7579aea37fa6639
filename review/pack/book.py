"""The workbook of a pack: a sheet for each table, every cell a plain text or number, the same bytes always.

Needs the extra ``documents``.
"""

import contextlib
import io
from datetime import UTC, datetime
from typing import Any

from card_registry.errors import OperatorMistaken
from review.pack.rows import tables
from review.pack.tables import Table, Where
from review.pack.value import Pack

PLAIN = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
WIDEST = 60
"""The widest column, in characters."""


def workbook(pack: Pack) -> bytes:
    """Write the workbook.

    Raises:
        OperatorMistaken: The extra ``documents`` is not installed.
    """
    with contextlib.suppress(ImportError):
        import xlsxwriter  # noqa: PLC0415 - only who makes a workbook needs it

        out = io.BytesIO()
        with xlsxwriter.Workbook(out, {"in_memory": True, **PLAIN}) as book:
            # The day it was made would otherwise be this moment, and no two workbooks of one pack the same.
            book.set_properties(
                {"created": datetime.fromtimestamp(pack.made / 1000, UTC).replace(tzinfo=None)}
            )
            head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#eeeeee"})
            body = book.add_format({"text_wrap": True, "valign": "top"})
            for table in tables(pack, Where.BOOK):
                _write(book.add_worksheet(table.name), table, (head, body))
        return out.getvalue()
    message = "a workbook needs the extra 'documents': pip install 'akses-ruang-server[documents]'"
    raise OperatorMistaken(message)


def _write(page: Any, table: Table, formats: tuple[Any, Any]) -> None:  # noqa: ANN401 - published without types
    head, body = formats
    for column, one in enumerate(table.fields):
        widest = max((len(line) for row in table.rows for line in str(row[column]).split("\n")), default=0)
        page.set_column(column, column, min(WIDEST, max(len(one.caption), widest) + 2), body)
        page.write_string(0, column, one.caption, head)
    for number, row in enumerate(table.rows, 1):
        for column, cell in enumerate(row):
            if isinstance(cell, int):
                page.write_number(number, column, cell)
            elif cell:
                page.write_string(number, column, cell)
    page.freeze_panes(1, 0)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)

"""A table as PDF/A for paper and archive: the office's letterhead, what was asked for, the rows, and a QR.

The QR and the code lead to the page that says who took this and when. Needs the extra ``documents``.
"""

from dataclasses import dataclass

from review.documents.copies import Copy, Mark
from review.documents.layout import Column as GridColumn
from review.documents.layout import Facts, Grid, Letterhead, Sheet, Style
from review.documents.pdf import pdf
from review.export.defusing import one_line
from review.export.table import Cell, Column, Holds
from review.indonesian import day_text

MOST = 2_000
"""The most rows on paper: some eighty pages. What is longer is read on a screen."""


@dataclass(frozen=True, slots=True)
class Printed:
    """What stands around the rows: letterhead, title, facts, and how the paper is found again."""

    head: Letterhead
    title: str
    facts: tuple[tuple[str, str], ...]
    mark: Mark


def page_file(around: Printed, columns: tuple[Column, ...], rows: list[tuple[Cell, ...]]) -> bytes:
    """Set a table as PDF/A on A4, lying on its side.

    Raises:
        OperatorMistaken: The extra ``documents`` is not installed.
    """
    kept = [place for place, column in enumerate(columns) if column.weight]
    heads = tuple(
        GridColumn(column.head, column.weight, number=column.holds is Holds.NUMBER)
        for column in columns
        if column.weight
    )
    grid = Grid(heads, tuple(tuple(one_line(str(row[place])) for place in kept) for row in rows))
    day = day_text(around.mark.day)
    body = (Facts(around.facts), grid)
    sheet = Sheet("EKSPOR", Style.LIST, around.head, around.title, "", "", day, body, wide=True)
    return pdf(Copy(sheet, mark=around.mark))

"""A page of an SOP put together: identity block on the first, the table's head, the rows, the flow.

Pure.
"""

from collections.abc import Iterable, Sequence
from enum import StrEnum

from review.drawing.flow import drawn, flow_of
from review.drawing.layout import CAPTION, GROUP, PAD, POINTS, Row, Table, columns, pages
from review.drawing.measure import LEADING, POINT, height, wrap
from review.drawing.shapes import STYLE, rule, words
from review.procedure import Identity, Procedure, Source


class Paper(StrEnum):
    """The papers offices print on."""

    A4 = "a4"
    F4 = "f4"


SIZES = {Paper.A4: (297.0, 210.0), Paper.F4: (330.0, 215.0)}
"""Width and height in landscape, in millimetres."""

MARGIN = 10.0
TITLE = 7.0
LABELS = 8.0
"""Size of the identity block's text, in points."""

BLANK = "-"


def draw(procedure: Procedure, paper: Paper = Paper.F4) -> tuple[str, ...]:
    """Draw a table on as many pages as it needs, each an SVG of the paper's size in landscape."""
    width, tall = SIZES[paper]
    room = width - 2 * MARGIN
    block = tuple(identity(procedure, room))
    first = MARGIN + TITLE + _block_height(block)
    table = columns(procedure, MARGIN, room)
    laid = pages(procedure, table, first + 4, MARGIN + TITLE, tall - MARGIN)
    return tuple(_page(procedure, table, laid, number, paper, block) for number in range(len(laid)))


def identity(procedure: Procedure, room: float) -> Iterable[tuple[str, tuple[str, ...]]]:
    """Give the identity block's elements, each with its text wrapped to half the page."""
    facts: Identity = procedure.identity
    approved = facts.approved
    put = [approved.proxy, approved.office, approved.name or "(nama pejabat)", approved.rank]
    elements = (
        ("Instansi", f"{facts.agency} {facts.unit}".strip() or BLANK),
        ("Nomor SOP", facts.number or BLANK),
        ("Tanggal Pembuatan", facts.made or BLANK),
        ("Tanggal Revisi", facts.revised or BLANK),
        ("Tanggal Efektif", facts.effective or BLANK),
        ("Disahkan oleh", ", ".join(part for part in put if part)),
        ("Nama SOP", facts.name),
        ("Dasar Hukum", _listed(facts.legal_basis)),
        ("Kualifikasi Pelaksana", _listed(facts.qualifications)),
        ("Keterkaitan", _listed(facts.related)),
        ("Peralatan/Perlengkapan", _listed(facts.equipment)),
        ("Peringatan", facts.warning or BLANK),
        ("Pencatatan dan Pendataan", _listed(facts.records)),
    )
    for label, text in elements:
        yield label, wrap(text, room / 2 - 50, LABELS)


def _listed(items: Sequence[str]) -> str:
    return "\n".join(f"{number}. {item}" for number, item in enumerate(items, 1)) or BLANK


def _block_height(block: Sequence[tuple[str, tuple[str, ...]]]) -> float:
    left, right = _halves(block)
    return max(_side(left), _side(right))


def _side(part: Sequence[tuple[str, tuple[str, ...]]]) -> float:
    return sum(height(len(lines), LABELS) + 1.2 for _, lines in part)


def _halves(
    block: Sequence[tuple[str, tuple[str, ...]]],
) -> tuple[Sequence[tuple[str, tuple[str, ...]]], Sequence[tuple[str, tuple[str, ...]]]]:
    """Divide the block so that both sides are about as tall."""
    whole = _side(block)
    cut = next(number for number in range(len(block)) if _side(block[: number + 1]) >= whole / 2) + 1
    return block[:cut], block[cut:]


def _page(
    procedure: Procedure,
    table: Table,
    laid: Sequence[Sequence[Row]],
    number: int,
    paper: Paper,
    block: Sequence[tuple[str, tuple[str, ...]]],
) -> str:
    width, tall = SIZES[paper]
    top = laid[number][0].top - table.head
    parts = [
        words(procedure.title, (width / 2, MARGIN + 3), 11, "middle", bold=True),
        *(_block(block, width) if not number else ()),
        *_grid(table, laid[number], top),
        *_texts(table, laid[number]),
        *drawn(flow_of(procedure, table, laid, number)),
        words(f"Halaman {number + 1} dari {len(laid)}", (width - MARGIN, tall - 4), 6.5, "end"),
    ]
    if procedure.identity.source is Source.PROPOSED:
        parts.append(words("USULAN – belum ditetapkan", (MARGIN, tall - 4), 6.5))
    size = f'width="{width}mm" height="{tall}mm" viewBox="0 0 {width} {tall}"'
    title = f"<title>{procedure.id}</title>"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{title}<style>{STYLE}</style>{"".join(parts)}</svg>'
    )


def _block(block: Sequence[tuple[str, tuple[str, ...]]], width: float) -> Iterable[str]:
    for side, left in zip(_halves(block), (MARGIN, width / 2), strict=True):
        at = MARGIN + TITLE + 3
        for label, lines in side:
            yield words(label, (left + PAD, at), LABELS, bold=True)
            for number, line in enumerate(lines):
                yield words(line, (left + 45, at + height(number, LABELS)), LABELS)
            at += height(len(lines), LABELS) + 1.2
    top, bottom = MARGIN + TITLE - 1, MARGIN + TITLE + _block_height(block) + 1
    for y in (top, bottom):
        yield rule((MARGIN, y), (width - MARGIN, y))
    for x in (MARGIN, width / 2, width - MARGIN):
        yield rule((x, top), (x, bottom))


def _grid(table: Table, rows: Sequence[Row], top: float) -> Iterable[str]:
    left, right = table.number.left, table.note.left + table.note.width
    bottom = rows[-1].bottom
    lanes, marks = table.lanes, table.qualities
    half, foot = top + GROUP, top + table.head
    for y in (top, *(row.top for row in rows), bottom):
        yield rule((left, y), (right, y))
    for column in table.all:
        inner = column in {*lanes[1:], *marks[1:]}
        yield rule((column.left, half if inner else top), (column.left, bottom))
    yield rule((right, top), (right, bottom))
    for group, caption in ((lanes, "Pelaksana"), (marks, "Mutu Baku")):
        ends = group[-1].left + group[-1].width
        yield rule((group[0].left, half), (ends, half))
        yield words(caption, ((group[0].left + ends) / 2, top + 3.8), POINTS, "middle", bold=True)
    for column in table.all:
        grouped = column in {*lanes, *marks}
        yield from _caption(column.caption, column.middle, (half if grouped else top, foot), column.width)


def _caption(text: str, middle: float, span: tuple[float, float], room: float) -> Iterable[str]:
    lines = wrap(text, room - 2.4, CAPTION)
    line = CAPTION * POINT * LEADING
    at = (span[0] + span[1]) / 2 - line * (len(lines) - 1) / 2 + line / 3
    for number, one in enumerate(lines):
        yield words(one, (middle, at + number * line), CAPTION, "middle", bold=True)


def _texts(table: Table, rows: Sequence[Row]) -> Iterable[str]:
    for row in rows:
        for column, lines in zip(table.texts, row.texts, strict=True):
            for number, line in enumerate(lines):
                at = row.top + PAD + 2.2 + height(number, POINTS)
                yield words(line, (column.left + PAD, at), POINTS)

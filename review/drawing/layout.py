"""Where everything of an SOP table stands on paper: columns, rows, pages.

Pure.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from review.drawing.measure import height, wrap
from review.procedure import Procedure, Quality, Source, Step

POINTS = 7.0
"""Size of the table's text."""

PAD = 1.2
SYMBOL = 15.0
"""The least height of a row: a symbol, and room for its arrows."""

GROUP = 6.0
"""Height of the upper half of the table's head, which names the groups of columns."""

CAPTION = 5.8
"""Size of a column's caption, in points."""

LEAVING = 5.0
"""What the last row of a page is taller by, and the first of the next, for the connectors between them."""

NUMBER, ACTIVITY, QUALITY, NOTE = 7.0, 62.0, 25.0, 20.0
"""Widths of the columns that are not lanes."""

CAPTIONS = {Quality.DOCUMENTS: "Kelengkapan", Quality.DURATION: "Waktu", Quality.OUTPUT: "Output"}


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its caption, its left edge and its width."""

    caption: str
    left: float
    width: float

    @property
    def middle(self) -> float:
        """Give its centre."""
        return self.left + self.width / 2


@dataclass(frozen=True, slots=True)
class Row:
    """One step on a page: the wrapped text of each text column, its top edge, its height.

    ``above`` and ``below`` are added to the height for connectors to other pages.
    """

    step: Step
    texts: tuple[tuple[str, ...], ...]
    top: float
    height: float
    above: float = 0.0
    below: float = 0.0

    @property
    def bottom(self) -> float:
        """Give its lower edge."""
        return self.top + self.above + self.height + self.below

    @property
    def middle(self) -> float:
        """Give the height at which its symbol stands."""
        return self.top + self.above + self.height / 2


@dataclass(frozen=True, slots=True)
class Table:
    """The columns of a table; ``lanes`` are those of the pelaksana, in their order."""

    number: Column
    activity: Column
    lanes: tuple[Column, ...]
    qualities: tuple[Column, ...]
    note: Column

    @property
    def head(self) -> float:
        """Give the height of the table's head: the groups, and captions of as many lines as they need."""
        lines = max(len(wrap(one.caption, one.width - 2.4, CAPTION)) for one in self.all)
        return GROUP + height(lines, CAPTION) + 2 * PAD

    @property
    def texts(self) -> tuple[Column, ...]:
        """Give the columns that hold text, in reading order."""
        return (self.number, self.activity, *self.qualities, self.note)

    @property
    def all(self) -> tuple[Column, ...]:
        """Give all columns from left to right."""
        return (self.number, self.activity, *self.lanes, *self.qualities, self.note)


def columns(procedure: Procedure, left: float, room: float) -> Table:
    """Divide the width of a page: the lanes share what the text columns leave."""
    captions = [column.title for column in procedure.identity.columns]
    lane = (room - NUMBER - ACTIVITY - 3 * QUALITY - NOTE) / len(captions)
    at = left
    made: list[Column] = []
    named = [("No", NUMBER), ("Kegiatan", ACTIVITY), *((one, lane) for one in captions)]
    named += [(CAPTIONS[one], QUALITY) for one in procedure.quality_order] + [("Keterangan", NOTE)]
    for caption, wide in named:
        made.append(Column(caption, at, wide))
        at += wide
    count = len(captions)
    return Table(made[0], made[1], tuple(made[2 : 2 + count]), tuple(made[2 + count : -1]), made[-1])


def pages(
    procedure: Procedure, table: Table, first: float, top: float, bottom: float
) -> tuple[tuple[Row, ...], ...]:
    """Put the steps on pages: the first begins below ``first``, the others below ``top``."""
    found: list[tuple[Row, ...]] = []
    rows: list[Row] = []
    at = first + table.head
    for step in procedure.steps:
        texts = cells(procedure, step, table)
        tall = max(SYMBOL, *(height(len(lines), POINTS) + 2 * PAD for lines in texts))
        if rows and at + tall + LEAVING > bottom:
            rows[-1] = replace(rows[-1], below=LEAVING)
            found.append(tuple(rows))
            rows, at = [], top + table.head
        above = LEAVING if found and not rows else 0.0
        rows.append(Row(step, texts, at, tall, above))
        at += tall + above
    return (*found, tuple(rows))


def cells(procedure: Procedure, step: Step, table: Table) -> tuple[tuple[str, ...], ...]:
    """Give the wrapped text of each text column of a step."""
    quality = {
        Quality.DOCUMENTS: "; ".join(step.documents) or "-",
        Quality.DURATION: step.duration,
        Quality.OUTPUT: "; ".join(step.output) or "-",
    }
    said = [step.no, step.activity, *(quality[one] for one in procedure.quality_order), note(procedure, step)]
    return tuple(
        wrap(text, column.width - 2 * PAD, POINTS) for text, column in zip(said, table.texts, strict=True)
    )


def note(procedure: Procedure, step: Step) -> str:
    """Give the remark beside a step: which of its fields the documents do not say."""
    words = {"peran": "pelaksana", "kelengkapan": "kelengkapan", "waktu": "waktu", "output": "output"}
    marked: dict[Source, list[str]] = {}
    for word, label in words.items():
        source = step.sources.get(word)
        if source not in {None, Source.DOCUMENT, procedure.identity.source} and source is not None:
            marked.setdefault(source, []).append(label)
    return "; ".join(f"{', '.join(labels)}: {source}" for source, labels in marked.items())


def lane_of(procedure: Procedure, step: Step, table: Table) -> Column:
    """Give the lane of a step's pelaksana.

    Raises:
        ValueError: The identity block has no column for the role.
    """
    roles: Sequence[object] = [column.role for column in procedure.identity.columns]
    if step.role not in roles:
        message = f"step {step.no} of {procedure.id} is done by {step.role}, which has no column"
        raise ValueError(message)
    return table.lanes[roles.index(step.role)]

"""The flowchart of one page: a symbol for each step in its lane, and an arrow for each answer.

Pure.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from review.drawing.layout import Column, Row, Table, lane_of
from review.drawing.shapes import TALL, WIDE, Point, arrow, box, capsule, diamond, pentagon, words
from review.procedure import END, Branch, Procedure, Step, StepKind

GAP = 1.6
"""Distance of two arrows that run beside each other."""

LABEL = 5.5
"""Size of an answer's label, in points."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a step's symbol stands on this page."""

    row: int
    at: Point
    wide: float
    step: Step

    @property
    def half(self) -> float:
        """Give half the symbol's height; a diamond is taller."""
        return TALL / 2 + (1 if self.step.kind is StepKind.DECISION else 0)


@dataclass(frozen=True, slots=True)
class Flow:
    """One page's flow: its places by step number, and which page each step of the table stands on."""

    procedure: Procedure
    table: Table
    places: Mapping[str, Place]
    page_of: Mapping[str, int]
    page: int


def flow_of(procedure: Procedure, table: Table, pages: Sequence[Sequence[Row]], page: int) -> Flow:
    """Find the places of one page's steps."""
    places = {}
    for number, row in enumerate(pages[page]):
        lane: Column = lane_of(procedure, row.step, table)
        wide = min(WIDE, lane.width - 4 * GAP)
        places[row.step.no] = Place(number, (lane.middle, row.middle), wide, row.step)
    page_of = {row.step.no: number for number, rows in enumerate(pages) for row in rows}
    return Flow(procedure, table, places, page_of, page)


def drawn(flow: Flow) -> Iterable[str]:
    """Draw the arrows, then the symbols over them."""
    backward = 0
    for place in flow.places.values():
        for number, branch in enumerate(_ways(place.step)):
            backward += _jumps(flow, place, branch)
            yield from _branch(flow, place, branch, number, backward)
        yield from _entry(flow, place)
    for place in flow.places.values():
        yield _symbol(flow, place)


def _ways(step: Step) -> tuple[Branch, ...]:
    """Give the answers of a step, those that lead to the same step as one."""
    found: dict[str, Branch] = {}
    for branch in step.branches:
        known = found.get(branch.to)
        found[branch.to] = replace(known, label=f"{known.label} / {branch.label}") if known else branch
    return tuple(found.values())


def _symbol(flow: Flow, place: Place) -> str:
    step = place.step
    if step.kind is StepKind.DECISION:
        return diamond(place.at, place.wide)
    last = any(branch.to == END for branch in step.branches)
    return (
        capsule(place.at, place.wide)
        if last or step.no == flow.procedure.start
        else box(place.at, place.wide)
    )


def _jumps(flow: Flow, place: Place, branch: Branch) -> bool:
    """Say whether an answer leads anywhere but to the next row of this page."""
    target = flow.places.get(branch.to)
    return target is not None and target.row != place.row + 1


def _branch(flow: Flow, place: Place, branch: Branch, number: int, backward: int) -> Iterable[str]:
    decides = place.step.kind is StepKind.DECISION
    target = flow.places.get(branch.to)
    if decides:
        yield _label(flow, place, branch, number)
    if branch.to == END:
        if decides:
            yield from _small_end(place)
    elif target is None:
        yield from _off_page(flow, place, branch, number)
    elif target.row == place.row + 1:
        yield _down(place, target)
    else:
        yield _round(flow, place, target, backward)


def _label(flow: Flow, place: Place, branch: Branch, number: int) -> str:
    """Write an answer beside its arrow: below, left of a leftward exit, or right of the symbol."""
    (x, y), half = place.at, place.half
    target = flow.places.get(branch.to)
    off = target is None and branch.to != END
    if target is not None and target.row == place.row + 1:
        rightward = target.at[0] > x
        side = -0.8 if rightward else 0.8
        return words(branch.label, (x + side, y + half + 1.4), LABEL, "end" if rightward else "start")
    if off and not number:
        return words(branch.label, (x + 0.8, y + half + 1.2), LABEL)
    if off or branch.to == END:
        return words(branch.label, (x - place.wide / 2 - 0.4, y - 0.8), LABEL, "end")
    return words(branch.label, (x + place.wide / 2 + 0.4, y - 0.8), LABEL)


def _small_end(place: Place) -> Iterable[str]:
    (x, y), half = place.at, place.wide / 2
    yield arrow((x - half, y), (x - half - 2.5, y))
    yield capsule((x - half - 4.5, y), 4.0, 2.6)
    yield words("selesai", (x - half - 4.5, y + 3.0), LABEL - 0.5, "middle")


def _off_page(flow: Flow, place: Place, branch: Branch, number: int) -> Iterable[str]:
    """Lead to a connector that names the page and the step where the flow goes on."""
    (x, y), half = place.at, place.half
    if number:
        x -= place.wide / 2 + 3
        yield arrow((x + 3, y), (x, y), (x, y + 2.0))
        at = (x, y + 4.0)
    else:
        at = (x, y + half + 3.2)
        yield arrow((x, y + half), (x, y + half + 1.2))
    yield pentagon(at)
    yield words(branch.to, (at[0], at[1] + 0.4), LABEL - 1, "middle")
    page = flow.page_of[branch.to] + 1
    yield words(f"hal. {page}", (at[0] + 2.6, at[1] + 0.6), LABEL - 1)


def _entry(flow: Flow, place: Place) -> Iterable[str]:
    """Draw the connector by which the flow comes from another page."""
    sources = [
        step.no
        for step in flow.procedure.steps
        if flow.page_of[step.no] != flow.page and any(branch.to == place.step.no for branch in step.branches)
    ]
    if sources:
        (x, y), half = place.at, place.half
        yield pentagon((x, y - half - 3.4))
        yield words(place.step.no, (x, y - half - 3.0), LABEL - 1, "middle")
        yield arrow((x, y - half - 1.0), (x, y - half))


def _down(place: Place, target: Place) -> str:
    (x, y), (to_x, to_y) = place.at, target.at
    if abs(x - to_x) < 0.01:  # noqa: PLR2004 - a hundredth of a millimetre is nothing
        return arrow((x, y + place.half), (to_x, to_y - target.half))
    turn = y + place.half + 1.6
    return arrow((x, y + place.half), (x, turn), (to_x, turn), (to_x, to_y - target.half))


def _round(flow: Flow, place: Place, target: Place, backward: int) -> str:
    """Go round the symbols between: sideways out of this one, along a channel, into the other from above."""
    (x, y), (to_x, to_y) = place.at, target.at
    lane = min(place.wide / 2 + GAP * (1 + backward % 3), flow.table.lanes[0].width / 2 - 0.4)
    channel, above = max(x, to_x) + lane, to_y - target.half - 1.5
    out, into = (x + place.wide / 2, y), (to_x, to_y - target.half)
    return arrow(out, (channel, y), (channel, above), (to_x, above), into)

"""What happened at each door in a span of time, counted: the summary that reports rest on."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, and_, case, func, or_, select

from card_registry.journal.event import EventKind
from card_registry.words import Side
from review.tables import occurrence


@dataclass(frozen=True, slots=True)
class DoorTally:
    """One door's taps: how often it let in, refused, and let in without a case that explains it."""

    door: str
    granted: int
    refused: int
    unexplained: int


def _times(which: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((which, occurrence.c.times), else_=0)), 0)


def tally(connection: Connection, since: int, until: int) -> tuple[DoorTally, ...]:
    """Count the taps in [since, until) by the controllers' clocks, door by door."""
    row = occurrence.c
    let_in = and_(row.granted, or_(row.side.is_(None), row.side != Side.OUT.value))
    alone = and_(let_in, row.case.is_(None))
    query = (
        select(row.door, _times(let_in), _times(row.granted.is_(False)), _times(alone))
        .where(row.kind == EventKind.TAPPED.value, row.at >= since, row.at < until, row.door.is_not(None))
        .group_by(row.door)
        .order_by(row.door)
    )
    return tuple(DoorTally(one[0], *map(int, one[1:])) for one in connection.execute(query))

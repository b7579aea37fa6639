"""What happened at each door in a span of time, counted: the summary that reports rest on."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, and_, case, func, select

from card_registry.journal.event import EventKind
from review.tables import occurrence


@dataclass(frozen=True, slots=True)
class DoorTally:
    """One door's taps: how often it opened, refused, and opened without a case that explains it."""

    door: str
    granted: int
    refused: int
    unexplained: int


def _times(which: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((which, occurrence.c.times), else_=0)), 0)


def tally(connection: Connection, since: int, until: int) -> tuple[DoorTally, ...]:
    """Count the taps in [since, until) by the controllers' clocks, door by door."""
    row = occurrence.c
    alone = and_(row.granted, row.case.is_(None))
    query = (
        select(row.door, _times(row.granted), _times(row.granted.is_(False)), _times(alone))
        .where(row.kind == EventKind.TAPPED.value, row.at >= since, row.at < until, row.door.is_not(None))
        .group_by(row.door)
        .order_by(row.door)
    )
    return tuple(DoorTally(one[0], *map(int, one[1:])) for one in connection.execute(query))

"""What detectors look at, read from the occurrences of a span; and each holder's habits, from the sums."""

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from card_registry.journal.event import EventKind
from review.detect import Passage, Standing, Way
from review.tables import NOTED, occurrence
from review.tables_sums import monthly_use

HELD = "held"
"""The state of a door that stands open for too long."""

MOST = 200_000
"""The most passages that one look may read."""


@dataclass(frozen=True, slots=True)
class Seen:
    """The passages and held doors of a span, and whether there were more than could be looked at."""

    passages: tuple[Passage, ...]
    held: tuple[Standing, ...]
    cut: bool


def seen(connection: Connection, since: int, until: int, most: int = MOST) -> Seen:
    """Read what happened in [since, until)."""
    row = occurrence.c
    span = (row.at >= since) & (row.at < until)
    taps = connection.execute(
        select(row.id, row.at, row.day, row.local, row.door, row.holder, row.side)
        .where(span, row.kind == EventKind.TAPPED.value, row.granted, row.holder.is_not(None))
        .order_by(row.at, row.id)
        .limit(most + 1)
    ).all()
    last = taps[most - 1].at + 1 if len(taps) > most else until
    doors = connection.execute(
        select(row.id, row.at, row.door)
        .where(NOTED, row.detail == HELD, (row.at >= since) & (row.at < last))
        .order_by(row.at)
        .limit(most)
    ).all()
    passages = tuple(
        Passage(one.id, one.at, one.day, one.local, one.door, one.holder, Way(one.side or Way.IN))
        for one in taps[:most]
    )
    return Seen(passages, tuple(Standing(*one) for one in doors), len(taps) > most)


def habits(connection: Connection, since: str, until: str) -> dict[str, dict[str, int]]:
    """Give how often each holder entered by each door in the months [since, until)."""
    row = monthly_use.c
    query = (
        select(row.holder, row.door, func.sum(row.entries))
        .where(row.month >= since, row.month < until, row.entries > 0)
        .group_by(row.holder, row.door)
    )
    found = defaultdict[str, dict[str, int]](dict)
    for holder, door, entries in connection.execute(query):
        found[holder][door] = int(entries)
    return dict(found)

"""Times inside, added up by month, door and length: brought up to date like the other sums."""

from collections import Counter
from collections.abc import Iterable

from sqlalchemy import Connection, delete, func, select, tuple_

from card_registry.journal.event import EventKind
from review.detect import Way
from review.pictures.traffic import stay_place
from review.staying import Crossing, Key, Stays, pair
from review.store import sums
from review.tables import occurrence
from review.tables_sums import inside, monthly_stays, summed

NAME = "stays"
BATCH = 5_000
"""How many occurrences, of whatever kind, one transaction looks at."""


def is_behind(connection: Connection) -> bool:
    """Say whether occurrences wait to be looked at."""
    return (connection.scalar(select(func.max(occurrence.c.id))) or 0) > sums.until(connection, NAME)


def bring_up(connection: Connection, batch: int = BATCH) -> None:
    """Look at the next occurrences and move the cursor."""
    since, row = sums.until(connection, NAME), occurrence.c
    until = min(since + batch, connection.scalar(select(func.max(row.id))) or 0)
    if until <= since:
        return
    taps = connection.execute(
        select(row.at, row.day, row.door, row.holder, row.side)
        .where(row.id > since, row.id <= until, row.kind == EventKind.TAPPED.value, row.granted)
        .where(row.side.is_not(None), row.holder.is_not(None), row.door.is_not(None))
        .order_by(row.id)
    ).all()
    crossings = [Crossing(one.at, f"{one.day:%Y-%m}", one.door, one.holder, Way(one.side)) for one in taps]
    _keep(connection, pair(crossings, _standing(connection, {one.holder for one in crossings})))
    sums.upsert(connection, summed, [{"name": NAME, "until": until}], add=())


def _standing(connection: Connection, holders: Iterable[str]) -> dict[Key, int]:
    query = select(inside).where(inside.c.holder.in_(sorted(holders)))
    return {(row.holder, row.door): row.at for row in connection.execute(query)}


def _keep(connection: Connection, stays: Stays) -> None:
    added = Counter[tuple[str, str, int]]()
    for (month, door, span), times in stays.times.items():
        added[month, door, stay_place(span)] += times
    rows = [
        {"month": month, "door": door, "length": place, "times": times}
        for (month, door, place), times in added.items()
    ]
    sums.upsert(connection, monthly_stays, rows, add=("times",))
    entered = [
        {"holder": holder, "door": door, "at": at}
        for (holder, door), at in stays.inside.items()
        if at is not None
    ]
    sums.upsert(connection, inside, entered, add=())
    left = [key for key, at in stays.inside.items() if at is None]
    if left:
        connection.execute(delete(inside).where(tuple_(inside.c.holder, inside.c.door).in_(left)))

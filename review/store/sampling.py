"""What a sample is drawn from: every event of a span by time; and of the drawn, those that opened a door."""

from collections.abc import Iterator
from itertools import islice

from sqlalchemy import Connection, select

from review.store.explained import opened
from review.store.occurrences import Listed, Question, matching
from review.tables import occurrence

AT_ONCE = 100
"""How many drawn events are looked at together."""


def ids(connection: Connection, since: int, until: int) -> list[int]:
    """Number every event in [since, until) by time; the index alone answers this."""
    row = occurrence.c
    query = select(row.id).where(row.at >= since, row.at < until).order_by(row.at, row.id)
    return [id_ for (id_,) in connection.execute(query).all()]


def openings(connection: Connection, drawn: Iterator[int], size: int) -> tuple[Listed, ...]:
    """Give the first of the drawn events by which a door was opened, by time."""
    found: list[Listed] = []
    while len(found) < size and (some := list(islice(drawn, AT_ONCE))):
        condition = occurrence.c.id.in_(some) & opened()
        known = {one.id: one for one in matching(connection, Question(), condition, AT_ONCE)}
        found += [known[id_] for id_ in some if id_ in known]
    return tuple(sorted(found[:size], key=lambda one: (one.occurrence.at, one.id)))

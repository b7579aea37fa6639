"""The units whose people hold rights or ask for them, as a filter offers them."""

from sqlalchemy import Connection, select, union

from review.tables import holder, person

MOST = 500
"""The most units that a page offers."""


def known(connection: Connection) -> tuple[str, ...]:
    """Name the units, in order."""
    both = union(select(holder.c.unit), select(person.c.unit)).subquery()
    query = select(both.c.unit).where(both.c.unit != "").order_by(both.c.unit).limit(MOST)
    return tuple(connection.scalars(query))

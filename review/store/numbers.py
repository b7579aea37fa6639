"""Running numbers without gaps: taken inside the transaction that uses them, on both databases."""

from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite

from review.tables import counter


def take(connection: Connection, name: str) -> int:
    """Give the next number of a series, starting at 1; it is lost only with the transaction."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    first = dialect.insert(counter).values(name=name, last=1)
    upsert = first.on_conflict_do_update(
        index_elements=[counter.c.name], set_={"last": counter.c.last + 1}
    ).returning(counter.c.last)
    return int(connection.execute(upsert).scalar_one())

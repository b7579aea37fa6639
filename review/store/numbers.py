"""Running numbers without gaps: taken inside the transaction that uses them, on both databases."""

from datetime import date

from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite

from review.numbering import Template
from review.procedure import Procedure
from review.tables import counter


def take(connection: Connection, name: str) -> int:
    """Give the next number of a series, starting at 1; it is lost only with the transaction."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    first = dialect.insert(counter).values(name=name, last=1)
    upsert = first.on_conflict_do_update(
        index_elements=[counter.c.name], set_={"last": counter.c.last + 1}
    ).returning(counter.c.last)
    return int(connection.execute(upsert).scalar_one())


def case_number(connection: Connection, table: Procedure, day: date) -> str:
    """Take the next number of a procedure's cases, without gaps."""
    template = Template(table.case_number, table.prefix)
    running = take(connection, template.counter(day)[:40])
    number = template.number(day, running)
    return number if template.runs() or running == 1 else f"{number}-{running}"

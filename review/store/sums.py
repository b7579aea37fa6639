"""The sums over occurrences: brought up to date in the order of arrival, and read by questions over years."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Connection, Table, case, func, select
from sqlalchemy.dialects import postgresql, sqlite

from review.summing import Happening, Sums, add_up
from review.tables import occurrence
from review.tables_sums import daily_denials, hourly_traffic, monthly_use, summed
from review.workdays import Calendar

NAME = "doors"
BATCH = 5_000
"""The most occurrences added up in one transaction."""


def is_behind(connection: Connection) -> bool:
    """Say whether occurrences wait to be added up."""
    return (connection.scalar(select(func.max(occurrence.c.id))) or 0) > until(connection, NAME)


def until(connection: Connection, name: str) -> int:
    """Give the last occurrence that some sums contain, 0 for none."""
    return connection.scalar(select(summed.c.until).where(summed.c.name == name)) or 0


def bring_up(connection: Connection, calendar: Calendar, batch: int = BATCH) -> int:
    """Add the next occurrences to the sums and move the cursor; give how many there were."""
    rows = connection.execute(
        select(
            occurrence.c.id,
            occurrence.c.kind,
            occurrence.c.at,
            occurrence.c.day,
            occurrence.c.local,
            occurrence.c.door,
            occurrence.c.granted,
            occurrence.c.reason,
            occurrence.c.holder,
            occurrence.c.grant,
            occurrence.c.times,
            occurrence.c.side,
        )
        .where(occurrence.c.id > until(connection, NAME))
        .order_by(occurrence.c.id)
        .limit(batch)
    ).all()
    if not rows:
        return 0
    _add(connection, add_up((Happening(*row[1:]) for row in rows), calendar))
    upsert(connection, summed, [{"name": NAME, "until": rows[-1].id}], add=())
    return len(rows)


def _add(connection: Connection, sums: Sums) -> None:
    use = [
        {
            **dict(zip(("month", "grant", "holder", "door"), key, strict=True)),
            "entries": one.entries,
            "outside": one.outside,
            "denials": one.denials,
            "last": one.last,
        }
        for key, one in sums.use.items()
    ]
    traffic = [
        {
            **dict(zip(("day", "hour", "door"), key, strict=True)),
            "entries": one.entries,
            "denials": one.denials,
            "exits": one.exits,
        }
        for key, one in sums.traffic.items()
    ]
    denials = [
        {**dict(zip(("day", "door", "reason"), key, strict=True)), "times": times}
        for key, times in sums.denials.items()
    ]
    upsert(connection, monthly_use, use, add=("entries", "outside", "denials"))
    upsert(connection, hourly_traffic, traffic, add=("entries", "denials", "exits"))
    upsert(connection, daily_denials, denials, add=("times",))


def upsert(connection: Connection, table: Table, rows: Sequence[dict[str, Any]], add: Sequence[str]) -> None:
    """Enter rows; where one stands already its counts grow, and what is no count becomes the later one."""
    if not rows:
        return
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(table)
    grown = {name: table.c[name] + statement.excluded[name] for name in add}
    later = {
        column.name: _later(column, statement.excluded[column.name])
        for column in table.columns
        if not column.primary_key and column.name not in add
    }
    upsert = statement.on_conflict_do_update(
        index_elements=list(table.primary_key.columns), set_={**grown, **later}
    )
    connection.execute(upsert, list(rows))


def _later(column: Column[Any], new: Any) -> Any:  # noqa: ANN401 - SQL expressions of either dialect
    return case((func.coalesce(column, 0) < func.coalesce(new, 0), new), else_=column)


@dataclass(frozen=True, slots=True)
class Used:
    """How one right was used over some months: counts, and the last entry among all that is known."""

    entries: int
    outside: int
    denials: int


def used(connection: Connection, since: str, until: str) -> dict[str, Used]:
    """Give the use of every right in the months [since, until), by grant."""
    row = monthly_use.c
    query = (
        select(row.grant, func.sum(row.entries), func.sum(row.outside), func.sum(row.denials))
        .where(row.month >= since, row.month < until)
        .group_by(row.grant)
    )
    return {grant: Used(*map(int, counts)) for grant, *counts in connection.execute(query)}


def denied(connection: Connection, since: str, until: str) -> dict[str, int]:
    """Give how often each holder was denied in the months [since, until), whatever the right."""
    row = monthly_use.c
    query = (
        select(row.holder, func.sum(row.denials))
        .where(row.month >= since, row.month < until, row.denials > 0)
        .group_by(row.holder)
    )
    return {holder: int(times) for holder, times in connection.execute(query)}


def last_entries(connection: Connection) -> dict[str, int]:
    """Give the last entry by each right, whenever it was."""
    row = monthly_use.c
    query = select(row.grant, func.max(row.last)).where(row.last.is_not(None)).group_by(row.grant)
    return {grant: int(last) for grant, last in connection.execute(query)}

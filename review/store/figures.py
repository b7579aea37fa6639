"""What pictures are made from, read from the sums: a year has thousands of rows, however many its events."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import Connection, func, select

from review.pictures.period import Period
from review.pictures.traffic import Gate, Hour, Traffic
from review.tables import holder
from review.tables_sums import daily_denials, hourly_traffic, monthly_stays, monthly_use


def traffic(connection: Connection, period: Period, signs: Mapping[str, str]) -> Traffic:
    """Give what passed in a period; every door of ``signs`` (id: its words) is shown, used or not."""
    span = period.begins, period.ends
    return Traffic(
        period,
        _hours(connection, *span),
        _gates(connection, *span, signs),
        _units(connection, *period.months()),
        _stays(connection, *period.months()),
        _denials(connection, *span),
    )


def _hours(connection: Connection, begins: date, ends: date) -> tuple[Hour, ...]:
    row = hourly_traffic.c
    query = (
        select(row.day, row.hour, func.sum(row.entries), func.sum(row.denials))
        .where(row.day >= begins, row.day < ends)
        .group_by(row.day, row.hour)
    )
    return tuple(Hour(day, hour, int(e), int(d)) for day, hour, e, d in connection.execute(query))


def _gates(connection: Connection, begins: date, ends: date, signs: Mapping[str, str]) -> tuple[Gate, ...]:
    row = hourly_traffic.c
    query = (
        select(row.door, func.sum(row.entries), func.sum(row.exits), func.sum(row.denials))
        .where(row.day >= begins, row.day < ends)
        .group_by(row.door)
    )
    found = {door: tuple(map(int, counts)) for door, *counts in connection.execute(query)}
    doors = sorted({*signs, *found})
    return tuple(Gate(signs.get(door, door), *found.get(door, (0, 0, 0))) for door in doors)


def _units(connection: Connection, since: str, until: str) -> dict[str, int]:
    """Count entries by the holder's unit; each holder is added up before it is looked up."""
    row = monthly_use.c
    used = (
        select(row.holder, func.sum(row.entries).label("entries"))
        .where(row.month >= since, row.month < until, row.entries > 0)
        .group_by(row.holder)
        .subquery()
    )
    unit = func.coalesce(holder.c.unit, "")
    query = (
        select(unit, func.sum(used.c.entries))
        .outerjoin_from(used, holder, holder.c.id == used.c.holder)
        .group_by(unit)
    )
    return {name: int(entries) for name, entries in connection.execute(query)}


def _stays(connection: Connection, since: str, until: str) -> dict[int, int]:
    row = monthly_stays.c
    query = (
        select(row.length, func.sum(row.times))
        .where(row.month >= since, row.month < until)
        .group_by(row.length)
    )
    return {place: int(times) for place, times in connection.execute(query)}


def _denials(connection: Connection, begins: date, ends: date) -> dict[str, int]:
    row = daily_denials.c
    query = (
        select(row.reason, func.sum(row.times)).where(row.day >= begins, row.day < ends).group_by(row.reason)
    )
    return {reason: int(times) for reason, times in connection.execute(query)}

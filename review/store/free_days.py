"""The administrator's edits of the calendar, and the calendar that they make with files and profile.

An edit closes the office on a day, or says that it works on a day which a file or the profile frees. A year
counts as known when a yearly file has it, or the administrator entered a national holiday of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, delete, insert, select

from card_registry.words import PersonId
from review.profile import Hours
from review.shelf import holidays
from review.store import profiles
from review.tables_profile import free_day
from review.workdays import Calendar, DayKind, FreeDay


@dataclass(frozen=True, slots=True)
class Edit:
    """One day as the administrator has it: closed, or worked although a file frees it."""

    day: FreeDay
    closed: bool


def put(connection: Connection, edit: Edit, person: PersonId, now: int) -> None:
    """Keep an edit of a day; an earlier one of the same day is replaced."""
    forget(connection, edit.day.date)
    day = {"day": edit.day.date, "kind": edit.day.kind.value, "name": edit.day.name}
    connection.execute(insert(free_day).values(**day, closed=edit.closed, person=person, at=now))


def forget(connection: Connection, day: date) -> bool:
    """Take an edit back, and say whether there was one."""
    return connection.execute(delete(free_day).where(free_day.c.day == day)).rowcount > 0


def edits(connection: Connection) -> tuple[Edit, ...]:
    """Give every edit, by day."""
    rows = connection.execute(select(free_day).order_by(free_day.c.day))
    return tuple(Edit(FreeDay(row.day, DayKind(row.kind), row.name), row.closed) for row in rows)


def given(connection: Connection) -> Mapping[date, FreeDay]:
    """Give the free days before any edit: the yearly files over the profile's local days."""
    profile = profiles.in_force(connection)
    return {**({} if profile is None else profile.local_days()), **holidays()}


def calendar(connection: Connection, zone: str) -> Calendar:
    """Give the office's working time: the profile's hours, the files' days, and the edits over both."""
    profile, made = profiles.in_force(connection), edits(connection)
    free = {**given(connection), **{one.day.date: one.day for one in made if one.closed}}
    for one in made:
        if not one.closed:
            free.pop(one.day.date, None)
    known = {day.year for day in holidays()}
    known |= {one.day.date.year for one in made if one.closed and one.day.kind is DayKind.NATIONAL}
    hours = Hours() if profile is None else profile.hours
    return hours.calendar(zone, free, frozenset(known))

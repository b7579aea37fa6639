"""The doors and what happened at them, as JSON, under the same permissions as the pages."""

from dataclasses import dataclass

from sqlalchemy import text

from review.access import Permission
from review.store import occurrences
from review.store.transaction import reading
from review.web.console import Here
from review.web.doors import DoorNow, EventNow, doors_now, event_now
from review.web.tokens import Reader


@dataclass(frozen=True, slots=True)
class DoorsBody:
    """Every door of the site."""

    doors: tuple[DoorNow, ...]


@dataclass(frozen=True, slots=True)
class EventsBody:
    """Occurrences in order of arrival; ask again ``after`` the last id."""

    events: tuple[EventNow, ...]


@dataclass(frozen=True, slots=True)
class HealthBody:
    """Whether the console can read its own store."""

    status: str


def doors(console: Here, me: Reader) -> DoorsBody:
    """Give the doors as they are now."""
    me.require(Permission.READ_DOORS)
    return DoorsBody(doors_now(console.office))


def events(console: Here, me: Reader, after: int = 0) -> EventsBody:
    """Give occurrences in order of arrival: the newest 200, or the next 200 after number ``after``."""
    me.require(Permission.READ_DOORS)
    with reading(console.office.store) as connection:
        if after > 0:
            listed = occurrences.following(connection, min(after, 2**62))
        else:
            listed = occurrences.newest(connection, limit=200)[::-1]
    return EventsBody(tuple(event_now(console.office, one) for one in listed))


def health(console: Here) -> HealthBody:
    """Say that the console answers and reads its store."""
    with reading(console.office.store) as connection:
        connection.execute(text("SELECT 1"))
    return HealthBody("baik")

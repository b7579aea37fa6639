"""Bringing the sums up to date: a transaction per batch, so that a kill loses and doubles nothing."""

from review.office import Office
from review.store import stays, sums
from review.store.transaction import reading, writing
from review.workflow.reminding import calendar_of


def sum_up(office: Office) -> int:
    """Add up what the doors reported since the last time; give the number of rows."""
    gained = 0
    while _is_behind(office):
        with writing(office.store) as connection:
            gained += sums.bring_up(connection, calendar_of(office, connection))
    while _unpaired(office):
        with writing(office.store) as connection:
            stays.bring_up(connection)
    return gained


def _is_behind(office: Office) -> bool:
    """Look without a lock, which this would hold against every writer twice a second."""
    with reading(office.store) as connection:
        return sums.is_behind(connection)


def _unpaired(office: Office) -> bool:
    with reading(office.store) as connection:
        return stays.is_behind(connection)

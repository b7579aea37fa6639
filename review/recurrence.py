"""When a procedure that recurs begins: on the first working day of its month or quarter.

Pure.
"""

from dataclasses import dataclass
from datetime import date
from typing import assert_never

from review.procedure import Recurrence
from review.workdays import Calendar, first_working_day


@dataclass(frozen=True, slots=True)
class Period:
    """One month or quarter: its name (``2026-11``, ``2026-T4``) and its first day."""

    name: str
    first: date


def period_of(recurs: Recurrence, day: date) -> Period:
    """Give the period that a day lies in."""
    match recurs:
        case Recurrence.MONTHLY:
            return Period(f"{day:%Y-%m}", day.replace(day=1))
        case Recurrence.QUARTERLY:
            quarter = (day.month - 1) // 3
            return Period(f"{day.year:04}-T{quarter + 1}", date(day.year, 3 * quarter + 1, 1))
        case _:
            assert_never(recurs)


def next_month(day: date) -> date:
    """Give the first day of the month after a day's."""
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def due(recurs: Recurrence, calendar: Calendar, since: date, today: date) -> Period | None:
    """Give the period whose case should have begun by today; None before its first working day.

    A period that had begun before ``since``, the day from which the procedure recurs, is not due.
    """
    period = period_of(recurs, today)
    begins = first_working_day(calendar, period.first.year, period.first.month)
    return period if since <= begins <= today else None

"""Working time looked up instead of walked: for reports, which ask a calendar tens of thousands of times.

It says exactly what ``Calendar.worked`` and ``Calendar.due`` say.

Pure.
"""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from review.workdays import MINUTES, Calendar, Duration

MINUTE = 60_000


@dataclass(frozen=True, slots=True)
class Worktime:
    """The working days of some time in order, each with its opening, closing and the time worked before.

    ``days`` are their first moments.
    """

    calendar: Calendar
    days: tuple[int, ...]
    opens: tuple[int, ...]
    closes: tuple[int, ...]
    before: tuple[int, ...]

    @classmethod
    def of(cls, calendar: Calendar, first: date, last: date) -> "Worktime":
        """Look up the working days from a day to another, both included."""
        span = (first + timedelta(days=number) for number in range((last - first).days + 1))
        days = tuple(day for day in span if calendar.works(day))
        zone = ZoneInfo(calendar.zone)
        begins = tuple(_at(datetime.combine(day, time(), zone)) for day in days)
        opens = tuple(_at(datetime.combine(day, calendar.opens, zone)) for day in days)
        closes = tuple(_at(datetime.combine(day, calendar.closes, zone)) for day in days)
        before, worked = [0], 0
        for opened, closed in zip(opens, closes, strict=True):
            worked += closed - opened
            before.append(worked)
        return cls(calendar, begins, opens, closes, tuple(before))

    def worked(self, begins: int, ends: int) -> int:
        """Give the working time between two moments of the looked-up days (milliseconds)."""
        return max(0, self._upto(ends) - self._upto(begins))

    def due(self, entered: int, duration: Duration) -> int:
        """Give when a step entered at ``entered`` is due (milliseconds)."""
        if not duration.count or not self.days or entered < self.days[0]:
            return self.calendar.due(entered, duration)
        if duration.unit == "hari":
            place = bisect_right(self.days, entered) + duration.count - 1
            return self.closes[place] if place < len(self.days) else self.calendar.due(entered, duration)
        target = self._upto(entered) + duration.count * MINUTES[duration.unit] * MINUTE
        place = bisect_left(self.before, target) - 1
        if place >= len(self.days):
            return self.calendar.due(entered, duration)
        return self.opens[place] + target - self.before[place]

    def length(self, duration: Duration) -> int:
        """Give a standard time in working time (milliseconds): a day is a day's office hours."""
        if duration.unit == "hari":
            return duration.count * self.day
        return duration.count * MINUTES[duration.unit] * MINUTE

    @property
    def day(self) -> int:
        """Give the length of a working day in milliseconds."""
        opens, closes = (datetime.combine(date.min, at) for at in (self.calendar.opens, self.calendar.closes))
        return round((closes - opens).total_seconds() * 1000)

    def _upto(self, at: int) -> int:
        """Give the working time from the first looked-up day to a moment."""
        place = bisect_right(self.opens, at) - 1
        if place < 0:
            return 0
        return self.before[place] + min(at, self.closes[place]) - self.opens[place]


def _at(local: datetime) -> int:
    return round(local.astimezone(UTC).timestamp() * 1000)

"""Working time of an office: which days count, and when a step that may take so long is due.

The SOPs write times in minutes, hours and days and never say which days. Here a day is a working day: not
Saturday or Sunday, no national holiday, no collective leave, no local holiday; minutes and hours run in
office hours only (sop.md §7, a proposal of ours). Holidays come from the yearly files and the admin's own
list; a year without a file counts weekends only and says so (``known``).

Pure.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

MINUTES = {"menit": 1, "jam": 60}
FIVE_DAYS = frozenset(range(5))
"""Monday to Friday, as Python counts weekdays."""

LOOKAHEAD = 400
"""How many days in a row may be free before a calendar counts as wrong."""


class DayKind(StrEnum):
    """Why a day does not count."""

    NATIONAL = "libur"
    LEAVE = "cuti-bersama"
    LOCAL = "libur-daerah"


@dataclass(frozen=True, slots=True)
class FreeDay:
    """A day on which the office is closed."""

    date: date
    kind: DayKind
    name: str


@dataclass(frozen=True, slots=True)
class Duration:
    """A standard time of a table: ``5 menit``, ``1 jam``, ``3 hari``."""

    count: int
    unit: str

    @classmethod
    def read(cls, text: str) -> "Duration":
        """Read a time as the tables write it; its shape was checked when the table was loaded.

        Raises:
            ValueError: It is not a number and a unit.
        """
        count, _, unit = text.partition(" ")
        if unit != "hari" and unit not in MINUTES:
            message = f"{text!r} is no duration in menit, jam or hari"
            raise ValueError(message)
        return cls(int(count), unit)


@dataclass(frozen=True, slots=True)
class Calendar:
    """An office's working time: zone, office hours (one span a day), days it is closed, its weekdays."""

    zone: str
    opens: time = time(7, 30)
    closes: time = time(16, 0)
    free: Mapping[date, FreeDay] = field(default_factory=dict)
    years: frozenset[int] = frozenset()
    weekdays: frozenset[int] = FIVE_DAYS

    def __post_init__(self) -> None:
        """Refuse office hours that end before they begin."""
        if self.opens >= self.closes:
            message = f"office hours must begin before they end, not {self.opens} to {self.closes}"
            raise ValueError(message)

    def known(self, day: date) -> bool:
        """Say whether the holidays of a day's year are on file."""
        return day.year in self.years

    def works(self, day: date) -> bool:
        """Say whether the office works on a day."""
        return day.weekday() in self.weekdays and day not in self.free

    def day_of(self, at: int) -> date:
        """Give the local day of a moment (milliseconds)."""
        return datetime.fromtimestamp(at / 1000, ZoneInfo(self.zone)).date()

    def working_day(self, day: date) -> date:
        """Give the day itself, or the next one on which the office works.

        Raises:
            ValueError: No day works for more than a year: the calendar is wrong.
        """
        for _ in range(LOOKAHEAD):
            if self.works(day):
                return day
            day += timedelta(days=1)
        message = f"the office has no working day in the {LOOKAHEAD} days before {day}; correct its calendar"
        raise ValueError(message)

    def after(self, day: date, count: int) -> date:
        """Give the working day that lies ``count`` working days after a day; negative counts go back."""
        step = timedelta(days=1 if count >= 0 else -1)
        left = abs(count)
        for _ in range(LOOKAHEAD + 3 * left):
            if not left and self.works(day):
                return day
            day += step
            left -= left > 0 and self.works(day)
        message = f"the office has no working day near {day}; correct its calendar"
        raise ValueError(message)

    def due(self, entered: int, duration: Duration) -> int:
        """Give when a step entered at ``entered`` is due (milliseconds).

        Days end with the office hours of the last of them, the day after the entry being the first; minutes
        and hours are counted from the entry, or from the next opening.
        """
        if duration.unit == "hari":
            return self._at(self.after(self.day_of(entered), duration.count), self.closes)
        left = timedelta(minutes=duration.count * MINUTES[duration.unit])
        return self._run(entered, left)

    def worked(self, begins: int, ends: int) -> int:
        """Give the working time between two moments (milliseconds): what an SLA report compares."""
        total, day, last = 0, self.day_of(begins), self.day_of(ends)
        while day <= last:
            if self.works(day):
                opens, closes = self._at(day, self.opens), self._at(day, self.closes)
                total += max(0, min(ends, closes) - max(begins, opens))
            day += timedelta(days=1)
        return total

    def _run(self, entered: int, left: timedelta) -> int:
        """Let working time pass from a moment on."""
        day = self.working_day(self.day_of(entered))
        at = max(entered, self._at(day, self.opens))
        rest = round(left.total_seconds() * 1000)
        while at + rest > (closes := self._at(day, self.closes)):
            rest -= max(0, closes - at)
            day = self.working_day(day + timedelta(days=1))
            at = self._at(day, self.opens)
        return at + rest

    def _at(self, day: date, clock: time) -> int:
        local = datetime.combine(day, clock, ZoneInfo(self.zone))
        return round(local.astimezone(UTC).timestamp() * 1000)


def first_working_day(calendar: Calendar, year: int, month: int) -> date:
    """Give the day on which a monthly or quarterly procedure begins."""
    return calendar.working_day(date(year, month, 1))

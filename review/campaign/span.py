"""The time that a campaign looks back on: the quarter before, or any days an admin names.

Pure.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from review.procedure import Recurrence
from review.recurrence import period_of

ROMAN = ("I", "II", "III", "IV")


@dataclass(frozen=True, slots=True)
class Span:
    """Local days [begins, ends) and what they are called on the form."""

    name: str
    begins: date
    ends: date

    def __post_init__(self) -> None:
        """Refuse a span without a day."""
        if self.begins >= self.ends:
            message = f"a review looks back on at least one day, not from {self.begins} to {self.ends}"
            raise ValueError(message)

    def moments(self, zone: str) -> tuple[int, int]:
        """Give the same span in milliseconds at a site."""
        return _midnight(self.begins, zone), _midnight(self.ends, zone)

    def months(self) -> tuple[str, str]:
        """Give the months [first, after) that it touches, such as 2026-07 and 2026-10."""
        after = (self.ends - timedelta(days=1)).replace(day=1) + timedelta(days=31)
        return f"{self.begins:%Y-%m}", f"{after:%Y-%m}"


def quarter_before(day: date) -> Span:
    """Give the last whole quarter before a day: what a campaign that opens on it looks back on."""
    ends = period_of(Recurrence.QUARTERLY, day).first
    begins = period_of(Recurrence.QUARTERLY, ends - timedelta(days=1)).first
    return Span(f"Triwulan {ROMAN[(begins.month - 1) // 3]} {begins.year}", begins, ends)


def months_before(day: date, count: int = 3) -> Span:
    """Give some whole months and the days of this one until a day: what an extra review looks back on."""
    begins = day.replace(day=1)
    for _ in range(count):
        begins = (begins - timedelta(days=1)).replace(day=1)
    ends = day + timedelta(days=1)
    return Span(f"{begins:%d-%m-%Y} s.d. {day:%d-%m-%Y}", begins, ends)


def _midnight(day: date, zone: str) -> int:
    local = datetime.combine(day, time(), ZoneInfo(zone))
    return round(local.astimezone(UTC).timestamp() * 1000)

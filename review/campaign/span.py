"""The time that a campaign looks back on: a quarter of the year, or any days an admin names.

Pure.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

MONTHS = 3
QUARTERS = 4


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

    @property
    def days(self) -> int:
        """Give its length in days."""
        return (self.ends - self.begins).days


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """A quarter of a year, 1 to 4 (triwulan)."""

    year: int
    number: int

    def __post_init__(self) -> None:
        """Refuse a fifth quarter."""
        if not 1 <= self.number <= QUARTERS:
            message = f"a year has four quarters, not a quarter {self.number}"
            raise ValueError(message)

    @classmethod
    def of(cls, day: date) -> "Quarter":
        """Give the quarter in which a day lies."""
        return cls(day.year, (day.month - 1) // MONTHS + 1)

    @property
    def before(self) -> "Quarter":
        """Give the quarter before: what a campaign that opens in this one looks back on."""
        return Quarter(self.year - 1, QUARTERS) if self.number == 1 else Quarter(self.year, self.number - 1)

    @property
    def begins(self) -> date:
        """Give its first day."""
        return date(self.year, MONTHS * (self.number - 1) + 1, 1)

    @property
    def name(self) -> str:
        """Write it as the forms do: Triwulan IV 2026."""
        return f"Triwulan {('I', 'II', 'III', 'IV')[self.number - 1]} {self.year}"

    def span(self) -> Span:
        """Give its days."""
        last = (self.begins + timedelta(days=31 * MONTHS)).replace(day=1)
        return Span(self.name, self.begins, last)


def _midnight(day: date, zone: str) -> int:
    local = datetime.combine(day, time(), ZoneInfo(zone))
    return round(local.astimezone(UTC).timestamp() * 1000)

"""The time that a report is about: a whole month, quarter or year of local days.

Pure.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from review.indonesian import month_text

ROMAN = ("I", "II", "III", "IV")
MONTHS, IN_QUARTER = 12, 3
FIRST, LAST = 2000, 2100


@dataclass(frozen=True, slots=True)
class Period:
    """Local days [begins, ends): ``2026``, ``2026-T4`` or ``2026-11``."""

    name: str
    begins: date
    ends: date

    @property
    def title(self) -> str:
        """Give the period as people write it: Tahun 2026, Triwulan IV 2026, November 2026."""
        year, _, part = self.name.partition("-")
        if not part:
            return f"Tahun {year}"
        return (
            f"Triwulan {ROMAN[int(part[1:]) - 1]} {year}" if part.startswith("T") else month_text(self.name)
        )

    @property
    def last(self) -> date:
        """Give its last day."""
        return self.ends - timedelta(days=1)

    @property
    def before(self) -> date:
        """Give the day before its first."""
        return self.begins - timedelta(days=1)

    def moments(self, zone: str) -> tuple[int, int]:
        """Give the period in milliseconds at a site."""
        return _midnight(self.begins, zone), _midnight(self.ends, zone)

    def months(self) -> tuple[str, str]:
        """Give the months [first, after), such as 2026-10 and 2027-01."""
        return f"{self.begins:%Y-%m}", f"{self.ends:%Y-%m}"

    def is_month(self) -> bool:
        """Say whether it is a single month, of which single days can be shown."""
        return self.begins.month == self.last.month


def _midnight(day: date, zone: str) -> int:
    local = datetime.combine(day, time(), ZoneInfo(zone))
    return round(local.astimezone(UTC).timestamp() * 1000)


def _months(name: str, year: int, first: int, count: int) -> Period:
    after = year * MONTHS + first - 1 + count
    return Period(name, date(year, first, 1), date(after // MONTHS, after % MONTHS + 1, 1))


def period(name: str) -> Period | None:
    """Read a period's name; None for anything else."""
    year, dash, part = name.partition("-")
    if not (year.isascii() and year.isdigit() and FIRST <= int(year) < LAST):
        return None
    if not dash:
        return _months(name, int(year), 1, MONTHS)
    if part in {"T1", "T2", "T3", "T4"}:
        return _months(name, int(year), IN_QUARTER * (int(part[1]) - 1) + 1, IN_QUARTER)
    if part in {f"{month:02}" for month in range(1, MONTHS + 1)}:
        return _months(name, int(year), int(part), 1)
    return None


def month_of(day: date) -> Period:
    """Give the month that a day lies in."""
    return _months(f"{day:%Y-%m}", day.year, day.month, 1)


def quarter_of(day: date) -> Period:
    """Give the quarter that a day lies in."""
    quarter = (day.month - 1) // IN_QUARTER
    return _months(f"{day.year}-T{quarter + 1}", day.year, IN_QUARTER * quarter + 1, IN_QUARTER)


def year_of(day: date) -> Period:
    """Give the year that a day lies in."""
    return _months(f"{day.year}", day.year, 1, MONTHS)


def span(begins: date, ends: date) -> Period | None:
    """Give the month, quarter or year that begins with a day and ends before another; None for none."""
    kinds = (year_of(begins), quarter_of(begins), month_of(begins))
    return next((one for one in kinds if (one.begins, one.ends) == (begins, ends)), None)


def offered(today: date) -> tuple[Period, ...]:
    """Give the periods that a page offers: this year and the last, their quarters, and the last 12 months."""
    quarters, months = [quarter_of(today)], [month_of(today)]
    while len(quarters) < 2 * 4:
        quarters.append(quarter_of(quarters[-1].before))
    while len(months) < MONTHS + 1:
        months.append(month_of(months[-1].before))
    this = year_of(today)
    return (this, year_of(this.before), *quarters, *months)

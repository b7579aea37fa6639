"""A span of days as a page's filter has it: typed as two days, meant as local days of the site.

Pure.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from review.visits import Window

LONGEST = 366
"""The longest span, in days."""

UNREAD = "Tanggal tidak dikenal; yang ditampilkan adalah rentang di bawah ini."
TURNED = "Tanggal awal tidak boleh setelah tanggal akhir."
TOO_LONG = f"Rentang paling panjang {LONGEST} hari; yang ditampilkan dipersingkat."


@dataclass(frozen=True, slots=True)
class Days:
    """The days from ``first`` to ``last``, both included; ``fault`` is the sentence about what was typed."""

    first: date
    last: date
    fault: str = ""

    def window(self, zone: str) -> Window:
        """Give the span in milliseconds, from the first midnight to the one after the last day."""
        return Window(_midnight(self.first, zone), _midnight(self.last + timedelta(days=1), zone))


def days(first: str, last: str, today: date, length: int) -> Days:
    """Read a span; what is left empty is filled so that it ends today and is ``length`` days long."""
    begins, ends = _day(first), _day(last)
    until = ends or max(today, begins or today)
    since = begins or until - timedelta(days=length - 1)
    if (first and begins is None) or (last and ends is None):
        return Days(since, until, UNREAD)
    if since > until:
        return Days(until, until, TURNED)
    if (until - since).days >= LONGEST:
        return Days(until - timedelta(days=LONGEST - 1), until, TOO_LONG)
    return Days(since, until)


def _day(text: str) -> date | None:
    """Read a day between 2000 and 2100, None for anything else."""
    try:
        read = date.fromisoformat(text)
    except ValueError:
        return None
    return read if 2000 <= read.year < 2100 else None  # noqa: PLR2004 - a calendar's own bounds


def _midnight(day: date, zone: str) -> int:
    return int(datetime.combine(day, time(), ZoneInfo(zone)).timestamp() * 1000)

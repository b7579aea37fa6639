"""Dates, times and durations as Indonesian offices write them.

Pure.
"""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from card_registry.instant import DAY, HOUR, MINUTE, SECOND

MONTHS = (
    *("Januari", "Februari", "Maret", "April", "Mei", "Juni"),
    *("Juli", "Agustus", "September", "Oktober", "November", "Desember"),
)
DAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")


def day_text(day: date) -> str:
    """Write a day: 20 November 2026."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def month_text(month: str) -> str:
    """Write a month (``2026-11``) as ``November 2026``."""
    year, _, number = month.partition("-")
    return f"{MONTHS[int(number) - 1]} {year}"


def long_day_text(day: date) -> str:
    """Write a day with its weekday: Jumat, 20 November 2026."""
    return f"{DAYS[day.weekday()]}, {day_text(day)}"


def moment_text(at: int, zone: str) -> str:
    """Write a moment (milliseconds) at the site: 20 November 2026, 08.30 WIB."""
    moment = datetime.fromtimestamp(at / 1000, ZoneInfo(zone))
    return f"{day_text(moment.date())}, {moment:%H.%M} {moment.tzname()}"


def local_text(text: str) -> str:
    """Write a local time that a form has as ``2026-11-23T08:00``: Senin, 23 November 2026, 08.00."""
    moment = datetime.fromisoformat(text)
    return f"{long_day_text(moment.date())}, {moment:%H.%M}"


def last_day_text(ends: int, zone: str) -> str:
    """Write the last day of a right that ends at the midnight ``ends``."""
    return day_text(datetime.fromtimestamp((ends - 1) / 1000, ZoneInfo(zone)).date())


def span_text(span: int) -> str:
    """Write how long something lasts (milliseconds): its largest unit and the next, or minutes alone."""
    days, hours, minutes = span // DAY, span % DAY // HOUR, span % HOUR // MINUTE
    parts = [f"{days} hari"] * bool(days) + [f"{hours} jam"] * bool(hours)
    parts += [f"{minutes} menit"] * (bool(minutes) and not days)
    return " ".join(parts) or "kurang dari satu menit"


def brisk_text(span: int) -> str:
    """Write how long something that should be quick took (milliseconds): 4,2 detik, 1 menit 12 detik."""
    if span >= HOUR:
        return span_text(span)
    if span >= MINUTE:
        return f"{span // MINUTE} menit {span % MINUTE // SECOND} detik"
    return f"{span // SECOND},{span % SECOND // 100} detik"


def ago_text(span: int) -> str:
    """Write how long ago something was (milliseconds)."""
    for unit, name in ((DAY, "hari"), (HOUR, "jam"), (MINUTE, "menit")):
        if span >= unit:
            return f"{span // unit} {name} yang lalu"
    return "baru saja" if span < 5 * SECOND else f"{span // SECOND} detik yang lalu"

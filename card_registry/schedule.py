"""Weekly windows and holidays in a named time zone, and whether they admit a moment known as an interval.

Windows are what the zone's own wall clock shows, minute by minute; one that runs past midnight is written as
two. A holiday closes its whole local date. Zone rules come from the machine's time zone data through
``zoneinfo``, the one file a pure module may cause to be read.

What an *uncertain* answer opens is decided in ``card_registry.decision``, not here.

Pure.
"""

from bisect import bisect_left
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from card_registry.instant import DAY, MINUTE, Certainty, Instant

DAY_MINUTES = 24 * 60
WEEK_DAYS = 7
MAX_WINDOWS = 32
MAX_HOLIDAYS = 512
MAX_ZONE = 64
"""The longest zone name, in characters."""

WIDEST = DAY
"""An interval wider than this, in milliseconds, is answered uncertain without looking."""

LATEST = 4_102_444_800_000
"""2100-01-01T00:00Z in milliseconds: no clock of ours is believed beyond it."""


def zone_of(name: str) -> ZoneInfo:
    """Give the zone of an IANA name.

    Raises:
        ValueError: The name is not a zone that this machine knows.
    """
    try:
        if not 0 < len(name) <= MAX_ZONE:
            raise ZoneInfoNotFoundError(name[:MAX_ZONE])  # noqa: TRY301 - one refusal for every bad name
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        message = f"{name[:MAX_ZONE]!r} is not a time zone this machine knows; use a name like Asia/Jakarta"
        raise ValueError(message) from error


@dataclass(frozen=True, slots=True)
class Window:
    """On these weekdays (0 = Monday), minutes [begins, ends) after local midnight."""

    days: tuple[int, ...]
    begins: int
    ends: int

    def __post_init__(self) -> None:
        """Refuse a window without days or minutes."""
        if not self.days or sorted(set(self.days)) != list(self.days):
            message = "a window's days must be named in order, each once, at least one"
            raise ValueError(message)
        if not 0 <= self.days[0] <= self.days[-1] < WEEK_DAYS:
            message = "a window's days must be 0 (Monday) to 6 (Sunday)"
            raise ValueError(message)
        if not 0 <= self.begins < self.ends <= DAY_MINUTES:
            message = "a window must end after it begins, within one day of 1440 minutes"
            raise ValueError(message)


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a grant may be used: windows in ``zone``, but not on ``holidays`` (ISO dates in order)."""

    zone: str
    windows: tuple[Window, ...]
    holidays: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse an unknown zone, no window, or dates that are not ISO dates in order."""
        zone_of(self.zone)
        if not 0 < len(self.windows) <= MAX_WINDOWS:
            message = f"a schedule must have 1 to {MAX_WINDOWS} windows"
            raise ValueError(message)
        if len(self.holidays) > MAX_HOLIDAYS:
            message = f"a schedule may have at most {MAX_HOLIDAYS} holidays"
            raise ValueError(message)
        for text in self.holidays:
            _require_date(text)
        if sorted(set(self.holidays)) != list(self.holidays):
            message = "holidays must be in order, each once"
            raise ValueError(message)


def admits(schedule: Schedule | None, now: Instant) -> Certainty:
    """Say whether the true time lies in the schedule; None is always.

    Yes and no hold for every minute that the interval touches. An interval without an upper bound, wider than
    a day, or outside 1970 to 2100 is uncertain under any schedule.
    """
    if schedule is None:
        return Certainty.YES
    if now.hi is None or now.hi - now.lo > WIDEST or now.lo < 0 or now.hi >= LATEST:
        return Certainty.UNCERTAIN
    zone = ZoneInfo(schedule.zone)
    first, last = now.lo // MINUTE, now.hi // MINUTE
    answer = _is_open(schedule, first, zone)
    for minute in range(first + 1, last + 1):
        if _is_open(schedule, minute, zone) is not answer:
            return Certainty.UNCERTAIN
    return Certainty.YES if answer else Certainty.NO


def _is_open(schedule: Schedule, minute: int, zone: ZoneInfo) -> bool:
    """Say whether the wall clock, at a minute since 1970, shows a time in a window of no holiday."""
    local = datetime.fromtimestamp(minute * 60, zone)
    day, shown = local.weekday(), local.hour * 60 + local.minute
    for window in schedule.windows:
        if window.begins <= shown < window.ends and day in window.days:
            return not _is_holiday(schedule.holidays, local)
    return False


def _is_holiday(holidays: tuple[str, ...], local: datetime) -> bool:
    """Look a moment's local date up in the ordered holidays."""
    text = local.date().isoformat()
    place = bisect_left(holidays, text)
    return place < len(holidays) and holidays[place] == text


def _require_date(text: str) -> None:
    """Refuse text that is not a calendar date written YYYY-MM-DD."""
    try:
        same = date.fromisoformat(text).isoformat() == text
    except ValueError:
        same = False
    if not same:
        message = f"a holiday must be a date like 2026-08-17, not {text[:20]!r}"
        raise ValueError(message)

"""What the doors reported, added up: by right and month, by door and hour, by reason and day.

A denied tap that could not be tied to a holder counts at its door alone. A granted tap at a reader on the way
out is an exit, never an entry.

Pure.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, time

from card_registry.journal.event import EventKind
from card_registry.words import Side
from review.workdays import Calendar


@dataclass(frozen=True, slots=True)
class Happening:
    """One reported row as sums need it; ``times`` is how many alike ones it stands for."""

    kind: str
    at: int
    day: date
    local: str
    door: str | None
    granted: bool | None
    reason: str | None
    holder: str | None
    grant: str | None
    times: int
    side: str | None = None


@dataclass(slots=True)
class Use:
    """How one right was used in one month at one door; ``last`` is the last entry, None for none."""

    entries: int = 0
    outside: int = 0
    denials: int = 0
    last: int | None = None


@dataclass(slots=True)
class Traffic:
    """What passed at one door in one hour."""

    entries: int = 0
    denials: int = 0
    exits: int = 0


UseKey = tuple[str, str, str, str]
"""Month, grant (empty for none), holder, door."""

TrafficKey = tuple[date, int, str]
"""Day, hour, door."""

DenialKey = tuple[date, str, str]
"""Day, door, reason."""


@dataclass(slots=True)
class Sums:
    """Sums of some rows, to be added to those kept."""

    use: defaultdict[UseKey, Use] = field(default_factory=lambda: defaultdict(Use))
    traffic: defaultdict[TrafficKey, Traffic] = field(default_factory=lambda: defaultdict(Traffic))
    denials: defaultdict[DenialKey, int] = field(default_factory=lambda: defaultdict(int))


def add_up(rows: Iterable[Happening], calendar: Calendar) -> Sums:
    """Add up rows in any order."""
    sums = Sums()
    for row in rows:
        if row.door is None:
            continue
        if row.kind == EventKind.EXITED.value:
            sums.traffic[_hour(row, row.door)].exits += row.times
        elif row.kind == EventKind.TAPPED.value:
            _tapped(sums, row, row.door, calendar)
    return sums


def _tapped(sums: Sums, row: Happening, door: str, calendar: Calendar) -> None:
    traffic = sums.traffic[_hour(row, door)]
    key = (row.day.isoformat()[:7], row.grant or "", row.holder or "", door)
    if row.granted and row.side == Side.OUT:
        traffic.exits += row.times
        return
    if row.granted:
        traffic.entries += row.times
        use = sums.use[key]
        use.entries += row.times
        use.outside += 0 if in_hours(row, calendar) else row.times
        use.last = max(row.at, use.last or row.at)
        return
    traffic.denials += row.times
    sums.denials[row.day, door, row.reason or ""] += row.times
    if row.holder is not None:
        sums.use[key].denials += row.times


def in_hours(row: Happening, calendar: Calendar) -> bool:
    """Say whether a row was in office hours, by its local day and time."""
    return calendar.works(row.day) and calendar.opens <= time.fromisoformat(row.local) < calendar.closes


def _hour(row: Happening, door: str) -> TrafficKey:
    return row.day, int(row.local[:2]), door

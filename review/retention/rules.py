"""For how many months each kind of data is kept, and from which moment on it may go.

Pure.
"""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo

from card_registry.instant import DAY


class Kind(StrEnum):
    """What a rule is about."""

    ENTRIES = "peristiwa"
    CASES = "permohonan"
    VISITORS = "tamu"
    HOLDERS = "pemegang"
    MESSAGES = "pesan"
    TRACES = "sesi"


SHIPPED: Mapping[Kind, int] = {
    Kind.ENTRIES: 60,
    Kind.CASES: 60,
    Kind.VISITORS: 24,
    Kind.HOLDERS: 60,
    Kind.MESSAGES: 12,
    Kind.TRACES: 3,
}
"""Months as shipped: five years for entries and history; visitors two (PCI DSS 9.3.4 asks three months)."""

LEAST: Mapping[Kind, int] = {
    Kind.ENTRIES: 12,
    Kind.CASES: 12,
    Kind.VISITORS: 3,
    Kind.HOLDERS: 12,
    Kind.MESSAGES: 1,
    Kind.TRACES: 1,
}
"""The fewest months that an office may choose."""

MOST = 600
"""The most: what is to be kept for ever is archived, not kept here."""


@dataclass(frozen=True, slots=True)
class Rules:
    """Months by kind; what an office did not choose is as shipped.

    Raises:
        ValueError: Fewer or more months than anybody may choose.
    """

    months: Mapping[Kind, int] = field(default_factory=lambda: dict(SHIPPED))

    def __post_init__(self) -> None:
        """Refuse numbers out of bounds."""
        for kind, months in self.months.items():
            if not LEAST[kind] <= months <= MOST:
                message = f"{kind} cannot be kept for {months} months"
                raise ValueError(message)

    def of(self, kind: Kind) -> int:
        """Give the months of a kind."""
        return self.months.get(kind, SHIPPED[kind])


def before(now: int, months: int, zone: str) -> int:
    """Give the moment (milliseconds) before which things are older than so many months at the site.

    It is a midnight, so that a dry run of the morning still holds in the afternoon; a day that its month does
    not have becomes that month's last.
    """
    return _shifted(now, -months, zone)


def until(at: int, months: int, zone: str) -> int:
    """Give the midnight (milliseconds) after which a thing of some moment is older than so many months."""
    return _shifted(at + DAY, months, zone)


def _shifted(at: int, months: int, zone: str) -> int:
    day = datetime.fromtimestamp(at / 1000, ZoneInfo(zone)).date()
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = monthrange(year, month + 1)[1]
    found = day.replace(year=year, month=month + 1, day=min(day.day, last))
    return round(datetime.combine(found, time(), ZoneInfo(zone)).timestamp() * 1000)


def month_of(at: int) -> int:
    """Give the month of a time in milliseconds as the ledger has it: year × 100 + month, in UTC."""
    moment = datetime.fromtimestamp(at / 1000, UTC)
    return moment.year * 100 + moment.month

"""What somebody takes away: which events, rights or cases, of which time.

Pure.
"""

from dataclasses import dataclass
from enum import StrEnum


class Which(StrEnum):
    """Which door events a file holds, in the words of an address."""

    ALL = "semua"
    OPENINGS = "pembukaan"
    REFUSALS = "ditolak"
    UNEXPLAINED = "tanpa-penjelasan"


@dataclass(frozen=True, slots=True)
class EventsWanted:
    """Door events of [since, until) by the controllers' clocks (ms); None and empty restrict nothing.

    ``named`` is a part of the holder's name, in capitals or not; ``holder``, ``card`` and ``case`` are ids.
    """

    since: int | None = None
    until: int | None = None
    which: Which = Which.ALL
    door: str = ""
    holder: str = ""
    named: str = ""
    unit: str = ""
    card: str = ""
    case: str = ""

"""What detectors look at: passages through doors, doors held open, and the habits of each holder.

Pure.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Detector(StrEnum):
    """What is looked for."""

    OUTSIDE_HOURS = "di-luar-jam"
    UNUSUAL_PLACE = "tempat-tidak-biasa"
    UNUSUAL_LENGTH = "lama-tidak-biasa"
    OUT_OF_SEQUENCE = "tidak-berurutan"
    TAILGATING = "membuntuti"


class Way(StrEnum):
    """Which way somebody went."""

    IN = "in"
    OUT = "out"


@dataclass(frozen=True, slots=True)
class Passage:
    """A granted tap: which occurrence, when (milliseconds; local day and time), where, who, which way."""

    id: int
    at: int
    day: date
    local: str
    door: str
    holder: str
    way: Way


@dataclass(frozen=True, slots=True)
class Standing:
    """A door that stood open for too long: which occurrence, when, where."""

    id: int
    at: int
    door: str


Habits = Mapping[str, Mapping[str, int]]
"""How often each holder entered by each door in the months before."""

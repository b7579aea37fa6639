"""What a door knows of the time: an interval [lo, hi] and what it rests on (DESIGN §4, Time).

A validity window is answered yes, no or uncertain; who may turn *uncertain* into a door that opens is the
door's ``clockless`` policy, decided in ``card_registry.decision``, not here. How the interval is kept is
``door_controller.clock``'s work.

All instants are whole milliseconds since 1970-01-01T00:00Z.

Pure.
"""

from dataclasses import dataclass
from enum import StrEnum

from card_registry.words import TimeQuality

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR


class Certainty(StrEnum):
    """A three-valued answer about time."""

    YES = "yes"
    NO = "no"
    UNCERTAIN = "uncertain"


@dataclass(frozen=True, slots=True)
class Instant:
    """The true time lies in [lo, hi] milliseconds; ``hi`` is None when nothing bounds it from above."""

    lo: int
    hi: int | None
    quality: TimeQuality

    def __post_init__(self) -> None:
        """Refuse an interval that ends before it begins."""
        if self.hi is not None and self.hi < self.lo:
            message = f"the time interval ends ({self.hi}) before it begins ({self.lo})"
            raise ValueError(message)

    @property
    def width(self) -> int | None:
        """Give the width in milliseconds, None when unbounded."""
        return None if self.hi is None else self.hi - self.lo


def within(now: Instant, begins: int, ends: int) -> Certainty:
    """Say whether the true time lies in [begins, ends); an empty window is a certain no."""
    if begins >= ends or now.lo >= ends or (now.hi is not None and now.hi < begins):
        return Certainty.NO
    if begins <= now.lo and now.hi is not None and now.hi < ends:
        return Certainty.YES
    return Certainty.UNCERTAIN

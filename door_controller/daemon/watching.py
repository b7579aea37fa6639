"""What the deciding thread looks at once in a while: the clock and the disk.

It only tells: no lock moves because of anything here.
"""

from collections.abc import Iterator

from card_registry.instant import MINUTE, SECOND
from card_registry.journal.event import Alarmed
from card_registry.words import TimeQuality
from door_controller.daemon.means import Means

LOOK_MS = SECOND
"""How often, in milliseconds."""

UNCERTAIN_MS = 10 * MINUTE
"""How long the clock may know nothing but a floor before somebody is told: a start needs a while."""


class Watching:
    """One controller's look around, in the deciding thread."""

    def __init__(self, means: Means) -> None:
        """Look at ``means``; the first look is due at once."""
        self._means = means
        self._next = 0
        self._certain = means.clock.mono()

    def look(self, now: int) -> None:
        """Look around if it is time to (``now``: boot milliseconds)."""
        if now < self._next:
            return
        self._next = now + LOOK_MS
        for alarm in (*self._clock_alarms(now), *self._means.diary.alarms()):
            self._means.note(alarm)

    def _clock_alarms(self, now: int) -> Iterator[Alarmed]:
        """Tell of a wall clock that was moved, and of a time that nothing vouches for."""
        clock, stands = self._means.clock, self._means.alarms.stands("clock-unsynchronised", "clock")
        moved = clock.jumped()
        if moved is not None:
            yield Alarmed("clock-jumped", "clock", raised=True, detail=f"by {moved} ms")
        if clock.moment().quality is not TimeQuality.FLOOR:
            self._certain = now
        if stands != (now - self._certain > UNCERTAIN_MS):
            yield Alarmed("clock-unsynchronised", "clock", raised=not stands)

"""What the deciding thread looks at once in a while: the clock, the disk, and what the standing lights show.

It only tells: no lock moves because of anything here.
"""

from collections.abc import Iterator

from card_registry.instant import MINUTE, SECOND
from card_registry.journal.event import Alarmed
from card_registry.words import DoorId, Mode, Staleness, TimeQuality
from door_controller.daemon.latch import Latch
from door_controller.daemon.means import Means
from door_controller.door import State
from door_controller.panel import Indication

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

        for door, latch in self._means.latches.items():
            latch.stand(self._indication(door, latch))

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

    def _indication(self, door: DoorId, latch: Latch) -> Indication:
        """Give the one thing that whoever stands at the door should know first."""
        standing, alarms = self._means.standing(), self._means.alarms
        if latch.door.state is State.WARNED:
            return Indication.WARNED
        if alarms.stands("wires-failed", door):
            return Indication.FAULT
        if alarms.about(door):
            return Indication.ALARM
        if latch.mode is Mode.LOCKDOWN:
            return Indication.LOCKDOWN
        if latch.mode is Mode.FREE:
            return Indication.FREE
        if standing.registry is None or standing.staleness is Staleness.EXPIRED:
            return Indication.EXPIRED
        if standing.staleness is Staleness.STALE or alarms.stands("clock-unsynchronised", "clock"):
            return Indication.STALE
        return Indication.NORMAL if self._means.linked() else Indication.LINK_DOWN

"""The one thread that decides, and that the watchdog watches: it takes what comes, in order, one at a time.

Cards and keys go to ``answering``, orders to ``obeying``, what became of a release to ``passages``. After
each turn what waits for the disk is written (``diary``). Nothing that comes in ends the thread.

2026-11-21: the thread has no clock of its own but the controller's (``Clock``), and ``settle`` does what
``run`` does without waiting, so a simulator lives through a year with the very code that works at a door.
"""

import logging
import queue
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import assert_never

from card_registry.instant import SECOND
from card_registry.journal.event import Alarmed, Body
from card_registry.orders import Order
from card_registry.words import DoorId
from door_controller import presence
from door_controller.daemon.answering import Answering
from door_controller.daemon.means import Means
from door_controller.daemon.obeying import Obeying
from door_controller.daemon.pads import Pads
from door_controller.daemon.passages import Passages
from door_controller.daemon.watching import Watching
from door_controller.door import Unused, Used
from door_controller.journal import Beside
from door_controller.orders import OrdersSeen
from door_controller.pin.checker import PinChecked, PinChecker
from door_controller.presence import Muster
from door_controller.readers import Keyed, Presented, ReaderEvent, ReaderFault, ReaderRestored

_LOG = logging.getLogger(__name__)

POLL_MS = 1_000
"""The loop turns at least once in this time, for the watchdog and for facts that wait for the disk."""


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of a release: the leaf was opened for it, or not."""

    end: Used | Unused


Heard = ReaderEvent | PinChecked | OrdersSeen | Settled
"""What other threads tell the deciding one."""


class Loop:
    """One controller's deciding thread."""

    def __init__(
        self,
        means: Means,
        muster: Muster = Muster(),  # noqa: B008 - frozen
        areas: Collection[str] = (),
        checker: Callable[[Callable[[PinChecked], None]], PinChecker] = PinChecker,
    ) -> None:
        """Decide with ``means``; ``muster`` is who was inside, counted in ``areas`` only.

        ``checker`` makes what computes PINs beside this thread; a simulator brings one without a thread.
        """
        self._means = means
        self._queue: queue.SimpleQueue[Heard | None] = queue.SimpleQueue()
        self._checker = checker(self._queue.put)
        self._passages = Passages(means.journal, muster, areas)
        self._answering = Answering(means, self._passages, Pads(self._checker))
        self._obeying = Obeying(means, self._forgive)
        self._watching = Watching(means)
        self._stopped = False

    def report(self, event: ReaderEvent) -> None:
        """Take what a reader saw; returns at once."""
        self._queue.put(event)

    def order(self, seen: OrdersSeen) -> None:
        """Take orders that were weighed; returns at once."""
        self._queue.put(seen)

    def settled(self, end: Used | Unused) -> None:
        """Take what became of a release; returns at once."""
        self._queue.put(Settled(end))

    def note(self, body: Body) -> None:
        """Queue a fact to be written; takes no disk and returns at once."""
        self._means.note(body)
        self._queue.put(None)

    def stop(self) -> None:
        """End ``run`` after the turn it is in."""
        self._stopped = True
        self._queue.put(None)

    @property
    def alarms(self) -> tuple[str, ...]:
        """Give the alarms that stand, as the status says them."""
        return self._means.alarms.lines()

    def run(self, turned: Callable[[], None]) -> None:
        """Take what comes until ``stop``; ``turned`` is called after each turn."""
        while not self._stopped:
            try:
                event = self._queue.get(timeout=self._patience())
            except queue.Empty:
                event = None
            self._turn(event)
            turned()
        self._answering.pass_time(self._means.clock.mono() + SECOND)
        self._means.diary.write()
        self._checker.close()

    def settle(self) -> None:
        """Take all that waits, as ``run`` does, and return: for a simulator, which keeps the time itself."""
        while True:
            try:
                event = self._queue.get_nowait()
            except queue.Empty:
                break
            self._turn(event)
        self._turn(None)

    def due(self) -> int | None:
        """Give the next moment (boot milliseconds) at which time alone gives a turn something to do."""
        return self._answering.due()

    def take(self, event: Heard) -> None:
        """Do what one event demands; never raises."""
        try:
            self._take(event)
        except Exception as error:  # noqa: BLE001 - the thread that locks depend on goes on, whatever it was
            _LOG.error("a %s could not be taken (%s)", type(event).__name__, type(error).__name__)

    def _take(self, event: Heard) -> None:
        match event:
            case Presented():
                self._answering.present(event)
            case Keyed():
                self._answering.key(event)
            case PinChecked():
                self._answering.checked(event)
            case OrdersSeen():
                self._obeying.take(event)
            case Settled(end):
                for body in self._passages.settled(end):
                    self._means.note(body)
            case ReaderFault(reader, why):
                self.note(Alarmed("reader-failed", reader, raised=True, detail=str(why)))
            case ReaderRestored(reader):
                if self._means.alarms.stands("reader-failed", reader):
                    self.note(Alarmed("reader-failed", reader, raised=False))
            case _:
                assert_never(event)

    def _turn(self, event: Heard | None) -> None:
        if event is not None:
            self.take(event)
        try:
            self._pass_time(self._means.clock.mono())
        except Exception as error:  # noqa: BLE001 - the same
            _LOG.error("what time alone brings failed (%s)", type(error).__name__)

    def _pass_time(self, now: int) -> None:
        self._means.diary.write()
        self._answering.pass_time(now)
        self._watching.look(now)
        self._means.diary.write()

    def _forgive(self, order: Order) -> Beside | None:
        return self._passages.forgive(order, self._area(order.door))

    def _area(self, door: DoorId) -> str:
        registry = self._means.standing().registry
        rule = None if registry is None else registry.doors.get(door)
        return door if rule is None else presence.area_of(rule)

    def _patience(self) -> float:
        due = self.due()
        wait = POLL_MS if due is None else min(POLL_MS, max(0, due - self._means.clock.mono()))
        return wait / SECOND

"""Time for the latches: ends what is due, and reads the inputs as levels in case an edge was missed.

Its own thread, with no disk and no decision in it, so that a release ends and an exit button opens although
everything else hangs. Latches come first in every turn; what is ticked beside them (lamps, the cabinet) comes
after, and whatever fails there ends neither the thread nor a turn.

An input is seen at its edge. One whose edge was lost is seen at the next look, at most ``LOOK_MS`` later, and
counts once it has stood for its debounce: so one that lasts over 400 ms is always seen while the two together
are shorter, that is with a debounce of up to 300 ms, and by its edge in any case.

2026-11-21: looks are 100 ms apart and not at every wake-up, because reading eight doors is the dearest thing
an idle controller does; what is due is asked at each wake-up, because that costs nothing.
"""

import logging
import threading
from collections.abc import Callable, Collection
from typing import Protocol

from card_registry.instant import SECOND
from door_controller.daemon.latch import Latch
from door_controller.door import Tick

_LOG = logging.getLogger(__name__)

LOOK_MS = 100
"""How often the inputs are read without being asked to."""

STALL_MS = 2 * SECOND
"""How long no turn may be finished before the thread counts as dead: a pin that hangs must not hide.

The unit's watchdog is last fed less than this after the hang, so it ends within watchdog + 2 s."""


class Beside(Protocol):
    """What else needs time, without ever being waited for."""

    def tick(self, now: int) -> None:
        """Do what is due; returns at once."""

    def due(self) -> int | None:
        """Give the next moment at which time alone changes something."""


class Ticker:
    """The thread that ticks every latch of a controller, and what stands beside them."""

    def __init__(
        self, latches: Collection[Latch], now: Callable[[], int], beside: Collection[Beside] = ()
    ) -> None:
        """Tick ``latches``, then ``beside``; ``now`` is the boot clock in milliseconds."""
        self._latches, self._now, self._beside = latches, now, beside
        self._stopping = False
        self._turns, self._seen = 0, (-1, now())
        self._woken = threading.Event()
        self._looked = now() - LOOK_MS
        self._thread = threading.Thread(target=self._run, name="ticker", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def wake(self) -> None:
        """Let it see at once what is due now; returns at once."""
        self._woken.set()

    def close(self) -> None:
        """Stop, and wait for the thread."""
        self._stopping = True
        self._woken.set()
        self._thread.join(2)

    @property
    def alive(self) -> bool:
        """Say whether time still passes for the latches: the thread lives, and has turned since lately."""
        now = self._now()
        if self._turns != self._seen[0]:
            self._seen = (self._turns, now)
        return self._thread.is_alive() and now - self._seen[1] < STALL_MS

    def watched(self, latch: Latch) -> Callable[[], None]:
        """Give what an edge of ``latch``'s inputs calls: look now, and mind what is due then."""

        def changed() -> None:
            latch.look()
            self._woken.set()

        return changed

    def turn(self) -> None:
        """Do what is due now: latches, then a look at the inputs if the last is over, then the rest."""
        now = self._now()
        for latch in self._latches:
            if _is_due(latch.due(), now):
                latch.take(Tick())
        if now - self._looked >= LOOK_MS:
            self._looked = now
            for latch in self._latches:
                self._safely(latch.look)
        for one in self._beside:
            if _is_due(one.due(), now):
                self._safely(lambda one=one: one.tick(now))  # type: ignore[misc]
        self._turns += 1

    def patience(self) -> int:
        """Give the milliseconds until something is due or the inputs are looked at again, 1 at least."""
        now = self._now()
        dues = [due for latch in self._latches if (due := latch.due()) is not None]
        dues += [due for one in self._beside if (due := one.due()) is not None]
        return max(1, min([self._looked + LOOK_MS - now, *(due - now for due in dues)]))

    def _run(self) -> None:
        while not self._stopping:
            self._woken.wait(self.patience() / SECOND)
            self._woken.clear()
            self.turn()

    def _safely(self, work: Callable[[], None]) -> None:
        """Do something that must not end the thread."""
        try:
            work()
        except Exception as error:  # noqa: BLE001 - whatever it is, time must pass for the locks
            _LOG.error("the ticker went on after a %s", type(error).__name__)


def _is_due(due: int | None, now: int) -> bool:
    return due is not None and due <= now

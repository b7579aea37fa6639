"""Time for the latches: ends what is due, and reads the inputs as levels in case an edge was missed.

Its own thread, with no disk and no decision in it, so that a release ends and an exit button opens although
everything else hangs. An input that lasts over 400 ms is seen, whatever the edges did.
"""

import threading
from collections.abc import Callable, Collection

from card_registry.instant import SECOND
from door_controller.daemon.latch import Latch
from door_controller.door import Tick

LOOK_MS = 100
"""How often the inputs are read without being asked to."""


class Ticker:
    """The thread that ticks every latch of a controller."""

    def __init__(self, latches: Collection[Latch], now: Callable[[], int]) -> None:
        """Tick ``latches``; ``now`` is the boot clock in milliseconds."""
        self._latches, self._now = latches, now
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="ticker", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def close(self) -> None:
        """Stop, and wait for the thread."""
        self._stop.set()
        self._thread.join(2)

    @property
    def alive(self) -> bool:
        """Say whether time still passes for the latches."""
        return self._thread.is_alive()

    def _run(self) -> None:
        while not self._stop.wait(self._patience() / SECOND):
            for latch in self._latches:
                latch.look()
                latch.take(Tick())

    def _patience(self) -> int:
        dues = [due for latch in self._latches if (due := latch.due()) is not None]
        return max(1, min([LOOK_MS, *(due - self._now() for due in dues)]))

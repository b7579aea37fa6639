"""Whether a reader works: one state, reported at each change, and a watchdog outside the reader's thread.

It decides when silence is a fault and who is told. Opening and reading are left to the reader; what the door
does about a fault, to the door.
"""

import threading
import time
from collections.abc import Callable

from card_registry.words import ReaderId
from door_controller.readers import ReaderFault, ReaderRestored, Report, Trouble

SILENCE_SECONDS = 5.0
"""Longer than any turn of an honest loop, and well inside the 8 s after which an alarm is due."""


class Supervision:
    """One reader's health: ``beat`` by the reader's thread, ``fault`` and ``restored`` by whoever knows."""

    def __init__(self, reader: ReaderId, report: Report) -> None:
        self._reader = reader
        self._report = report
        self._lock = threading.Lock()
        self._works: bool | None = None
        self._beat = time.monotonic()

    def beat(self) -> None:
        """Note that the reader's thread is alive."""
        self._beat = time.monotonic()

    @property
    def silence(self) -> float:
        """Seconds since the last beat."""
        return time.monotonic() - self._beat

    def fault(self, why: Trouble) -> None:
        """Report a fault, unless one is reported already."""
        with self._lock:
            if self._works is not False:
                self._works = False
                self._report(ReaderFault(self._reader, why, time.monotonic_ns()))

    def restored(self) -> None:
        """Report that the reader works, unless that is reported already."""
        with self._lock:
            if self._works is not True:
                self._works = True
                self._report(ReaderRestored(self._reader, time.monotonic_ns()))


def watch(
    health: Supervision, give_up: Callable[[], None], stop: threading.Event, most: float = SILENCE_SECONDS
) -> None:
    """Give up the port of a reader whose thread is silent for ``most`` seconds; runs until ``stop``."""
    while not stop.wait(most / 20):
        if health.silence > most:
            health.fault(Trouble.SILENT)
            give_up()

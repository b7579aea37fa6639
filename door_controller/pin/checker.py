"""The thread that computes what a PIN is worth: two times scrypt, away from the thread that opens doors.

It decides nothing but the order, one after the other, so that no more than one hash's memory is ever in use.
What the result means for the tap is left to the loop.
"""

import logging
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from card_registry.pin import check
from card_registry.shown import PinRow
from card_registry.words import PinResult

CLOSE_SECONDS = 2.0

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PinChecked:
    """What the PIN asked about under ``token`` is; NOT_ASKED when that could not be told."""

    token: int
    result: PinResult


@dataclass(frozen=True, slots=True)
class _Asked:
    token: int
    row: PinRow | None = field(repr=False)
    pin: str = field(repr=False)


class PinChecker:
    """Checks PINs in a thread of its own, which is started by the first."""

    def __init__(self, report: Callable[[PinChecked], None]) -> None:
        """Give each result to ``report``, in the checker's thread; it must return at once (a queue's put)."""
        self._report = report
        self._queue: queue.SimpleQueue[_Asked | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="pin", daemon=True)
        self._starting = threading.Lock()

    def ask(self, token: int, row: PinRow | None, pin: str) -> None:
        """Have a PIN checked against a holder's row, None where there is none; returns at once.

        ``token`` comes back with the result. Each ask gives exactly one ``PinChecked``, in order.
        """
        with self._starting:
            if self._thread.ident is None:
                self._thread.start()
        self._queue.put(_Asked(token, row, pin))

    def close(self) -> None:
        """End the thread after what it was asked before."""
        self._queue.put(None)
        if self._thread.ident is not None:
            self._thread.join(CLOSE_SECONDS)

    def _run(self) -> None:
        while (asked := self._queue.get()) is not None:
            self._report(PinChecked(asked.token, _result(asked)))


def _result(asked: _Asked) -> PinResult:
    try:
        return check(asked.row, asked.pin)
    except Exception as error:  # noqa: BLE001 - no memory, a broken library: the door asks again
        _LOG.error("a PIN could not be checked (%s); the door asks for it again", type(error).__name__)
        return PinResult.NOT_ASKED

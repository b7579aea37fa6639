"""One real reader thread before one virtual reader, with a list of what it reported."""

import contextlib
import queue
import secrets
import time
from collections.abc import Generator
from pathlib import Path

from card_registry.words import ReaderId
from door_controller.readers import Presented, Proof, ReaderEvent, ReaderFault
from door_controller.readers.pn532 import Pn532Reader, Pn532Settings

READER = ReaderId("masuk")
IDENTIFIER = bytes(range(32))


class Eye:
    """A running reader and its events."""

    def __init__(self, port: str, baud: int = 921600, retry_seconds: float = 0.5) -> None:
        self.events: queue.SimpleQueue[ReaderEvent] = queue.SimpleQueue()
        self.uids: list[bytes] = []
        self.faults = 0
        settings = Pn532Settings(READER, port, IDENTIFIER, baud, retry_seconds)
        self.reader = Pn532Reader(settings, self.events.put, self._name, secrets.token_bytes)

    def _name(self, uid: bytes) -> str:
        self.uids.append(uid)
        return f"nama-{len(self.uids)}"

    def next(self, seconds: float = 8.0) -> ReaderEvent:
        """The next event, or `queue.Empty` if none comes in time."""
        return self.events.get(timeout=seconds)

    def proof(self, seconds: float = 8.0) -> Proof:
        """What the next presentation proved; faults in between are counted."""
        ends = time.monotonic() + seconds
        while True:
            event = self.next(max(0.0, ends - time.monotonic()))
            if isinstance(event, Presented):
                return event.proof
            self.faults += isinstance(event, ReaderFault)


@contextlib.contextmanager
def looking(port: str | Path, baud: int = 921600, retry_seconds: float = 0.5) -> Generator[Eye]:
    """Run a reader for the length of a ``with`` block."""
    eye = Eye(str(port), baud, retry_seconds)
    eye.reader.start()
    try:
        yield eye
    finally:
        eye.reader.close()

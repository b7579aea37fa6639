"""The disk under the journal: its room watched, and a preallocated reserve for what must be written.

The file ``reserve`` beside the journal holds blocks that nothing else on the disk can take. When the disk
refuses an urgent event for want of room, the file is shortened by a chunk and the event is tried again, until
nothing is left. Room that comes back fills it up again before the state is OK. Which state means what, and
which events are urgent, is decided in ``room``.

2026-11-21: a file and not pages inside the database, because freeing those would itself need room in the
write-ahead log. What another program takes in the instant between is given from the next chunk.
"""

import contextlib
import os
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path

from card_registry.journal.event import Alarmed
from door_controller.room import SIZES, DiskState, Sizes, state_of

NAME = "reserve"
_BLOCK = 512


def free_bytes(folder: Path) -> int:
    """Give the bytes that this user may still write on a folder's disk."""
    seen = os.statvfs(folder)
    return seen.f_bavail * seen.f_frsize


class Disk:
    """One journal's disk, for many threads; ``state`` is what the last look or write found."""

    def __init__(
        self, folder: Path, sizes: Sizes = SIZES, *, free: Callable[[Path], int] = free_bytes
    ) -> None:
        """Watch the disk of ``folder``, and fill the reserve where there is room."""
        self._folder, self._path, self._sizes, self._free = folder, folder / NAME, sizes, free
        self._lock = threading.Lock()
        self._why = ""
        self._told: Alarmed | None = None
        self.state = DiskState.OK
        self.look()

    @property
    def left(self) -> int:
        """Give the bytes that the reserve still holds."""
        try:
            return min(self._path.stat().st_blocks * _BLOCK, self._sizes.reserve)
        except OSError:
            return 0

    def look(self) -> DiskState:
        """Measure the room; fill the reserve up again where there is enough."""
        with self._lock:
            if not self._why:
                self._measure()
            return self.state

    def turn(self) -> tuple[Alarmed, ...]:
        """Look, and give the alarms to be raised or cleared since the last turn."""
        self.look()
        told, now = self._told, self._alarm()
        if (told and told.alarm) == (now and now.alarm):
            return ()
        self._told = now
        over = () if told is None else (Alarmed(told.alarm, told.about, raised=False),)
        return over if now is None else (*over, now)

    def give(self) -> bool:
        """Free a chunk of the reserve for an event; False where none is left, or room is not what lacks."""
        with self._lock, contextlib.suppress(OSError):
            left = self.left
            if not left or self._free(self._folder) >= max(self._sizes.low, self._sizes.chunk):
                return False
            os.truncate(self._path, max(0, left - self._sizes.chunk))
            self.state = DiskState.RESERVE
            return self.left < left
        return False

    def took(self) -> None:
        """Know that the journal took an event."""
        if self._why:
            with self._lock:
                self._why = ""
                self._measure()

    def refused(self, error: sqlite3.Error) -> None:
        """Know that the journal took no event, and no reserve helps."""
        with self._lock:
            self._why = str(error)
            self.state = DiskState.FULL

    def _measure(self) -> None:
        try:
            free, missing = self._free(self._folder), self._sizes.reserve - self.left
            self.state = state_of(self.state, free, missing, self._sizes)
            if missing and free >= missing + self._sizes.low and self.state is not DiskState.RESERVE:
                self._fill()
        except OSError:
            return  # a disk that cannot even be asked is found out by the journal

    def _fill(self) -> None:
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        try:
            os.posix_fallocate(descriptor, 0, self._sizes.reserve)
        finally:
            os.close(descriptor)

    def _alarm(self) -> Alarmed | None:
        match self.state:
            case DiskState.OK:
                return None
            case DiskState.FILLING:
                return Alarmed("disk-filling", "disk", raised=True)
            case DiskState.RESERVE:
                return Alarmed("disk-reserve", "disk", raised=True)
            case DiskState.FULL:
                return Alarmed("disk-full", "disk", raised=True, detail=self._why[:200])

"""A virtual controller's disk: real SQLite whose growth can be stopped, and a reserve that gives it room.

SQLite is told the most pages the file may have; what it then says is what it says on a full disk. The
daemon's own ``Disk`` measures the room that this disk claims, and frees its reserve by chunks.
"""

import sqlite3
from pathlib import Path
from typing import assert_never

from door_controller.disk import Disk
from door_controller.journal import Journal
from door_controller.room import Sizes
from door_controller.simulator.script.words import Room

PLENTY = 1 << 30
_PAGE = 4096
_NO_LIMIT = 1 << 31
SMALL = Sizes(reserve=256 * 1024, chunk=32 * 1024, filling=64 * 1024, low=16 * 1024)
"""A small reserve, so that a script can use it up."""


class VirtualDisk(Disk):
    """The daemon's disk over a room that a script sets."""

    def __init__(self, folder: Path, room: Room) -> None:
        """Watch ``folder``, which claims to have ``room``."""
        self._room = room
        self._store: sqlite3.Connection | None = None
        self._pages = 0
        super().__init__(folder, SMALL, free=lambda _: self._claimed())

    def attach(self, journal: Journal) -> None:
        """Limit this journal's file from here on."""
        journal.keep(self._take)
        self.fill(self._room)

    def fill(self, room: Room) -> None:
        """Have so much room from here on."""
        self._room = room
        if self._store is None:
            return
        match room:
            case Room.FREE | Room.FILLING:
                self._limit(_NO_LIMIT)
            case Room.RESERVE:
                self._stop_growth()
            case Room.FULL:
                self._stop_growth()
                (self.path).unlink(missing_ok=True)
            case _:
                assert_never(room)
        self.look()

    @property
    def path(self) -> Path:
        """Give the reserve's file."""
        return self._folder / "reserve"

    def give(self) -> bool:
        """Free a chunk of the reserve, and let the file grow by it."""
        if not super().give():
            return False
        self._limit(self._pages + SMALL.chunk // _PAGE)
        return True

    def _claimed(self) -> int:
        match self._room:
            case Room.FREE:
                return PLENTY
            case Room.FILLING:
                return SMALL.filling // 2
            case Room.RESERVE | Room.FULL:
                return 0
            case _:
                assert_never(self._room)

    def _take(self, store: sqlite3.Connection) -> None:
        self._store = store

    def _stop_growth(self) -> None:
        if self._store is not None:
            self._limit(int(self._store.execute("PRAGMA page_count").fetchone()[0]))

    def _limit(self, pages: int) -> None:
        self._pages = pages
        if self._store is not None:
            self._store.execute(f"PRAGMA max_page_count={pages}")

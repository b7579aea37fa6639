"""The controller's journal on disk: append durably, read back, end an epoch and begin the next.

``append`` returns after the commit is durable, and only then does it give the event's place, which is what
``door.Accepted`` is made from. When the disk refuses, it raises ``StoreBroken``, nothing has changed, and the
next append takes the same place. Where the disk is full, an urgent event, or one that something else is
written with, is given room from the reserve (``disk``). A journal whose newest row is damaged takes no event
before a new epoch has begun: nothing is ever written upon a broken tree.

What a valid journal *is* lies in ``card_registry.journal``; whether this file still is one, in
``inspection``; what leaves the machine, in ``outbox``.
"""

import secrets
import sqlite3
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from card_registry.errors import Malformed, StoreBroken
from card_registry.journal.event import Body, Moment, Position, Started, encode_event
from card_registry.journal.tree import EMPTY, Frontier, leaf
from card_registry.words import ControllerId, SiteId
from door_controller.disk import Disk, free_bytes
from door_controller.room import SIZES, DiskState, Urgency, urgency_of
from door_controller.store import (
    StoreCorrupt,
    check_small,
    is_busy,
    is_corrupt,
    is_full,
    open_reading,
    open_store,
    transaction,
)

SEQ_BITS = 40
"""``row.place`` is the epoch shifted by this many bits, plus the sequence number."""

Beside = Callable[[sqlite3.Connection], None]
"""What else is written in an event's own transaction."""


def all_of(*writes: Beside | None) -> Beside | None:
    """Give several writes as one; None where there is nothing to write."""
    wanted = [write for write in writes if write is not None]

    def write(store: sqlite3.Connection) -> None:
        for one in wanted:
            one(store)

    return write if wanted else None


_INSERT = "INSERT INTO row (place, body, frontier) VALUES (?, ?, ?)"
_HIGHEST = "SELECT max(epoch) FROM (SELECT epoch FROM receipt UNION SELECT epoch FROM closed UNION SELECT 0)"
_LAST = "SELECT place, frontier FROM row ORDER BY place DESC LIMIT 1"
_TREE = """
SELECT frontier FROM row WHERE place = ? UNION ALL SELECT frontier FROM pruned WHERE epoch = ? AND before = ?
"""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a committed event stands."""

    epoch: int
    seq: int


def draw_salt() -> str:
    """Draw an event's salt: 12 random bytes, as hex."""
    return secrets.token_hex(12)


def place_of(epoch: int, seq: int) -> int:
    """Give the key of a row."""
    return (epoch << SEQ_BITS) + seq


class Journal:
    """One controller's journal, for many threads; each append is one durable commit."""

    def __init__(
        self,
        path: Path,
        site: SiteId,
        controller: ControllerId,
        *,
        epoch: int = 1,
        disk: Disk | None = None,
        stands_for: Path | None = None,
        salt: Callable[[], str] = draw_salt,
    ) -> None:
        """Open or make the journal; ``epoch`` numbers the first epoch of an empty one, on ``disk``.

        One that ``stands_for`` a file whose disk refuses takes no event, and keeps facts only while open.

        Raises:
            StoreBroken: The file is damaged or of another program, or the disk refuses.
        """
        self.path, self.site, self.controller, self.disk = path, site, controller, disk
        self._first, self._salt = epoch, salt
        self._writing, self._looking = threading.Lock(), threading.Lock()
        self._store = _open_with_room(path, disk)
        self._reading = open_reading(path)
        self._epoch, self._frontier = epoch, Frontier()
        self._sure, self._damage = True, ""
        self.corrupt, self._stands_for = "", stands_for
        try:
            check_small(self._store, path)
            self._find_head()
        except StoreBroken:
            self.close()
            raise

    @property
    def head(self) -> Position:
        """Give the current epoch, its number of rows, and its root."""
        epoch, frontier = self._epoch, self._frontier
        return Position(epoch, frontier.size, frontier.root().hex())

    def append(self, body: Body, at: Moment, beside: Beside | None = None) -> Place:
        """Write one event durably, with what belongs in its transaction, and give its place.

        Raises:
            StoreBroken: The disk refused; nothing was written.
        """
        with self._writing:
            self._make_sure()
            if self._stands_for is not None:
                raise StoreBroken(f"{self._stands_for} takes no event: its disk refuses")
            if self._damage or self.corrupt:
                raise StoreBroken(self._damage or self.corrupt)
            return self._write(self._epoch, self._frontier, body, at, beside)

    def begin_epoch(self, body: Started, at: Moment, *, sendable: int, beside: Beside | None = None) -> Place:
        """End the current epoch, of which ``sendable`` rows may still be sent, and begin a later one.

        The new epoch's number is above every one this controller or a receipt it was shown has named;
        ``beside`` is written in the same transaction.

        Raises:
            StoreBroken: The disk refused; the old epoch stands.
        """
        with self._writing:
            self._make_sure()
            ended = self._epoch
            named = max(body.receipt.epoch if body.receipt is not None else 0, self._highest())

            def close(store: sqlite3.Connection) -> None:
                store.execute("INSERT OR REPLACE INTO closed (epoch, rows) VALUES (?, ?)", (ended, sendable))
                if beside is not None:
                    beside(store)

            return self._write(max(ended, named) + 1, Frontier(), body, at, close)

    def keep(self, write: Beside) -> None:
        """Write facts that need no event, in one durable transaction.

        Raises:
            StoreBroken: The disk refused; nothing was written.
        """
        with self._writing:
            try:
                with transaction(self._store):
                    write(self._store)
            except sqlite3.Error as error:
                raise self._broken(f"{self.path} cannot be written: {error}", error) from error

    def look(self, sql: str, values: tuple[object, ...] = ()) -> list[tuple[Any, ...]]:
        """Read committed rows without standing in a writer's way.

        Raises:
            StoreBroken: The disk refused.
        """
        try:
            with self._looking:
                return self._reading.execute(sql, values).fetchall()
        except sqlite3.Error as error:
            raise self._broken(f"{self.path} cannot be read: {error}", error) from error

    def rows(self, epoch: int, start: int, end: int) -> list[bytes]:
        """Give the exact bytes of rows [start, end) of an epoch, as far as they exist."""
        between = (place_of(epoch, start), place_of(epoch, end))
        found = self.look("SELECT body FROM row WHERE place >= ? AND place < ? ORDER BY place", between)
        return [body for (body,) in found]

    def frontier(self, epoch: int, size: int) -> Frontier:
        """Give the tree over the first ``size`` rows of an epoch, as stored with its last row.

        Of rows that were pruned, only the tree over all of them is left.

        Raises:
            StoreBroken: There is no such row, or its frontier is damaged.
        """
        if size == 0:
            return Frontier()
        found = self.look(_TREE, (place_of(epoch, size - 1), epoch, size))
        if not found:
            raise StoreBroken(f"row {size - 1} of epoch {epoch} is missing in {self.path}")
        return _load(found[0][0], self.path)

    def root(self, epoch: int, size: int) -> str:
        """Give the root (hex) over the first ``size`` rows of an epoch."""
        return (self.frontier(epoch, size).root() if size else EMPTY).hex()

    def mended(self) -> bool:
        """Say whether the file that this one stands for can be used again: a new start would help."""
        if self._stands_for is None:
            return False
        try:
            if free_bytes(self._stands_for.parent) < SIZES.low:
                return False
            open_store(self._stands_for).close()
        except (StoreBroken, OSError) as error:
            return isinstance(error, StoreCorrupt)
        return True

    def close(self) -> None:
        """Close the files."""
        self._reading.close()
        self._store.close()

    def __enter__(self) -> Self:
        """Keep the journal open for the length of a ``with`` block."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the files."""
        self.close()

    def _write(self, epoch: int, before: Frontier, body: Body, at: Moment, beside: Beside | None) -> Place:
        place = Place(epoch, before.size)
        row = encode_event(self.site, self.controller, (epoch, before.size), body, at, self._salt())
        after = before.append(leaf(row))
        values = (place_of(epoch, before.size), row, after.dump())
        urgent = beside is not None or urgency_of(body) is Urgency.URGENT
        while not self._commit(values, beside, urgent):
            pass  # with a chunk of the reserve more
        # If power fails here, the event is on disk and nothing that it explains has happened yet.
        self._epoch, self._frontier, self._damage = epoch, after, ""
        return place

    def _commit(self, values: tuple[int, bytes, bytes], beside: Beside | None, urgent: bool) -> bool:  # noqa: FBT001
        """Commit a row with what belongs to it; False when the reserve has given room to try it again."""
        try:
            if beside is None:
                self._store.execute(_INSERT, values)
            else:
                with transaction(self._store):
                    beside(self._store)
                    self._store.execute(_INSERT, values)
        except sqlite3.Error as error:
            if self._given(error, urgent):
                return False
            self._sure = False
            raise self._broken(
                f"{self.path} took no event: {error}; free the disk or replace it", error
            ) from error
        if self.disk is not None:
            self.disk.took()
        return True

    def _broken(self, sentence: str, error: sqlite3.Error) -> StoreBroken:
        """Give what to raise; a damaged database takes nothing more until a start has set it aside."""
        if not is_corrupt(error):
            return StoreBroken(sentence)
        self.corrupt = self.corrupt or sentence
        return StoreCorrupt(sentence)

    def _given(self, error: sqlite3.Error, urgent: bool) -> bool:  # noqa: FBT001
        """Say whether an event that found no room, and so surely was not kept, has some now."""
        if self.disk is None or is_busy(error) or is_corrupt(error):
            return False
        if is_full(error) and (self.disk.give() if urgent else self.disk.look() is DiskState.RESERVE):
            return urgent
        self.disk.refused(error)
        return False

    def _highest(self) -> int:
        return int(self.look(_HIGHEST)[0][0])

    def _make_sure(self) -> None:
        """After a refused commit, learn from the disk whether it was kept after all."""
        if not self._sure:
            self._find_head()

    def _find_head(self) -> None:
        try:
            found = self._store.execute(_LAST).fetchone()
        except sqlite3.Error as error:
            raise self._broken(f"{self.path} cannot be read: {error}", error) from error
        self._sure, self._damage = True, ""
        self._epoch, self._frontier = self._first, Frontier()
        if found is not None:
            self._take_head(found[0] >> SEQ_BITS, found[0] % (1 << SEQ_BITS), found[1])

    def _take_head(self, epoch: int, seq: int, stored: bytes) -> None:
        self._epoch = epoch
        try:
            self._frontier = _load(stored, self.path)
        except StoreBroken as error:
            self._damage = str(error)
        if not self._damage and self._frontier.size != seq + 1:
            self._damage = f"the tree stored with row {seq} of epoch {epoch} is of another row"


def _open_with_room(path: Path, disk: Disk | None) -> sqlite3.Connection:
    """Open the database; on a full disk with room from the reserve, because opening needs some."""
    while True:
        try:
            return open_store(path)
        except StoreCorrupt:
            raise
        except StoreBroken:
            if disk is None or not disk.give():
                raise


def _load(stored: bytes, path: Path) -> Frontier:
    try:
        return Frontier.load(stored)
    except Malformed as error:
        raise StoreBroken(f"a stored frontier in {path} is damaged: {error}") from error

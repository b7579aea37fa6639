"""What leaves the controller: the journal cut into signed batch files, and its signed status.

The journal is the outbox's only source. The folder holds the rows from the newest receipt on, at most
``MOST_FILES`` batches; a receipt removes the files it covers and makes room for the next, and a receipt that
steps back (a restored server) makes them again. All batch files are dropped at a start and cut anew, so a
crash between two of them cannot leave a wrong one. Rows of an ended epoch go first.

Receipts are the hub's word that rows are stored. They are believed only under a key that the officers'
policy names, and only where the root is our own at that place. What contradicts our tree is given back as
``Contradiction``, and the caller begins a new epoch. Nothing is deleted from the journal for a receipt alone
(``pruning``).

2026-11-21: a receipt that steps back below what was pruned asks for rows that are not here any more. An older
one than the newest we took is a replay, and no news. A newer one comes from a server that was restored from
a backup older than the retention: what we have of the epoch stays where it is and is pruned no further, and a
new epoch begins, because the server will not take the rows behind a gap.
2026-11-21: a receipt for rows that had one already is written at most once an hour and anchors no clock: its
last row may be hours old, and would only make the interval wider (``interval``).
"""

import contextlib
import secrets
import sqlite3
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from card_registry.durable import write_whole
from card_registry.errors import Forged, Malformed, StoreBroken
from card_registry.instant import HOUR
from card_registry.journal.batch import MAX_ROWS, VERSION, Batch, batch_name, encode_batch, parse_name
from card_registry.journal.event import Position, Versions, decode_event
from card_registry.journal.note import Checkpoint, origin, sign_checkpoint
from card_registry.signing import Purpose, seal, unseal
from card_registry.statements import DoorView, Kept, Receipt, Status
from card_registry.words import Staleness
from door_controller import inspection
from door_controller.journal import Journal

MOST_FILES = 64
"""The most batch files in the folder."""

MOST_BYTES = 240 * 1024
"""The most bytes of rows in one batch, so that the file stays below what may cross a border."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """A receipt for our own rows; the last of them was written at ``asked`` milliseconds of ``boot``."""

    receipt: Receipt
    boot: str
    asked: int


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A genuine receipt that our journal cannot follow: the position it names, the sentence, the alarm."""

    position: Position
    sentence: str
    alarm: str = "journal-forked"


@dataclass(frozen=True, slots=True)
class View:
    """What the status says besides the journal's own figures."""

    at: int
    staleness: Staleness
    versions: Versions
    doors: tuple[DoorView, ...] = ()
    alarms: tuple[str, ...] = ()
    kept: Kept = field(default_factory=Kept)


class Outbox:
    """One controller's outbox folder; used by one thread."""

    def __init__(self, folder: Path, journal: Journal, log_key: Ed25519PrivateKey, start: int) -> None:
        """Drop what an earlier run left; ``start`` counts the program's starts and orders its statuses."""
        self._folder, self._journal, self._key = folder, journal, log_key
        self._number = start << 32
        self._made: dict[tuple[int, int], int] = {}
        with contextlib.suppress(OSError):  # a read-only disk: what stands there is right, and stays
            folder.mkdir(parents=True, exist_ok=True)
            for file in folder.iterdir():
                if parse_name(file.name.removeprefix(".").removesuffix(".new")) is not None:
                    file.unlink(missing_ok=True)

    def refill(self) -> bool:
        """Drop the files that receipts cover, write those that have room; say whether any was written.

        Raises:
            StoreBroken, OSError: The disk refused; what stands there is still right.
        """
        before, spans = set(self._made), list(self._spans())
        begins = {epoch: start for epoch, start, _ in spans}
        earliest = dict(sorted(self._made, reverse=True))
        for (epoch, start), end in list(self._made.items()):
            # After a receipt that stepped back, the files that stand there would leave no room for the first.
            if epoch not in begins or not earliest[epoch] <= begins[epoch] < end:
                self._drop(epoch, start)
        for epoch, start, end in spans:
            self._fill(epoch, start, end)
        return any(file not in before for file in self._made)

    def accept(self, sealed: bytes, keys: Collection[str]) -> Accepted | Contradiction | None:
        """Take the newest receipt; None when it is one we have, or of an epoch that is over and forgotten.

        Raises:
            Malformed, Forged: It is not a receipt of the site's hub for this controller.
            StoreBroken: The disk refused.
        """
        receipt = unseal(Purpose.RECEIPT, sealed, Receipt, keys)
        if (receipt.site, receipt.controller) != (self._journal.site, self._journal.controller):
            raise Forged(
                f"the receipt is for {receipt.controller} at {receipt.site}, not for this controller"
            )
        if self._kept(receipt.epoch) == sealed:
            return None
        head = self._journal.head
        if receipt.next < inspection.pruned(self._journal, receipt.epoch):
            return self._behind(receipt) if receipt.epoch == head.epoch else None
        if receipt.epoch >= head.epoch and (why := self._contradicts(receipt, head)):
            return Contradiction(Position(receipt.epoch, receipt.next, receipt.root), why)
        if receipt.epoch < head.epoch and not self._ours(receipt):
            return None
        last = self._last(receipt.epoch)
        if last is None or last.next != receipt.next or receipt.at > last.at + HOUR:
            self._keep(receipt, sealed)
        # Only a receipt for rows that had none yet was asked for by them, and says what time it is now.
        return self._asked(receipt) if last is None or last.next < receipt.next else Accepted(receipt, "", 0)

    def write_status(self, view: View, nonce: str | None = None) -> None:
        """Write the signed status, with the next number and the nonce for orders (a fresh one by default)."""
        self._number += 1
        journal, head = self._journal, self._journal.head
        status = Status(
            1,
            journal.site,
            journal.controller,
            head.epoch,
            self._number,
            nonce or secrets.token_hex(16),
            view.at,
            view.staleness,
            view.versions,
            head.size,
            inspection.receipted(journal, head.epoch),
            view.doors,
            view.alarms,
            view.kept,
        )
        write_whole(self._folder / "status", seal(Purpose.STATUS, status, self._key))

    def _spans(self) -> Iterator[tuple[int, int, int]]:
        """Yield epoch, first unreceipted row and end of what may be sent, oldest epoch first."""
        ended = self._journal.look("SELECT epoch, rows FROM closed ORDER BY epoch")
        head = self._journal.head
        for epoch, size in [*ended, (head.epoch, head.size)]:
            start = inspection.receipted(self._journal, epoch)
            if start < size:
                yield epoch, start, size

    def _fill(self, epoch: int, start: int, end: int) -> None:
        """Write the batches of one epoch that are missing, as far as there is room."""
        at = start
        while at < end and len(self._made) < MOST_FILES:
            covered = self._made.get((epoch, at)) or self._covering(epoch, at)
            at = covered if covered is not None else self._write(epoch, at, end)

    def _covering(self, epoch: int, at: int) -> int | None:
        """Give the end of a standing file that begins before ``at`` and ends after it."""
        return next((e for (n, s), e in self._made.items() if n == epoch and s <= at < e), None)

    def _write(self, epoch: int, start: int, end: int) -> int:
        rows = self._cut(self._journal.rows(epoch, start, min(end, start + MAX_ROWS)))
        if not rows:
            raise StoreBroken(f"rows from {start} of epoch {epoch} are missing in {self._journal.path}")
        end = start + len(rows)
        name = origin(self._journal.site, self._journal.controller, epoch)
        root = self._journal.frontier(epoch, end).root()
        # Signed only after the rows are durable: a head that the disk may forget would fork this journal.
        note = sign_checkpoint(Checkpoint(name, end, root), self._key)
        batch = Batch(VERSION, self._journal.controller, epoch, start, tuple(rows), note)
        # Every start cuts the files anew from the journal: none needs to survive a power cut.
        write_whole(self._folder / batch_name(epoch, start), encode_batch(batch), lasting=False)
        self._made[epoch, start] = end
        return end

    @staticmethod
    def _cut(rows: list[bytes]) -> list[bytes]:
        total = 0
        for number, row in enumerate(rows):
            total += len(row)
            if total > MOST_BYTES:
                return rows[:number]
        return rows

    def _drop(self, epoch: int, start: int) -> None:
        with contextlib.suppress(FileNotFoundError):
            (self._folder / batch_name(epoch, start)).unlink()
        del self._made[epoch, start]

    def _contradicts(self, receipt: Receipt, head: Position) -> str:
        """Say why a receipt cannot be for our rows; empty when it can."""
        if receipt.epoch > head.epoch or receipt.next > head.size:
            return (
                f"the hub has {receipt.next} rows of epoch {receipt.epoch}, and this journal {head.size} of "
                f"epoch {head.epoch}: the disk holds an older copy"
            )
        if self._journal.root(receipt.epoch, receipt.next) != receipt.root:
            return f"the hub's first {receipt.next} rows of epoch {receipt.epoch} are not the rows kept here"
        return ""

    def _behind(self, receipt: Receipt) -> Contradiction | None:
        """Judge a receipt that asks for rows which were pruned: a replay, or a server too far back."""
        dropped, last = inspection.pruned(self._journal, receipt.epoch), self._last(receipt.epoch)
        if last is None or receipt.at <= last.at:
            return None
        self._keep_all(receipt.epoch)
        why = (
            f"the hub has only {receipt.next} rows of epoch {receipt.epoch} again, and this controller keeps "
            f"those from {dropped} on: look for those between in other backups and exports"
        )
        return Contradiction(Position(receipt.epoch, receipt.next, receipt.root), why, "server-behind")

    def _last(self, epoch: int) -> Receipt | None:
        """Read the receipt we have of an epoch; None where there is none, or none that can be read."""
        stored = self._kept(epoch)
        with contextlib.suppress(Malformed):
            return None if stored is None else inspection.read_receipt(stored)
        return None

    def _keep_all(self, epoch: int) -> None:
        """Prune nothing more of an epoch: what is left of it is nowhere else."""
        self._journal.keep(lambda store: _forget_milestones(store, epoch, 0))

    def _ours(self, receipt: Receipt) -> bool:
        """Say whether a receipt for an ended epoch is for rows that we still send."""
        found = self._journal.look("SELECT rows FROM closed WHERE epoch = ?", (receipt.epoch,))
        if not found or receipt.next > int(found[0][0]):
            return False
        return self._journal.root(receipt.epoch, receipt.next) == receipt.root

    def _kept(self, epoch: int) -> bytes | None:
        found = self._journal.look("SELECT sealed FROM receipt WHERE epoch = ?", (epoch,))
        return bytes(found[0][0]) if found else None

    def _keep(self, receipt: Receipt, sealed: bytes) -> None:
        values = (receipt.epoch, receipt.next, sealed)

        def write(store: sqlite3.Connection) -> None:
            store.execute("INSERT OR REPLACE INTO receipt (epoch, next, sealed) VALUES (?, ?, ?)", values)
            _forget_milestones(store, receipt.epoch, receipt.next)

        self._journal.keep(write)

    def _asked(self, receipt: Receipt) -> Accepted:
        """Find when the last row under the receipt was written: the receipt cannot be older."""
        rows = self._journal.rows(receipt.epoch, max(receipt.next - 1, 0), receipt.next)
        if not rows:
            return Accepted(receipt, "", 0)
        at = decode_event(rows[0]).at
        return Accepted(receipt, at.boot, at.mono)


def _forget_milestones(store: sqlite3.Connection, epoch: int, beyond: int) -> None:
    """Count the retention of rows from ``beyond`` on anew: the server does not have them."""
    store.execute("DELETE FROM milestone WHERE epoch = ? AND next > ?", (epoch, beyond))

"""Drops the controller's own copy of rows that the server has had for long enough.

A row may go when it is past retention *and* under a receipt. Retention (the site file's ``retention_d``)
counts from the receipt, not from the writing: what it protects is the rows' way back to a server that was
restored from a backup, and a row that waited half a year for its receipt is in no older backup. So each day's
first receipt leaves a milestone, at the time this controller then knew to be past; a receipt that steps back
removes those beyond it (``outbox``). Both ends of the count are the controller's own floor, which neither the
wall clock nor one false signature can hurry by much (``interval``).

A slice of rows goes like this, and a kill at any point leaves one of these states:

1. The rows still lead from tree to tree; a damaged one is evidence, and nothing of its epoch is dropped.
2. ``Pruned`` is written, in one transaction with the tree over all dropped rows. From here on the rows count
   as dropped, whether or not they are still there.
3. The rows are deleted, a few at a time, so that no event waits for it. A start goes on where it ended.

The newest row under a receipt always stays, so that a receipt can still be dated and compared.

2026-11-21: freed pages are used again and the file is not made smaller, because rewriting it would need as
much room again and stop the journal meanwhile.
2026-11-21: a desk prunes nothing, because it looks into its bindings of all times before it makes a card.
"""

import logging
import sqlite3
from dataclasses import dataclass

from card_registry.instant import DAY
from card_registry.journal.event import (
    Alarmed,
    Body,
    Commissioned,
    EventKind,
    Moment,
    Pruned,
    decode_body,
    decode_event,
)
from card_registry.journal.tree import Frontier
from card_registry.statements import Receipt
from door_controller import inspection
from door_controller.inspection import Damage
from door_controller.journal import Beside, Journal, place_of

_LOG = logging.getLogger(__name__)

SLICE = 1024
"""The most rows that one event ``Pruned`` speaks for: some ten milliseconds of one turn a second."""

PIECE = 256
"""The most rows deleted in one transaction."""

COMMISSIONED = "commissioned"
"""The fact that keeps the digest of the newest commissioning record whose row was dropped."""

_DUE = "SELECT epoch, max(next) FROM milestone WHERE at <= ? GROUP BY epoch ORDER BY epoch"
_LEFT = "SELECT min(place) FROM row WHERE place >= ? AND place < ?"
_WALKED = "SELECT body FROM row WHERE place >= ? AND place < ? AND instr(body, ?) > 0 ORDER BY place DESC"


def keep_milestone(journal: Journal, receipt: Receipt, floor: int) -> None:
    """Remember what is under a receipt now, unless the last milestone is of today.

    ``floor`` is the moment this controller knows to be past, in milliseconds; 0, unknown, marks nothing.

    Raises:
        StoreBroken: The disk refused.
    """
    newest = journal.look("SELECT max(at), max(next) FROM milestone WHERE epoch = ?", (receipt.epoch,))[0]
    if not floor or (newest[0] is not None and (floor < newest[0] + DAY or receipt.next <= newest[1])):
        return

    def write(store: sqlite3.Connection) -> None:
        values = (receipt.epoch, receipt.next, floor)
        store.execute("INSERT OR REPLACE INTO milestone (epoch, next, at) VALUES (?, ?, ?)", values)

    journal.keep(write)


@dataclass(frozen=True, slots=True)
class Slice:
    """Rows [start, end) of an epoch that may go."""

    epoch: int
    start: int
    end: int


class Pruning:
    """Drops rows of one journal, a little at each turn; used by one thread."""

    def __init__(self, journal: Journal, retention_d: int) -> None:
        """Keep rows for ``retention_d`` days after they came under a receipt."""
        self._journal, self._retention = journal, retention_d * DAY
        self._damaged: set[int] = set()

    def turn(self, at: Moment, floor: int) -> Body | None:
        """Do a little; give an alarm to tell people, where rows turn out to be damaged.

        Raises:
            StoreBroken: The disk refused; what stands there is whole.
        """
        if self._sweep() or (due := self._due(floor)) is None:
            return None
        found = inspection.inspect_rows(self._journal, due.epoch, due.start, due.end)
        if isinstance(found, Damage):
            self._damaged.add(due.epoch)
            _LOG.error("rows are kept, not pruned: %s", found.sentence)
            return Alarmed("journal-gap", "journal", raised=True, detail=found.sentence)
        self._drop(due, found, at)
        return None

    def _sweep(self) -> bool:
        """Delete a piece of what counts as dropped; say whether there was any."""
        for epoch, before in self._journal.look("SELECT epoch, before FROM pruned ORDER BY epoch"):
            (lowest,) = self._journal.look(_LEFT, (place_of(epoch, 0), place_of(epoch, before)))[0]
            if lowest is not None:
                self._journal.keep(_deleting(lowest, min(lowest + PIECE, place_of(epoch, before))))
                return True
        return False

    def _due(self, floor: int) -> Slice | None:
        """Find the oldest rows that are past retention and under a receipt now."""
        journal = self._journal
        for epoch, upto in journal.look(_DUE, (floor - self._retention,)) if floor else []:
            start = inspection.first_row(journal, epoch)
            end = min(upto, inspection.receipted(journal, epoch) - 1, start + SLICE)
            if start < end and epoch not in self._damaged:
                return Slice(epoch, start, end)
        return None

    def _drop(self, due: Slice, tree: Frontier, at: Moment) -> None:
        """Write ``Pruned`` with the tree that stays; the rows count as dropped from then on."""
        walked = _walked(self._journal, due)

        def write(store: sqlite3.Connection) -> None:
            store.execute(
                "INSERT OR REPLACE INTO pruned (epoch, before, frontier) VALUES (?, ?, ?)",
                (due.epoch, due.end, tree.dump()),
            )
            store.execute("DELETE FROM milestone WHERE epoch = ? AND next <= ?", (due.epoch, due.end))
            if walked is not None:
                fact = (COMMISSIONED, walked.digest)
                store.execute("INSERT OR REPLACE INTO fact (name, value) VALUES (?, ?)", fact)

        self._journal.append(Pruned(due.epoch, due.end), at, write)


def _deleting(lowest: int, end: int) -> Beside:
    def write(store: sqlite3.Connection) -> None:
        store.execute("DELETE FROM row WHERE place >= ? AND place < ?", (lowest, end))

    return write


def _walked(journal: Journal, due: Slice) -> Commissioned | None:
    """Give the newest commissioning among the rows that go."""
    between = (place_of(due.epoch, due.start), place_of(due.epoch, due.end))
    for (row,) in journal.look(_WALKED, (*between, EventKind.COMMISSIONED.value.encode())):
        event = decode_event(row)
        if event.kind is EventKind.COMMISSIONED and isinstance(body := decode_body(event), Commissioned):
            return body
    return None

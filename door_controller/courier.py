"""The thread between the journal and the bridge: receipts and orders in, batches and status out, hints.

It also wakes whoever looks into the slot folder. Nothing a door needs to open or to let people out passes
through here; if it hangs, events wait in the journal.
"""

import contextlib
import logging
import os
import select
import sqlite3
import threading
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from pathlib import Path

from card_registry.durable import read_plain
from card_registry.errors import AksesError
from card_registry.hint import HintListener, send_hint
from card_registry.instant import MINUTE, SECOND
from card_registry.journal.event import Alarmed, Body, Started
from card_registry.trust.slots import ACKNOWLEDGEMENT
from door_controller import inspection
from door_controller.clock import Clock, boottime
from door_controller.journal import Journal
from door_controller.nonces import Nonces
from door_controller.order_desk import OrderDesk
from door_controller.orders import OrdersSeen
from door_controller.outbox import Accepted, Contradiction, Outbox, View
from door_controller.pruning import Pruning, keep_milestone

_LOG = logging.getLogger(__name__)

STATUS_MS = 30 * SECOND
FLOOR_MS = 10 * MINUTE
LINK_MS = 2 * MINUTE
"""How long rows may wait for their receipt before the server counts as out of reach."""
RECEIPT_LIMIT = 4096


@dataclass(frozen=True, slots=True)
class Ways:
    """The folders and sockets shared with the bridge."""

    slots: Path
    listens: Path
    bridge: Path


@dataclass(frozen=True, slots=True)
class Intake:
    """Where orders go: the desk that weighs them, its nonces for the status, and who obeys."""

    desk: OrderDesk
    nonces: Nonces
    give: Callable[[OrdersSeen], None]


class Courier:
    """Carries what the bridge may see; ``wake`` may be called from any thread and returns at once."""

    def __init__(
        self,
        ways: Ways,
        outbox: Outbox,
        journal: Journal,
        clock: Clock,
        keys: Callable[[], Collection[str]],
        view: Callable[[], View],
        note: Callable[[Body], None],
    ) -> None:
        """Use ``keys`` for receipts and ``view`` for the status, as they are at each turn."""
        self._ways, self._outbox, self._journal, self._clock = ways, outbox, journal, clock
        self._keys, self._view, self._note = keys, view, note
        self._intake: Intake | None = None
        self._pruning: Pruning | None = None
        self._listener = HintListener(ways.listens)
        self._event = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="courier", daemon=True)
        self._looked: list[Callable[[], None]] = []
        self._receipt: tuple[int, int] = (0, 0)
        self._shown: View | None = None
        self._status_at = self._floor_at = 0
        self._behind_since: int | None = None
        self._said = ""

    def also(self, wake: Callable[[], None]) -> None:
        """Call ``wake`` at each hint from the bridge; it must return at once."""
        self._looked.append(wake)

    def take_orders(self, intake: Intake) -> None:
        """Look for orders too; called before ``start``."""
        self._intake = intake

    def prune(self, retention_d: int) -> None:
        """Drop rows that long after they came under a receipt (days); called before ``start``."""
        self._pruning = Pruning(self._journal, retention_d)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    @property
    def linked(self) -> bool:
        """Say whether the server has acknowledged our rows lately; from any thread."""
        since = self._behind_since
        return since is None or boottime() - since < LINK_MS

    def wake(self) -> None:
        """Have another turn soon."""
        with contextlib.suppress(BlockingIOError):
            os.eventfd_write(self._event, 1)

    def close(self) -> None:
        """Stop, and wait for the thread."""
        self._stop.set()
        self.wake()
        if self._thread.is_alive():
            self._thread.join(2)
        self._listener.close()
        os.close(self._event)

    def turn(self) -> None:
        """Do what there is to do, once; never raises."""
        try:
            sent = self._take_receipt()
            self._take_orders()
            if self._outbox.refill():
                send_hint(self._ways.bridge)  # rows do not wait for the status
            if self._say() or sent:
                send_hint(self._ways.bridge)
            self._look_at_link()
            self._save_floor()
            self._prune()
            self._said = ""
        except (AksesError, OSError) as error:
            self._complain(str(error))
        except Exception as error:  # noqa: BLE001 - whatever it is, events wait in the journal
            _LOG.error("the outbox could not be kept (%s); events wait", type(error).__name__)

    def _run(self) -> None:
        while not self._stop.is_set():
            self.turn()
            ready, _, _ = select.select([self._listener.fileno(), self._event], [], [], 1.0)
            if self._event in ready:
                os.eventfd_read(self._event)
            if self._listener.fileno() in ready:
                self._listener.drain()
                for wake in self._looked:
                    wake()

    def _say(self) -> bool:
        """Write the status if it is due or says something new; tell whether it was written."""
        view = self._view()
        nonces = None if self._intake is None else self._intake.nonces
        due = boottime() >= self._status_at or (nonces is not None and nonces.is_due(boottime()))
        if due or self._shown is None or replace(view, at=self._shown.at) != self._shown:
            self._outbox.write_status(view, None if nonces is None else nonces.current(boottime()))
            self._shown, self._status_at = view, boottime() + STATUS_MS
            return True
        return False

    def _look_at_link(self) -> None:
        """Know since when rows wait for a receipt."""
        head = self._journal.head
        if inspection.receipted(self._journal, head.epoch) >= head.size:
            self._behind_since = None
        elif self._behind_since is None:
            self._behind_since = boottime()

    def _take_orders(self) -> None:
        """Give the loop what the bridge brought; the status after it carries a nonce of its own."""
        if self._intake is not None and (seen := self._intake.desk.look()) is not None:
            self._intake.give(seen)

    def _take_receipt(self) -> bool:
        path, keys = self._ways.slots / ACKNOWLEDGEMENT, self._keys()
        try:
            status = path.lstat()
        except FileNotFoundError:
            return False
        mark = (status.st_mtime_ns, status.st_ino)
        if mark == self._receipt or not keys:
            return False
        self._receipt = mark
        match self._outbox.accept(read_plain(path, RECEIPT_LIMIT), keys):
            case None:
                return False
            case Accepted(receipt, boot, asked):
                if boot == self._clock.boot:
                    self._clock.learn_answer(receipt.at, asked)
                else:
                    self._clock.learn_signed(receipt.at)
                keep_milestone(self._journal, receipt, self._clock.floor())
                return False
            case Contradiction() as found:
                self._begin_epoch(found)
                return True

    def _begin_epoch(self, found: Contradiction) -> None:
        """Leave a journal that the hub contradicts, naming both; the old rows stay for the auditor."""
        head = self._journal.head
        _LOG.error("a new epoch begins: %s", found.sentence)
        started = Started("akses", "receipt", head, found.position)
        self._journal.begin_epoch(
            started, self._clock.moment(), sendable=inspection.receipted(self._journal, head.epoch)
        )
        self._note(Alarmed(found.alarm, "journal", raised=True, detail=found.sentence))

    def _prune(self) -> None:
        """Drop a little of what is past retention and under a receipt."""
        if self._pruning is None:
            return
        found = self._pruning.turn(self._clock.moment(), self._clock.floor())
        if found is not None:
            self._note(found)

    def _save_floor(self) -> None:
        """Keep the time this machine counted itself, so that a start without a clock knows it."""
        if boottime() < self._floor_at:
            return
        floor = self._clock.floor()

        def write(store: sqlite3.Connection) -> None:
            store.execute("INSERT OR REPLACE INTO fact (name, value) VALUES ('time-floor', ?)", (floor,))

        self._journal.keep(write)
        self._floor_at = boottime() + FLOOR_MS

    def _complain(self, sentence: str) -> None:
        """Log a trouble once, until it changes."""
        if sentence != self._said:
            self._said = sentence
            _LOG.warning("the outbox: %s", sentence)

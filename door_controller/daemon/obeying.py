"""What an obeyed order does: its event first, durably, then the lock, the mode, the muster or the PIN.

Which orders are genuine, new and fresh is decided in ``orders`` and not here. Beside the event, in its own
transaction, goes everything that must outlive the program: the order's number, the door's mode, what was
forgiven or unlocked. A disk that refuses the event stops every order but LOCKDOWN: locking needs no leave, so
it is done at once and its order is tried again, event and number, when the sheet is looked at next.

Modes outlive the program as facts (``mode:<door>``): LOCKDOWN is restored at the next start, FREE is not.

2026-11-21: FREE ends with the program, because a door must not stand open on the word of a disk that may be
an older copy; whoever wants it free again gives a fresh order. The journal says so, and an alarm.
"""

import logging
import sqlite3
from collections.abc import Callable
from typing import assert_never

from card_registry.errors import StoreBroken
from card_registry.journal.event import Alarmed, Body, ModeChanged
from card_registry.orders import Order
from card_registry.words import DoorId, Mode, OrderKind
from door_controller import door as machine
from door_controller.daemon.means import Means
from door_controller.journal import Beside, Journal, Place, all_of
from door_controller.order_desk import floor_of
from door_controller.orders import Obey, OrdersSeen

_LOG = logging.getLogger(__name__)

MODES = {OrderKind.LOCKDOWN: Mode.LOCKDOWN, OrderKind.FREE: Mode.FREE, OrderKind.NORMAL: Mode.NORMAL}
"""The mode that an order brings."""

_FACT = "mode:"


def _keep_mode(door: DoorId, mode: Mode) -> Beside:
    def write(store: sqlite3.Connection) -> None:
        store.execute("INSERT OR REPLACE INTO fact (name, value) VALUES (?, ?)", (_FACT + door, mode.value))

    return write


def kept_mode(journal: Journal, door: DoorId) -> Mode:
    """Give the mode that a door was left in; one that cannot be read is LOCKDOWN."""
    found = journal.look("SELECT value FROM fact WHERE name = ?", (_FACT + door,))
    try:
        return Mode(found[0][0]) if found else Mode.NORMAL
    except ValueError:
        return Mode.LOCKDOWN


def mode_at_start(journal: Journal, door: DoorId, note: Callable[[Body], None]) -> Mode:
    """Give the mode to start in: LOCKDOWN lasts, FREE has ended and that is said.

    Raises:
        StoreBroken: The disk refused.
    """
    kept = kept_mode(journal, door)
    if kept is not Mode.FREE:
        return kept
    journal.keep(_keep_mode(door, Mode.NORMAL))
    note(ModeChanged(door, Mode.NORMAL, "start"))
    note(Alarmed("mode-lost", door, raised=True, detail="FREE ended with the program; order it again"))
    return Mode.NORMAL


class Obeying:
    """One controller's obedience, in the deciding thread."""

    def __init__(self, means: Means, forgive: Callable[[Order], Beside | None]) -> None:
        """Act on ``means``; ``forgive`` changes who counts as inside and gives what to write."""
        self._means, self._forgive = means, forgive

    def take(self, seen: OrdersSeen) -> None:
        """Obey what is to be obeyed, and write down what was refused."""
        for obey in seen.obeys:
            try:
                self._obey(obey)
            except StoreBroken:
                seen.failed(obey)
                self._lock_anyway(obey.order)
        for refused in seen.refusals:
            _LOG.warning("%s: refused: %s", refused.what, refused.why)
            self._means.diary.note(refused, self._means.clock.moment())

    def _obey(self, obey: Obey) -> None:
        order = obey.order
        at = self._means.clock.moment()
        beside = all_of(floor_of(obey), self._beside(order))
        place = self._means.journal.append(obey.event, at, beside)
        self._act(order, place)

    def _beside(self, order: Order) -> Beside | None:
        """Give what must outlive the program."""
        match order.kind:
            case OrderKind.LOCKDOWN | OrderKind.FREE | OrderKind.NORMAL:
                return _keep_mode(order.door, MODES[order.kind])
            case OrderKind.RESET_PASSBACK:
                return self._forgive(order)
            case OrderKind.UNLOCK_PIN:
                return None if order.holder is None else self._means.tries.unlock(order.holder)
            case OrderKind.LOCK_PIN:
                return None if order.holder is None else self._means.tries.lock(order.holder)
            case OrderKind.RELEASE:
                return None
            case _:
                assert_never(order.kind)

    def _act(self, order: Order, place: Place) -> None:
        latch = self._means.latches[order.door]
        match order.kind:
            case OrderKind.RELEASE:
                latch.take(machine.Accepted(place.epoch, place.seq))
            case OrderKind.LOCKDOWN | OrderKind.FREE | OrderKind.NORMAL:
                latch.take(machine.Moded(MODES[order.kind], place.epoch, place.seq))
            case OrderKind.RESET_PASSBACK | OrderKind.UNLOCK_PIN | OrderKind.LOCK_PIN:
                return
            case _:
                assert_never(order.kind)

    def _lock_anyway(self, order: Order) -> None:
        """Lock a door down although the disk refused; the order comes again for its event."""
        if order.kind is OrderKind.LOCKDOWN:
            self._means.latches[order.door].take(machine.Moded(Mode.LOCKDOWN, 0, 0))

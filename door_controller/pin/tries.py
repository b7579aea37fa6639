"""How often each holder's PIN was wrong here, kept on disk before anybody is answered.

It decides when no more PINs of a holder are looked at. A try is counted in the transaction of the event that
tells of it, so that cutting the power can never make it free. The tries at other controllers are summed at
the server, which orders the lock (LOCK_PIN).
"""

import sqlite3

from card_registry.pin import TRIES
from card_registry.words import HolderId, PinResult
from door_controller.journal import Beside, Journal

_WRONG = """
INSERT INTO pin_try (holder, wrong, locked) VALUES (?, 1, 0)
ON CONFLICT (holder) DO UPDATE SET wrong = wrong + 1
"""
_RIGHT = """
INSERT INTO pin_try (holder, wrong, locked) VALUES (?, 0, 0)
ON CONFLICT (holder) DO UPDATE SET wrong = 0
"""
_UNLOCK = "INSERT OR REPLACE INTO pin_try (holder, wrong, locked) VALUES (?, 0, 0)"
_LOCK = """
INSERT INTO pin_try (holder, wrong, locked) VALUES (?, 0, 1)
ON CONFLICT (holder) DO UPDATE SET locked = 1
"""
_LOCKED = f"SELECT 1 FROM pin_try WHERE holder = ? AND (locked OR wrong >= {TRIES})"  # noqa: S608 - our number
_ALL_LOCKED = f"SELECT holder FROM pin_try WHERE locked OR wrong >= {TRIES} ORDER BY holder"  # noqa: S608


class Tries:
    """The wrong tries of one controller, in the journal's database.

    What changes them is the ``Beside`` of an event: ``journal.append(event, at, tries.wrong(holder))``.
    """

    def __init__(self, journal: Journal) -> None:
        """Read and write through ``journal``."""
        self._journal = journal

    def wrong(self, holder: HolderId) -> Beside:
        """Give the write that counts one wrong try; commit it before the light answers."""
        return _writing(_WRONG, holder)

    def right(self, holder: HolderId) -> Beside:
        """Give the write that forgets the holder's wrong tries, after RIGHT and after DURESS alike.

        It writes a row even where there is nothing to forget, so that it costs what ``wrong`` costs.
        """
        return _writing(_RIGHT, holder)

    def lock(self, holder: HolderId) -> Beside:
        """Give the write that locks the holder's PIN here, as an order demands (LOCK_PIN)."""
        return _writing(_LOCK, holder)

    def unlock(self, holder: HolderId) -> Beside:
        """Give the write that lets the holder try again, as an order demands (UNLOCK_PIN)."""
        return _writing(_UNLOCK, holder)

    def locked(self, holder: HolderId) -> bool:
        """Say whether no PIN of the holder is looked at any more.

        Raises:
            StoreBroken: The disk refused; answer as for any fault.
        """
        return bool(self._journal.look(_LOCKED, (holder,)))

    def all_locked(self) -> tuple[HolderId, ...]:
        """Name everybody whose PIN is locked: what the alarms are after a restart.

        Raises:
            StoreBroken: The disk refused.
        """
        return tuple(HolderId(holder) for (holder,) in self._journal.look(_ALL_LOCKED))

    def judge(self, holder: HolderId, result: PinResult) -> PinResult:
        """Give what counts of a checked PIN: LOCKED when the holder's PIN was locked while it was typed.

        Raises:
            StoreBroken: The disk refused; answer as for any fault.
        """
        return PinResult.LOCKED if self.locked(holder) else result


def _writing(sql: str, holder: HolderId) -> Beside:
    def write(store: sqlite3.Connection) -> None:
        store.execute(sql, (holder,))

    return write

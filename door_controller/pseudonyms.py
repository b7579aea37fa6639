"""The names under which this controller writes credentials down, and the keys that make them (DESIGN §4).

A proven credential is named under the controller's own key from its enrolment; what nobody knows under a key
drawn each month and destroyed after 90 days. The formulas are ``card_registry.pseudonym``'s.
"""

import contextlib
import secrets
import sqlite3
import threading
from collections.abc import Callable

from card_registry.errors import StoreBroken
from card_registry.instant import DAY
from card_registry.pseudonym import KEY, match_of, month_of, unknown_of
from door_controller.journal import Journal

KEPT = 90 * DAY
_NAME = "unknown/"


class Pseudonyms:
    """One controller's names for credentials, for many threads."""

    def __init__(
        self,
        key: bytes,
        journal: Journal,
        now: Callable[[], int],
        draw: Callable[[int], bytes] = secrets.token_bytes,
    ) -> None:
        """Use the enrolment's key; ``now`` gives the time in milliseconds, ``draw`` so many random bytes."""
        self._key, self._journal, self._now, self._draw = key, journal, now, draw
        self._lock = threading.Lock()
        self._month, self._month_key = "", b""

    def match(self, digest: bytes) -> str:
        """Name what a credential proved."""
        return match_of(self._key, digest)

    def unknown(self, data: bytes) -> str:
        """Name what an unknown card showed."""
        with self._lock:
            month = month_of(self._now())
            if month != self._month:
                self._month_key, self._month = self._turn(month), month
            return unknown_of(self._month_key, data)

    def _turn(self, month: str) -> bytes:
        """Find this month's key or draw it, and destroy those older than 90 days."""
        found = self._journal.look("SELECT value FROM fact WHERE name = ?", (_NAME + month,))
        key = bytes(found[0][0]) if found else self._draw(KEY)
        oldest = _NAME + month_of(max(0, self._now() - KEPT))

        def write(store: sqlite3.Connection) -> None:
            store.execute("DELETE FROM fact WHERE name LIKE ? AND name < ?", (_NAME + "%", oldest))
            store.execute("INSERT OR REPLACE INTO fact (name, value) VALUES (?, ?)", (_NAME + month, key))

        with contextlib.suppress(StoreBroken):  # a full disk: the key lives as long as this process
            self._journal.keep(write)
        return key

"""This controller as a witness of the signer: it keeps the newest head of the authority log that it saw.

The bridge brings the head beside the slots and is not believed; ``card_registry.witness`` decides. A newer
head is written into the journal, and kept, in one transaction. One that contradicts what was kept raises the
alarm ``authority-forked``, with the signed head as evidence; what was kept stays. Nothing here decides about
taps, and no trouble here stops the adopter, whose thread looks.

2026-11-21: the alarm stands until a head that continues what was kept comes, or until the officers withdraw
the key that signed it (``card_registry.witness``): a server restored from a backup has lost records, and
people should say so before a door forgets it.
"""

import json
import logging
import sqlite3
from collections.abc import Callable, Collection
from dataclasses import astuple, replace
from pathlib import Path

from card_registry.durable import read_plain
from card_registry.errors import Forked, SenderLied
from card_registry.journal.event import Alarmed, Body, Refused, Witnessed
from card_registry.journal.note import authority_origin
from card_registry.trust.slots import AUTHORITY
from card_registry.witness import LIMIT, Kept, witness
from door_controller.clock import Clock
from door_controller.journal import Beside, Journal

_LOG = logging.getLogger(__name__)

ALARM = "authority-forked"
FACT = "witnessed"
MOST_SAID = 16
"""How many different refusals a program writes down: somebody may put anything into the folder."""


class Witnessing:
    """One controller's memory of the authority log; ``look`` is called by one thread and never raises."""

    def __init__(
        self,
        slots: Path,
        journal: Journal,
        clock: Clock,
        keys: Callable[[], Collection[str]],
        note: Callable[[Body], None],
    ) -> None:
        """Go on from what was kept; ``keys`` are the authority keys of the policy, as they are at a look."""
        self._path, self._journal, self._clock = slots / AUTHORITY, journal, clock
        self._keys, self._note = keys, note
        self._kept = _kept(journal)
        self._seen: tuple[object, ...] = ()
        self._said: set[str] = set()
        self._forked, self._trouble = False, ""

    def look(self) -> None:
        """Look at the head in the folder, once for each time that it or the keys change."""
        try:
            status = self._path.lstat()
        except OSError:
            return  # none was brought yet
        keys = tuple(self._keys())
        seen = (status.st_mtime_ns, status.st_size, status.st_ino, keys)
        if not keys or seen == self._seen:
            return
        try:
            self._weigh(keys)
        except Exception as error:  # noqa: BLE001 - whatever it is, the adopter's thread goes on
            self._complain(type(error).__name__)
            return
        self._seen, self._trouble = seen, ""

    def _weigh(self, keys: Collection[str]) -> None:
        data = b""
        try:
            data = read_plain(self._path, LIMIT)
            new = witness(data, self._journal.site, keys, self._kept)
        except Forked as error:
            self._raise(str(error), data)
        except SenderLied as error:
            self._refuse(str(error))
        else:
            if new != self._kept:
                self._keep(new)
            self._clear()

    def _keep(self, new: Kept) -> None:
        """Write a newer head down, and keep it, in one transaction."""
        body = Witnessed(authority_origin(self._journal.site), new.size, new.root)
        self._journal.append(body, self._clock.moment(), _saving(new))
        # If power fails here, the next start finds the same head kept and says nothing twice.
        self._kept = new

    def _raise(self, sentence: str, data: bytes) -> None:
        """Alarm a fork, once, and remember what was seen as contradicted."""
        if not self._forked:
            _LOG.error("%s", sentence)
            detail = f"{sentence}; shown: {json.loads(data)['note']}"
            self._note(Alarmed(ALARM, "authority", raised=True, detail=detail))
        self._forked = True
        if self._kept is not None and not self._kept.doubted:
            doubted = replace(self._kept, doubted=True)
            self._journal.keep(_saving(doubted))
            self._kept = doubted

    def _clear(self) -> None:
        if self._forked:
            self._note(Alarmed(ALARM, "authority", raised=False))
        self._forked = False

    def _complain(self, trouble: str) -> None:
        """Log that the head could not be kept, until that changes; it is tried at every look."""
        if trouble != self._trouble:
            _LOG.warning("the authority log's head could not be kept (%s)", trouble)
        self._trouble = trouble

    def _refuse(self, sentence: str) -> None:
        """Write a refusal down, once."""
        if sentence not in self._said and len(self._said) < MOST_SAID:
            self._said.add(sentence)
            _LOG.warning("the authority log's head was refused: %s", sentence)
            self._note(Refused("the authority log's head", sentence))


def _saving(kept: Kept) -> Beside:
    value = json.dumps(astuple(kept))

    def save(store: sqlite3.Connection) -> None:
        store.execute("INSERT OR REPLACE INTO fact (name, value) VALUES (?, ?)", (FACT, value))

    return save


def _kept(journal: Journal) -> Kept | None:
    found = journal.look("SELECT value FROM fact WHERE name = ?", (FACT,))
    if not found:
        return None
    return Kept(*json.loads(found[0][0]))

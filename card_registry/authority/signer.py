"""The signer's rounds: look at what waits, take one turn, tell who wants to know.

If power fails anywhere in a turn, the next round finds the same things waiting; if it fails after the
commit, they have outcomes and the cursor stands behind them. Publications are numbered, so versions only
grow.
"""

import logging
import secrets
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from card_registry.authority import integrity, pending, recovery, store
from card_registry.authority.keys import SignerKeys
from card_registry.authority.officers.expiry import note
from card_registry.authority.officers.ground import require_keys
from card_registry.authority.recovery import Recovered
from card_registry.authority.restoring import Clear, Memory, Ready, Waits
from card_registry.authority.turn import Turn
from card_registry.authority.warrant import Charter
from card_registry.errors import OperatorMistaken, SenderLied, StoreBroken
from card_registry.instant import MINUTE
from card_registry.signing import public_hex
from card_registry.statements import ControllerEntry, WarrantKind
from card_registry.stores.engine import open_store
from card_registry.stores.expiring import Level
from card_registry.trust.verify import read_charter
from card_registry.words import ControllerId, ControllerKind, ControllerStatus, SiteId

BEAT = 5 * MINUTE
"""How often the timestamp is signed again when nothing changes, in milliseconds."""

log = logging.getLogger("akses.registry")


@dataclass(frozen=True, slots=True)
class Places:
    """The stores by URL, and a folder in RAM; ``office`` and ``ledger`` may not exist yet.

    ``memory`` is the signer's own folder, which no restore of a store brings back; without one nothing is
    noticed of a restore.
    """

    registry: str
    office: str
    ledger: str
    scratch: Path
    memory: Path | None = None


def _nothing(_step: str) -> None:
    """Stand where a test lets the process die."""


class Signer:
    """Takes turns on the registry for as long as it is asked to."""

    def __init__(
        self,
        places: Places,
        keys: SignerKeys,
        clock: Callable[[], int],
        fault: Callable[[str], None] = _nothing,
    ) -> None:
        """Open the registry; ``clock`` gives server time in milliseconds, ``fault`` is told each step.

        Raises:
            SenderLied: The registry's own slots do not follow from the root in the signer's folder.
            OperatorMistaken: The registry is not founded.
        """
        self._places = places
        self._keys = keys
        self._clock = clock
        self._fault = fault
        self._registry = open_store(places.registry, "registry")
        self._sources: dict[str, Engine] = {}
        self._charter: tuple[int, Charter] | None = None
        self._said = ""
        self._warned: set[tuple[str, Level]] = set()
        self._memory: Memory | None = None
        if places.memory is not None:
            self._memory = Memory(places.memory, public_hex(keys.online), lambda: secrets.token_hex(16))
        try:
            with self._registry.connect() as connection:
                store.require_founded(connection)
                charter = self._read_charter(connection, store.number_of(connection))
                self._inspect(connection, charter)
        except BaseException:
            self.close()
            raise

    def round(self) -> bool:
        """Apply and publish what waits, or sign anew what is due; say whether anything was published."""
        match self._standing():
            case Waits() as waits:
                self._say(waits.sentence)
                return False
            case Ready(found):
                return self._go_on(found)
            case Clear(least):
                pass
        requests = self._requests()
        rows = self._desk_rows()
        with self._registry.connect() as connection:
            due = self._clock() - store.published_at(connection) >= BEAT
        if not (requests or rows or due):
            return False
        return self._take_turn(requests, rows, least, due=due)

    def use(self, keys: SignerKeys, why: str) -> None:
        """Go on with other keys, because of ``why``: the officers replaced one."""
        self._say(why)
        self._keys, self._charter = keys, None
        if self._memory is not None:
            self._memory.online = public_hex(keys.online)

    def pause(self, why: str) -> None:
        """Say once why nothing can be done now, and open every store anew next time: a disk may come back."""
        self._say(why)
        self.close()

    def close(self) -> None:
        """Close every store."""
        for engine in (self._registry, *self._sources.values()):
            engine.dispose()

    def _take_turn(
        self,
        requests: Sequence[pending.Request],
        rows: Sequence[Sequence[pending.DeskRow]],
        least: int,
        *,
        due: bool,
    ) -> bool:
        with self._registry.begin() as connection:
            reached = store.lock(connection)
            number = max(reached, least)
            charter = self._read_charter(connection, number)
            self._fault("locked")
            adds = due or bool(rows) or any(request.adds for request in requests)
            damage = self._inspect(connection, charter) if adds else ""
            turn = Turn(connection, self._keys, charter, (number, self._clock()), damage)
            if requests:
                turn.warrants(requests, self._statuses(requests))
            self._fault("warrants")
            for journal in rows:
                turn.desk(journal)
            self._fault("rows")
            if due:
                turn.tend()
            published = due or turn.applied > 0
            if published:
                turn.publish()
                self._reserve(connection, reached)
            if due:
                self._warn(connection)
            self._fault("published")
        self._fault("committed")
        if published:
            self._charter = (number + 1, charter)
        return published

    def _warn(self, connection: Connection) -> None:
        """Say once of each signature, and at each step, that it ends soon."""
        for one in note(connection, self._clock()):
            if (one.role, one.level) not in self._warned:
                self._warned.add((one.role, one.level))
                log.warning("%s: %s", one.level, one.sentence)

    def _standing(self) -> Clear | Waits | Ready:
        """Say whether the store is what this signer last knew it to be."""
        if self._memory is None:
            return Clear()
        with self._registry.connect() as connection:
            charter = self._read_charter(connection, store.number_of(connection))
        return self._memory.look(self._registry, self._source("ledger", self._places.ledger), charter)

    def _reserve(self, connection: Connection, reached: int) -> None:
        if self._memory is not None:
            self._memory.reserve(connection, reached)

    def _reach(self) -> None:
        if self._memory is not None:
            self._memory.reach()

    def _go_on(self, found: Recovered) -> bool:
        """Publish a restored registry above everything its doors hold; False where the copy is damaged."""
        with self._registry.begin() as connection:
            reached = store.lock(connection, restoring=True)
            charter = self._read_charter(connection, reached)
            self._fault("locked")
            if self._inspect(connection, charter):
                return False
            turn = Turn(connection, self._keys, charter, (found.publication, self._clock()))
            turn.recover(found)
            turn.publish()
            self._reserve(connection, reached)
            self._fault("published")
        self._fault("committed")
        self._reach()
        self._said = ""
        log.warning("%s", recovery.sentence(found))
        return True

    def _inspect(self, connection: Connection, charter: Charter) -> str:
        """Give the sentence that says what was changed in the store by another hand, or an empty one."""
        try:
            integrity.check(connection, charter, self._keys.root, self._places.scratch)
        except StoreBroken as error:
            self._say(str(error))
            return str(error)
        return ""

    def _read_charter(self, connection: Connection, number: int) -> Charter:
        """Verify what officers and enroller signed, again whenever another writer published."""
        if self._charter is None or self._charter[0] != number:
            slots = store.SlotRows(connection)
            charter = Charter(*read_charter(slots, self._keys.root, self._places.scratch))
            require_keys(slots, self._keys)
            self._charter = (number, charter)
        return self._charter[1]

    def _requests(self) -> Sequence[pending.Request]:
        source = self._source("office", self._places.office)
        if source is None:
            return ()
        try:
            with self._registry.connect() as connection:
                return pending.warrants(connection, source)
        except SQLAlchemyError as error:
            self._say(f"the office store cannot be read yet: {type(error).__name__}")
            return ()

    def _statuses(self, requests: Sequence[pending.Request]) -> Mapping[ControllerId, bytes]:
        """Give the controllers' newest statuses where an order waits; nothing opens without them."""
        source = self._source("ledger", self._places.ledger)
        if source is None or all(request.kind != WarrantKind.ORDER for request in requests):
            return {}
        try:
            return pending.statuses(source)
        except SQLAlchemyError as error:
            self._say(f"the ledger store cannot be read yet: {type(error).__name__}")
            return {}

    def _desk_rows(self) -> Sequence[Sequence[pending.DeskRow]]:
        """Give the next rows of each desk that has any."""
        source = self._source("ledger", self._places.ledger)
        if source is None:
            return ()
        try:
            with self._registry.connect() as connection:
                charter = self._read_charter(connection, store.number_of(connection))
                desks = [entry for entry in charter.directory.controllers if _is_desk(entry)]
                found = [self._rows_of(connection, source, charter.policy.site, desk) for desk in desks]
        except SQLAlchemyError as error:
            self._say(f"the ledger store cannot be read yet: {type(error).__name__}")
            return ()
        return [rows for rows in found if rows]

    def _rows_of(
        self, connection: Connection, source: Engine, site: SiteId, desk: ControllerEntry
    ) -> Sequence[pending.DeskRow]:
        try:
            return pending.desk_rows(connection, source, site, desk)
        except SenderLied as error:
            self._say(f"nothing is taken from {desk.id} until this is cured: {error}")
            return ()

    def _source(self, name: str, url: str) -> Engine | None:
        """Give a store that another program writes; None while it does not exist."""
        if name not in self._sources:
            with suppress(OperatorMistaken):
                self._sources[name] = open_store(url, name, read_only=True)
        return self._sources.get(name)

    def _say(self, sentence: str) -> None:
        """Log a sentence once, not at every poll."""
        if sentence != self._said:
            log.warning(sentence)
            self._said = sentence


def _is_desk(entry: ControllerEntry) -> bool:
    return entry.kind is ControllerKind.DESK and entry.status is ControllerStatus.ACTIVE

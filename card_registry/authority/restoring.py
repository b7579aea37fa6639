"""The signer's memory outside its store: notices an older copy, hears the doors, and says when to go on.

What counts as an older copy, and who must be heard, is decided in ``recovery``; what a turn writes in
``turn``. While a restore waits, the store carries a notice that keeps every other writer from publishing,
and names who is still awaited. If power fails anywhere, the next look finds the same restore and waits on;
one that is settled is known by its outcome.

2026-11-21: fresh means stored by the hub after everything it had stored when the restore was noticed, by the
hub's own clock. A hub that lies about that can only make the signer count too low, and then the doors refuse
what it publishes and prove what they hold in their next status.
"""

import logging
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError
from tuf.api.metadata import Metadata, Root, Snapshot

from card_registry import canonical
from card_registry.authority import floors, pending, recovery, store
from card_registry.authority.record import Source
from card_registry.authority.recovery import (
    Floors,
    Heard,
    Recovered,
    Restore,
    RestoreNotice,
    Standing,
    Waiver,
)
from card_registry.authority.warrant import Charter
from card_registry.durable import read_plain
from card_registry.errors import OperatorMistaken, SenderLied
from card_registry.journal.tree import Frontier
from card_registry.signing import Purpose, unseal
from card_registry.statements import Status
from card_registry.trust import recall
from card_registry.trust.slots import Role, meta_slot, root_slot
from card_registry.words import ControllerId, SiteId

log = logging.getLogger("akses.registry")


@dataclass(frozen=True, slots=True)
class Clear:
    """Nothing speaks against publishing; ``least`` is the number that the next publication must be above."""

    least: int = 0


@dataclass(frozen=True, slots=True)
class Waits:
    """The store was restored, and not everybody was heard or waived."""

    notice: RestoreNotice

    @property
    def sentence(self) -> str:
        """Say it to the operator."""
        restore, names = self.notice.restore, ", ".join(self.notice.awaited)
        return (
            f"this registry was restored: {restore.why}. Nothing is published until these controllers were "
            f"heard, or an officer waives them (akses registry waive): {names}"
        )


@dataclass(frozen=True, slots=True)
class Ready:
    """The store was restored, and enough is known to go on."""

    found: Recovered


@dataclass(slots=True)
class Memory:
    """The floors in the signer's folder, and what controllers said; ``draw`` names a restore."""

    folder: Path
    online: str
    draw: Callable[[], str]
    _kept: Floors | None = field(init=False)
    _newest: int = field(default=0, init=False)
    _looked: int = field(default=0, init=False)
    _said: str = field(default="", init=False)

    def __post_init__(self) -> None:
        """Read the floors."""
        self._kept = floors.read(self.folder)

    def look(self, registry: Engine, ledger: Engine | None, charter: Charter) -> Clear | Waits | Ready:
        """Say whether the signer may publish.

        Raises:
            OperatorMistaken: A restore was noticed and cannot be kept; nothing may be published then.
            SQLAlchemyError: A store cannot be used now.
        """
        with registry.connect() as connection:
            standing = standing_of(connection)
            if self._kept is not None and self._kept.restore is not None:
                if not store.judged(connection, Source.RESTORE, [self._kept.restore.id]):
                    return self._wait(registry, ledger, charter)
                self.reserve(connection, standing.publication)
                self.reach()
        self._learn(ledger, charter)
        if self._kept is not None and self._kept.reached < self._kept.publication <= standing.publication:
            self.reach()
        why = recovery.suspicion(standing, self._kept, self._newest)
        if not why:
            return Clear(0 if self._kept is None else self._kept.publication)
        since = max((received for received, _ in _statuses(ledger, 0).values()), default=0)
        self._notice(charter.policy.site, standing, Restore(self.draw(), since, standing.publication, why))
        return self._wait(registry, ledger, charter)

    def reserve(self, connection: Connection, reached: int) -> None:
        """Keep, before the commit, how far this publication goes; ``reached`` was committed before it."""
        now, kept = standing_of(connection), self._kept
        numbers = (now.publication, reached, now.denial, now.order, now.authority)
        self._keep(Floors(1, store.site_of(connection), *numbers, None if kept is None else kept.restore))

    def reach(self) -> None:
        """Keep, at the look after the commit, that what was reserved was reached; no restore waits then."""
        if self._kept is not None:
            self._keep(replace(self._kept, reached=self._kept.publication, restore=None))

    def _keep(self, kept: Floors) -> None:
        """Keep floors; a disk that refuses them stops no publication: taking away must not wait for it."""
        self._kept = kept
        try:
            floors.write(self.folder, kept)
        except OperatorMistaken as error:
            self._say(str(error))
        else:
            self._said = ""

    def _say(self, sentence: str) -> None:
        """Log a sentence once, until it changes."""
        if sentence != self._said:
            log.warning("%s", sentence)
        self._said = sentence

    def _notice(self, site: SiteId, now: Standing, restore: Restore) -> None:
        log.warning("this registry was restored: %s", restore.why)
        known = self._kept or Floors(1, site, now.publication, now.publication)
        floors.write(self.folder, replace(known, restore=restore))
        self._kept = replace(known, restore=restore)

    def _wait(self, registry: Engine, ledger: Engine | None, charter: Charter) -> Waits | Ready:
        kept = self._kept
        if kept is None or kept.restore is None:
            raise ValueError("no restore is waited for")
        with registry.connect() as connection:
            slots, serials = store.SlotRows(connection), store.serials(connection)
            standing = replace(standing_of(connection), roles=roles_of(slots))
            waived = self._waived(charter.policy.site, kept.restore, officers_of(slots))
        heard = self._heard(ledger, charter, kept.restore.since)
        awaited = recovery.awaited(charter.directory, heard, waived, standing)
        if awaited:
            notice = RestoreNotice(kept.restore, awaited)
            _tell(registry, notice)
            return Waits(notice)
        found = recovery.recovered(charter.policy.site, kept, standing, serials, heard, waived)
        return Ready(found)

    def _learn(self, ledger: Engine | None, charter: Charter) -> None:
        """Take the highest publication that a controller proves."""
        for who, (received, body) in _statuses(ledger, self._looked).items():
            self._looked = max(self._looked, received)
            one = self._read(charter, who, body)
            if one is not None and one.newer is not None:
                self._newest = max(self._newest, one.newer.publication)

    def _heard(self, ledger: Engine | None, charter: Charter, since: int) -> dict[ControllerId, Heard]:
        stored = _statuses(ledger, since)
        found = {who: self._read(charter, who, body) for who, (_, body) in stored.items()}
        return {who: one for who, one in found.items() if one is not None}

    def _read(self, charter: Charter, who: ControllerId, body: bytes) -> Heard | None:
        """Verify a status by its controller's own key; None when it proves nothing."""
        entry = next((one for one in charter.directory.controllers if one.id == who), None)
        if entry is None:
            return None
        try:
            status = unseal(Purpose.STATUS, body, Status, [entry.log_key])
            if (status.site, status.controller) != (charter.policy.site, who):
                return None
            newer = recall.unpack(status.kept.proof, self.online) if status.kept.proof else None
        except SenderLied as error:
            log.warning("the status of %s proves nothing: %s", who, error)
            return None
        return Heard(status, newer)

    def _waived(self, site: SiteId, restore: Restore, officers: Collection[str]) -> set[ControllerId]:
        """Read the waivers laid into the folder; one that is not for this restore counts nothing."""
        waived = set()
        for file in sorted((self.folder / floors.WAIVERS).glob("*.json")):
            try:
                waiver = unseal(Purpose.WAIVER, read_plain(file), Waiver, officers)
            except (SenderLied, OSError) as error:
                log.warning("the waiver %s is passed over: %s", file.name, error)
                continue
            if (waiver.site, waiver.restore) == (site, restore.id):
                waived.add(waiver.controller)
        return waived


def standing_of(connection: Connection) -> Standing:
    """Read how far the store itself says that the site has come."""
    values = store.get_values(connection, store.ORDER_NUMBER, store.FRONTIER)
    kept = values.get(store.FRONTIER)
    return Standing(
        store.number_of(connection),
        store.newest_serial(connection),
        store.count_of(values.get(store.ORDER_NUMBER)),
        Frontier.load(kept).size if kept else 0,
    )


def roles_of(slots: Mapping[str, bytes]) -> dict[str, int]:
    """Give each role's version as the store's own snapshot names it, and the newest root's."""
    snapshot = Metadata[Snapshot].from_bytes(slots[meta_slot(Role.SNAPSHOT)]).signed
    named = {name.removesuffix(".json"): one.version for name, one in snapshot.meta.items()}
    return {**named, Role.ROOT: _newest_root(slots)}


def officers_of(slots: Mapping[str, bytes]) -> tuple[str, ...]:
    """Give the public keys (hex) that the newest root names for the officers."""
    root = Metadata[Root].from_bytes(slots[root_slot(_newest_root(slots))]).signed
    return tuple(root.keys[one].keyval["public"] for one in root.roles[Role.ROOT].keyids)


def _newest_root(slots: Mapping[str, bytes]) -> int:
    version = 1
    while root_slot(version + 1) in slots:
        version += 1
    return version


def values_of(found: Recovered) -> dict[str, bytes]:
    """Give the site's values after a restore: the numbers to go on from, and no notice any more."""
    floors = {store.DENIAL_FLOOR: found.denial, store.ORDER_NUMBER: found.order, store.LOST: found.since}
    return {**{name: str(value).encode() for name, value in floors.items()}, store.RESTORE: b""}


def notice_of(connection: Connection) -> RestoreNotice | None:
    """Give the restore that waits, as the store says it; None when there is none."""
    body = store.get_value(connection, store.RESTORE)
    return canonical.decode(body, RestoreNotice, "the notice of a restore") if body else None


def _statuses(ledger: Engine | None, since: int) -> dict[ControllerId, tuple[int, bytes]]:
    """Give what the hub stored; nothing while its store cannot be read, and then nobody was heard."""
    if ledger is None:
        return {}
    try:
        return pending.heard_since(ledger, since)
    except SQLAlchemyError:
        return {}


def _tell(registry: Engine, notice: RestoreNotice) -> None:
    """Put the notice into the store when it says something new."""
    with registry.begin() as connection:
        store.lock(connection, restoring=True)
        if notice_of(connection) != notice:
            store.set_values(connection, {store.RESTORE: canonical.encode(notice)})

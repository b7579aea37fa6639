"""The registry at this controller: verified when the bridge brings it, and again at each start.

Its own thread looks into the slot folder, lets ``card_registry.trust`` decide, and swaps ``standing`` in one
assignment; taps never wait for it. One durable transaction stores metadata, targets, denial serials and
floors together with the event that says so. Denials are taken from any genuine deny list, whatever else has
expired, and hold in memory even where the disk refuses them.

A refusal is written down once, with its sentence. What is merely incomplete may be on its way, and is
reported when it is still so after a while.
"""

import hashlib
import logging
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from card_registry.durable import read_plain
from card_registry.enrolment import Bundle
from card_registry.errors import Incomplete, Malformed, RolledBack, SenderLied, StoreBroken
from card_registry.instant import SECOND
from card_registry.journal.event import Adopted, Alarmed, Body, Refused, Versions
from card_registry.statements import Kept
from card_registry.trust import verify
from card_registry.trust.adoption import Trusted, Verified, adopt, adopt_denials, staleness
from card_registry.trust.denials import read_denials
from card_registry.trust.slots import Role, meta_slot, needed, slot_name
from card_registry.words import ControllerId, Staleness, Subject
from door_controller.clock import Clock
from door_controller.journal import Beside, Journal
from door_controller.keeping import kept_of
from door_controller.orders import Keys
from door_controller.parts import give_back_memory
from door_controller.standing import Standing

_LOG = logging.getLogger(__name__)

MOST_SLOTS = 1_024
"""The most files looked at in the slot folder: twice what its bridge may store there."""

Stamps = Mapping[str, tuple[int, int, int]]
"""What changes when a slot's file is written, by file name."""

PATIENCE_MS = 3 * SECOND
"""How long a set of slots may stay incomplete before it is reported: the rest may be on its way."""

AGAIN_MS = 30 * SECOND
"""How often an unchanged folder that was reported is looked at again."""

SENTENCE = 400
"""The longest sentence written into an event, in characters."""

_FLOORS = ("root", "timestamp", "grants", "deny")


@dataclass(frozen=True, slots=True)
class Place:
    """Where an adopter works: the slot folder, a scratch folder in RAM, and whose slots it wants."""

    slots: Path
    scratch: Path
    controller: ControllerId


class Targets(Mapping[str, bytes]):
    """Stored targets by path, read when asked for.

    Raises:
        StoreBroken: From a look-up, where the disk refuses.
    """

    def __init__(self, journal: Journal, paths: Collection[str]) -> None:
        """Give what ``journal``'s store has at ``paths``."""
        self._journal, self._paths = journal, paths

    def __getitem__(self, path: str) -> bytes:
        """Read one target."""
        found = self._journal.look("SELECT body FROM slot WHERE name = ?", (path,))
        if path not in self._paths or not found:
            raise KeyError(path)
        return bytes(found[0][0])

    def __iter__(self) -> Iterator[str]:
        """Give the paths."""
        return iter(self._paths)

    def __len__(self) -> int:
        """Give their number."""
        return len(self._paths)


class Offered(Mapping[str, bytes]):
    """The slot folder by slot name; a file is read once, when it is asked for."""

    def __init__(
        self, folder: Path, files: Collection[str], refuse: Callable[[str, Exception], None]
    ) -> None:
        """Give the ``files`` of ``folder``; one that is no plain file goes to ``refuse`` and is left out."""
        self._folder, self._refuse = folder, refuse
        self._files = {slot_name(file): file for file in files}
        self._read: dict[str, bytes] = {}

    def __getitem__(self, name: str) -> bytes:
        """Read one slot."""
        if name not in self._read:
            try:
                self._read[name] = read_plain(self._folder / self._files[name])
            except FileNotFoundError as error:
                raise KeyError(name) from error
            except Malformed as error:
                self._refuse(f"slot {name}", error)
                raise KeyError(name) from error
        return self._read[name]

    def __iter__(self) -> Iterator[str]:
        """Name the slots."""
        return iter(self._files)

    def __len__(self) -> int:
        """Give their number."""
        return len(self._files)


class Adopter:
    """One controller's registry; ``look`` is called by one thread, ``standing`` is read by any."""

    def __init__(
        self, place: Place, bundle: Bundle, journal: Journal, clock: Clock, note: Callable[[Body], None]
    ) -> None:
        """Know nothing until ``boot``; ``note`` queues facts that need no transaction of their own."""
        self._place, self._bundle, self._journal, self._clock = place, bundle, journal, clock
        self._note = note
        self._trusted = Trusted(floors=bundle.floors)
        self._seen: Stamps = {}
        self._matched: Stamps = {}
        self._failing_since = self._again = 0
        self._refused: set[tuple[str, str]] = set()
        self._said = Staleness.FRESH
        self.standing = Standing()
        self.kept = Kept()

    @property
    def receipt_keys(self) -> Collection[str]:
        """Give the keys whose receipts are believed; none before the first adoption."""
        registry = self._trusted.registry
        return () if registry is None else registry.policy.receipt_keys

    @property
    def authority_keys(self) -> Collection[str]:
        """Give the keys whose heads of the authority log are believed; none before the first adoption."""
        registry = self._trusted.registry
        return () if registry is None else registry.policy.authority_keys

    @property
    def order_keys(self) -> Keys:
        """Give the keys whose orders are obeyed; none before the first adoption."""
        registry = self._trusted.registry
        return Keys() if registry is None else Keys(registry.policy.order_keys, registry.policy.lockdown_keys)

    def boot(self) -> None:
        """Verify what is stored, signatures and all, and decide by it; what does not verify is left out."""
        stored = self._load()
        try:
            if stored.metadata:
                root = self._bundle.root_bytes
                verified = verify.reverify(
                    {**stored.metadata, **stored.targets}, root, self._place.controller, self._place.scratch
                )
                _hold(verified.versions, stored.floors)
                stored = adopt(stored, verified, self._place.controller)
        except SenderLied as error:
            self._refuse("stored registry", error)
            stored = Trusted(floors=stored.floors, serials=stored.serials)
        self._stand(self._kept(stored))

    def look(self) -> None:
        """Look into the slot folder once and take what is genuine and newer; never raises."""
        try:
            seen = self._scan()
            if seen != self._seen or (self._failing_since and self._clock.mono() >= self._again):
                self._consider(seen)
                self._seen = seen
                give_back_memory()
            self._age()
        except OSError as error:
            self._refuse("slot folder", error)
        except Exception as error:  # noqa: BLE001 - whatever it is, the last registry decides on
            _LOG.error("the registry could not be looked at (%s); the last one decides on", _name(error))

    def _consider(self, seen: Stamps) -> None:
        slots = Offered(self._place.slots, seen, self._refuse)
        controller, root = self._place.controller, self._bundle.root_bytes
        instant, _ = self._clock.now()
        try:
            verified = verify.read_trust(slots, self._trusted, root, controller, instant, self._place.scratch)
            self._adopt(verified)
            changed = [slot_name(file) for file in seen if seen[file] != self._matched.get(file)]
            _require_same(slots, changed, verified)
        except Incomplete as error:
            if self._failing():
                self._refuse("slots", error)
            self._take_denials(slots)
        except (SenderLied, StoreBroken) as error:
            self._failing()
            self._refuse("slots", error)
            self._take_denials(slots)
            older = slots.get(meta_slot(Role.TIMESTAMP)) if isinstance(error, RolledBack) else None
            self.kept = kept_of(self._trusted, older)
        else:
            self._failing_since, self._matched = 0, seen
            self.kept = kept_of(self._trusted)

    def _failing(self) -> bool:
        """Plan the next look at an unchanged folder; say whether it has failed for too long already."""
        now = self._clock.mono()
        self._failing_since = self._failing_since or now
        long = now - self._failing_since >= PATIENCE_MS
        self._again = now + (AGAIN_MS if long else PATIENCE_MS)
        return long

    def _adopt(self, verified: Verified) -> None:
        old = self._trusted
        if verified.metadata == old.metadata:
            return
        new = adopt(old, verified, self._place.controller)
        if verified.recovery is not None and verified.recovery.time is not None:
            self._clock.obey_officers(verified.recovery.time)
        self._clock.learn_signed(verified.signed_time)
        if _says_more(old.floors, new.floors) or old.registry is None:
            self._journal.append(self._event(new), self._clock.moment(), self._saving(old, new))
        else:
            self._journal.keep(self._saving(old, new))
        # If power fails here, the next start verifies and adopts from the store what was just committed.
        self._refused.clear()
        self._stand(self._kept(new))

    def _take_denials(self, slots: Mapping[str, bytes]) -> None:
        """Take denials although the set as a whole was refused: taking away never needs freshness."""
        try:
            listed = read_denials(slots, self._trusted, self._bundle.root_bytes)
        except SenderLied:
            return  # what was wrong with the set has been said already
        old, new = self._trusted, adopt_denials(self._trusted, listed.denials)
        if new is old:
            return
        self._stand(new)
        try:
            self._journal.append(self._event(new), self._clock.moment(), self._saving(old, new))
        except StoreBroken as error:
            self._refuse("denials", error)

    def _event(self, trusted: Trusted) -> Adopted:
        registry = trusted.registry
        return Adopted(
            trusted.floors,
            staleness(trusted, self._place.controller, self._clock.now()[0]),
            0 if registry is None else len(registry.credentials),
            len(trusted.serials),
        )

    def _stand(self, trusted: Trusted) -> None:
        """Decide by ``trusted`` from here on."""
        self._trusted, self.kept = trusted, kept_of(trusted)
        if trusted.registry is not None:
            self._clock.ntp_trusted = trusted.registry.policy.ntp_trusted
        self._age()

    def _age(self) -> None:
        """Decide by what is trusted, as old as it is now; say when it has grown old, and when no more."""
        now, _ = self._clock.now()
        registry, age = self._trusted.registry, staleness(self._trusted, self._place.controller, now)
        if registry is not self.standing.registry or age is not self.standing.staleness:
            self.standing = Standing(registry, age)
        if registry is None or age is self._said:
            return
        self._said = age
        self._note(Alarmed("registry-stale", "registry", raised=age is not Staleness.FRESH, detail=age))

    def _refuse(self, what: str, error: Exception) -> None:
        """Write a refusal down, once."""
        why = str(error)[:SENTENCE]
        if (what, why) not in self._refused:
            self._refused.add((what, why))
            _LOG.warning("%s refused: %s", what, why)
            self._note(Refused(what, why))

    def _scan(self) -> dict[str, tuple[int, int, int]]:
        """Give each needed slot's file with what changes when it is written."""
        seen: dict[str, tuple[int, int, int]] = {}
        for file in sorted(self._place.slots.iterdir())[:MOST_SLOTS]:
            try:
                if needed(slot_name(file.name), self._place.controller):
                    status = file.lstat()
                    seen[file.name] = (status.st_mtime_ns, status.st_size, status.st_ino)
            except (Malformed, FileNotFoundError):
                continue
        return seen

    def _load(self) -> Trusted:
        look = self._journal.look
        parts = {name: bytes(body) for name, body in look("SELECT name, body FROM slot")}
        serials = {
            (Subject(subject), id): serial
            for subject, id, serial in look("SELECT subject, id, serial FROM denial")
        }
        kept = dict(look("SELECT name, value FROM fact WHERE name LIKE 'floor/%'"))
        least = self._bundle.floors
        floors = Versions(*(max(getattr(least, role), kept.get(f"floor/{role}", 0)) for role in _FLOORS))
        metadata = {name: body for name, body in parts.items() if name.startswith(("root/", "meta/"))}
        targets = {name: body for name, body in parts.items() if name not in metadata}
        return Trusted(floors, serials, metadata, targets)

    def _kept(self, trusted: Trusted) -> Trusted:
        """Leave the targets, which are stored, to the disk: a registry of 10 k cards is 3 MiB of them."""
        return replace(trusted, targets=Targets(self._journal, trusted.digests))

    def _saving(self, old: Trusted, new: Trusted) -> Beside:
        """Give the writes that bring the store from ``old`` to ``new``."""
        changed = [(name, body) for name, body in new.metadata.items() if old.metadata.get(name) != body]
        changed += [(name, new.targets[name]) for name in new.digests if _differs(name, old, new)]
        gone = [
            (name,) for name in (*old.metadata, *old.digests) if name not in {*new.metadata, *new.digests}
        ]
        serials = [(s, id, n) for (s, id), n in new.serials.items() if old.serials.get((s, id)) != n]
        forgotten = [key for key in old.serials if key not in new.serials]  # only where officers say so
        facts = [(f"floor/{role}", getattr(new.floors, role)) for role in _FLOORS]
        facts.append(("time-floor", self._clock.floor()))

        def save(store: sqlite3.Connection) -> None:
            store.executemany("INSERT OR REPLACE INTO slot (name, body) VALUES (?, ?)", changed)
            store.executemany("DELETE FROM slot WHERE name = ?", gone)
            store.executemany("DELETE FROM denial WHERE subject = ? AND id = ?", forgotten)
            store.executemany("INSERT OR REPLACE INTO denial (subject, id, serial) VALUES (?, ?, ?)", serials)
            store.executemany("INSERT OR REPLACE INTO fact (name, value) VALUES (?, ?)", facts)

        return save


def _name(error: Exception) -> str:
    return type(error).__name__


def _says_more(old: Versions, new: Versions) -> bool:
    """Say whether more than the timestamp was signed anew: what is worth an event."""
    return (old.root, old.grants, old.deny) != (new.root, new.grants, new.deny)


def _differs(name: str, old: Trusted, new: Trusted) -> bool:
    """Say whether a target was signed under another digest."""
    return old.digests.get(name) != new.digests[name]


def _require_same(slots: Mapping[str, bytes], names: Iterable[str], verified: Verified) -> None:
    """Report a slot that was passed over, because what is stored here already was the one that is signed."""
    for name in names:
        data = slots.get(name, b"")
        signed = verified.metadata.get(name, data) == data
        if data and not (signed and verified.digests.get(name, _digest(data)) == _digest(data)):
            raise Incomplete(f"slot {name} is not the one that is signed; the copy kept here decides")


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _hold(stored: Versions, floors: Versions) -> None:
    """Refuse a stored registry below the stored floors."""
    for role in _FLOORS:
        if getattr(stored, role) < getattr(floors, role) and stored.root <= floors.root:
            raise Malformed(f"version {getattr(stored, role)} of {role} is below the floor kept beside it")

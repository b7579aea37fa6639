"""Whether a set of slots may be believed: python-tuf decides, from the root that enrolment pinned.

What was accepted before is given back to python-tuf as its own cache, so that no part can go back; our own
floors hold where the memory was lost. The network is never needed: slots are a mapping of bytes. What a
controller makes of a verified set is decided in ``adoption``.

Time enters as the lower bound of an ``Instant``: it is proven past, so it never refuses an honest server,
and it still refuses whatever had expired before it.
"""

import hashlib
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar, cast

from tuf.api.exceptions import LengthOrHashMismatchError
from tuf.api.metadata import Signed, TargetFile, Targets

from card_registry import canonical
from card_registry.errors import Forged, Incomplete, Malformed, RolledBack
from card_registry.instant import Instant
from card_registry.journal.event import Versions
from card_registry.statements import Directory, People, Policy
from card_registry.trust.adoption import Trusted, Verified
from card_registry.trust.client import Updater
from card_registry.trust.denials import newest_root
from card_registry.trust.fetch import BASE, SlotFetcher, refusals
from card_registry.trust.recovery import Recovery, obeyed, read_recovery
from card_registry.trust.slots import (
    DENY_LIST,
    DIRECTORY,
    FIRST_ROOT,
    PEOPLE,
    POLICY,
    Role,
    former_grants_role,
    grants_role,
    meta_slot,
    plan_slot,
    root_slot,
    root_version,
    shard_number,
    slot_name,
)
from card_registry.words import ControllerId, TimeQuality

SIGNED_TIME = "x-time"
"""The timestamp's own field: when it was signed, in milliseconds."""

_TOP = (Role.ROOT, Role.TIMESTAMP, Role.SNAPSHOT, Role.TARGETS)

NOTHING_EXPIRES = 0
"""A reference time at which no signed date is over."""

T = TypeVar("T")
Slots = Mapping[str, bytes]


def read_trust(
    slots: Slots, memory: Trusted, root: bytes, controller: ControllerId, now: Instant, scratch: Path
) -> Verified:
    """Verify what a controller's bridge stored, against everything accepted before.

    Only targets whose signed digest ``memory`` does not have are read.

    Args:
        slots: The slot folder, by slot name; any of it may be hostile.
        memory: What was adopted before; ``Trusted(floors=…)`` of the enrolment bundle at first.
        root: The first root's bytes, from the enrolment bundle.
        controller: Whose shards are wanted.
        now: What is known of the time; only its lower bound counts.
        scratch: A folder in RAM; a folder inside it is made and removed.

    Raises:
        Incomplete: Something is missing, damaged or of another moment; try again when more has come.
        Forged, RolledBack, Expired, Malformed: Somebody lied; the sentence names the slot.
    """
    recovery = _recovery(slots, memory, root)
    past = now.lo if recovery is None or recovery.time is None else min(now.lo, recovery.time)
    with tempfile.TemporaryDirectory(dir=scratch) as folder:
        session = _Session(Path(folder), slots, root, past)
        session.remember(memory.metadata)
        session.refresh()
        own, signed = session.signed_for(controller)
        news = {path: one for path, one in signed.items() if memory.digests.get(path) != _digest(path, one)}
        targets = {path: session.take(path, one) for path, one in news.items()}
        verified = session.result(own, controller, signed, targets)
    _hold_floors(verified.versions, memory.floors)
    return replace(verified, recovery=recovery)


def reverify(stored: Slots, root: bytes, controller: ControllerId, scratch: Path) -> Verified:
    """Verify again what a controller stored, at boot: every signature and digest, but no expiry.

    ``stored`` is the adopted ``metadata`` and ``targets`` together, by slot name.

    Raises:
        SenderLied: The stored bytes are not what was adopted; the store was edited or is damaged.
    """
    long_ago = Instant(NOTHING_EXPIRES, None, TimeQuality.FLOOR)
    return read_trust(stored, Trusted(), root, controller, long_ago, scratch)


def read_directory(slots: Slots, root: bytes | str, now: Instant, scratch: Path) -> Directory:
    """Read the controllers' keys from a fresh set of slots; ``root`` is the first root or its SHA-256 (hex).

    Raises:
        SenderLied: As ``read_trust``.
    """
    return _read_one(slots, root, now.lo, DIRECTORY, Directory, scratch)


def read_directory_offline(slots: Slots, root_sha256: str, scratch: Path) -> Directory:
    """Read the controllers' keys from slots by *file* name, whatever has expired: an auditor's view.

    Raises:
        SenderLied: As ``read_trust``, but for expiry.
    """
    named = {slot_name(file): data for file, data in slots.items()}
    return _read_one(named, root_sha256, NOTHING_EXPIRES, DIRECTORY, Directory, scratch)


def read_policy(slots: Slots, root: bytes | str, now: Instant, scratch: Path) -> Policy:
    """Read what the officers allow, from a fresh set of slots.

    Raises:
        SenderLied: As ``read_trust``.
    """
    return _read_one(slots, root, now.lo, POLICY, Policy, scratch)


def read_charter(slots: Slots, root: bytes, scratch: Path) -> tuple[People, Policy, Directory]:
    """Read what officers and enroller signed, whatever has expired: the signer's own view, who signs anew.

    Raises:
        SenderLied: As ``read_trust``, but for expiry.
    """
    with tempfile.TemporaryDirectory(dir=scratch) as folder:
        session = _Session(Path(folder), slots, root, NOTHING_EXPIRES)
        session.remember({})
        session.refresh()
        people = session.statement(PEOPLE, People)
        policy = session.statement(POLICY, Policy)
        return people, policy, session.statement(DIRECTORY, Directory)


def pinned_root(slots: Slots, root: bytes | str) -> bytes:
    """Give the first root's bytes, when they are the pinned ones.

    Raises:
        Forged: The slot holds another root than the one whose SHA-256 is pinned.
        Incomplete: The slot is missing.
    """
    if isinstance(root, bytes):
        return root
    data = slots.get(FIRST_ROOT)
    if data is None:
        message = f"slot {FIRST_ROOT} is missing"
        raise Incomplete(message)
    if hashlib.sha256(data).hexdigest() != root:
        message = f"slot {FIRST_ROOT} is not the root this site was founded with"
        raise Forged(message)
    return data


class _Session:
    """One run of python-tuf's client over slots, in its own folder."""

    def __init__(self, folder: Path, slots: Slots, root: bytes, at: int) -> None:
        self._folder = folder
        self._slots = slots
        self._root = root
        self._at = datetime.fromtimestamp(at / 1000, UTC)
        self._fetcher = SlotFetcher(slots)

    def remember(self, metadata: Mapping[str, bytes]) -> None:
        """Give python-tuf what it accepted before, so that it holds its version floors."""
        history = self._folder / "root_history"
        history.mkdir()
        for name, data in metadata.items():
            version = root_version(name)
            file = history / f"{version}.root.json" if version else self._file(name.removeprefix("meta/"))
            file.write_bytes(data)

    def refresh(self) -> None:
        """Verify root, timestamp, snapshot and targets."""
        self._fetcher.last = FIRST_ROOT
        with refusals(self._fetcher):
            self._updater = Updater(str(self._folder), BASE, fetcher=self._fetcher, bootstrap=self._root)
            # The trusted set is private; its reference time is read from the wall clock, which a Pi does not
            # have at boot, and what it has parsed and verified need not be parsed again.
            # tests/card_registry/trust/test_tuf_contract.py fails when python-tuf changes it.
            self._updater._trusted_set.reference_time = self._at  # noqa: SLF001 - see above
            self._updater.refresh()

    def signed(self, path: str) -> TargetFile:
        """Give the digest under which a target is signed."""
        with refusals(self._fetcher):
            signed = self._updater.get_targetinfo(path)
        if signed is None:
            message = f"slot {path} is in no role that may sign it"
            raise Incomplete(message)
        return signed

    def signed_for(self, controller: ControllerId) -> tuple[str, dict[str, TargetFile]]:
        """Give a controller's own role, and the digests of everything it decides from.

        python-tuf finds the role by the plan; the shards are those that this role lists beside it, because
        asking for each would try every controller's delegation once more.
        """
        signed = {path: self.signed(path) for path in (POLICY, DENY_LIST, plan_slot(controller))}
        names = (grants_role(controller), former_grants_role(controller))
        own = next((name for name in names if name in self._updater._trusted_set), None)  # noqa: SLF001 - see refresh
        if own is None:
            message = f"slot {plan_slot(controller)} is signed by a role that is not {controller}'s own"
            raise Forged(message)
        listed = cast("Targets", self._updater._trusted_set[own]).targets  # noqa: SLF001 - see refresh
        shards = {path: one for path, one in listed.items() if shard_number(path, controller) is not None}
        return own, signed | shards

    def take(self, path: str, signed: TargetFile) -> bytes:
        """Give a target's bytes when they are the signed ones."""
        data = self._slots.get(path)
        try:
            if data is not None:
                signed.verify_length_and_hashes(data)
                return data
        except LengthOrHashMismatchError:
            pass
        state = "missing" if data is None else "not the one its signed role names"
        message = f"slot {path} is {state}: damaged, another door's, or of another moment than the rest"
        raise Incomplete(message)

    def statement(self, path: str, kind: type[T]) -> T:
        """Read a target as what it states."""
        return canonical.decode(self.take(path, self.signed(path)), kind, f"slot {path}")

    def result(
        self, own: str, controller: ControllerId, signed: Mapping[str, TargetFile], targets: Slots
    ) -> Verified:
        """Give what was verified, its metadata as the bytes that python-tuf now has in its cache."""
        parts = (*_TOP, Role.DENY, Role.GRANTS, own)
        metadata = {meta_slot(role): self._file(role).read_bytes() for role in parts if role != Role.ROOT}
        read: dict[str, Signed] = {role: self._updater._trusted_set[role] for role in parts}  # noqa: SLF001 - see refresh
        read[grants_role(controller)] = read[own]
        for file in (self._folder / "root_history").iterdir():
            version = int(file.name.partition(".")[0])
            if version <= read[Role.ROOT].version:
                metadata[root_slot(version)] = file.read_bytes()
        versions = Versions(
            read[Role.ROOT].version,
            read[Role.TIMESTAMP].version,
            read[grants_role(controller)].version,
            read[Role.DENY].version,
        )
        expires = {str(role): round(one.expires.timestamp() * 1000) for role, one in read.items()}
        digests = {path: _digest(path, one) for path, one in signed.items()}
        return Verified(metadata, targets, versions, expires, _signed_time(read[Role.TIMESTAMP]), digests)

    def _file(self, role: str) -> Path:
        return self._folder / f"{role}.json"


def _digest(path: str, signed: TargetFile) -> str:
    digest = signed.hashes.get("sha256")
    if digest is None:
        message = f"slot {path} is signed without a SHA-256"
        raise Malformed(message)
    return digest


def _signed_time(timestamp: Signed) -> int:
    at = timestamp.unrecognized_fields.get(SIGNED_TIME)
    if not isinstance(at, int) or isinstance(at, bool) or at < 0:
        message = f"slot meta/timestamp carries no {SIGNED_TIME} in milliseconds"
        raise Malformed(message)
    return at


def _hold_floors(versions: Versions, floors: Versions) -> None:
    """Refuse anything below the floors, unless the officers rotated the root since they were set.

    A rotated root is how a site recovers from versions a thief drove up; what still holds then is
    python-tuf's decision.
    """
    if versions.root > floors.root > 0:
        return
    for role in ("root", "timestamp", "grants", "deny"):
        found, floor = getattr(versions, role), getattr(floors, role)
        if found < floor:
            message = f"slot meta/{role} has version {found}; this controller may not go below {floor}"
            raise RolledBack(message)


def _recovery(slots: Slots, memory: Trusted, root: bytes) -> Recovery | None:
    """Give what officers say in a root that is new here; under a time driven up all else has expired."""
    known = memory.floors.root
    if known == 0 or root_slot(known + 1) not in slots:
        return None
    newest = newest_root(slots, memory, root)
    return obeyed(read_recovery(newest.unrecognized_fields), known, newest.version)


def _read_one(slots: Slots, root: bytes | str, at: int, path: str, kind: type[T], scratch: Path) -> T:
    with tempfile.TemporaryDirectory(dir=scratch) as folder:
        session = _Session(Path(folder), slots, pinned_root(slots, root), at)
        session.remember({})
        session.refresh()
        return session.statement(path, kind)

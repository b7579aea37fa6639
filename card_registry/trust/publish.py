"""One publication: changed targets, the roles that sign them, then snapshot and timestamp.

It decides how metadata is written; what the targets say is the caller's. Only roles that were touched are
signed again, so that taking a card away costs four small documents at a site of any size. All roles of one
publication carry its number as their version.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from securesystemslib.signer import CryptoSigner, SSlibKey
from tuf.api.metadata import (
    DelegatedRole,
    Delegations,
    Metadata,
    MetaFile,
    Root,
    Snapshot,
    TargetFile,
    Targets,
    Timestamp,
)

from card_registry.canonical import LIMIT
from card_registry.errors import StoreBroken
from card_registry.instant import DAY
from card_registry.trust.slots import Role, former_grants_role, grants_role, is_grants_role, meta_slot
from card_registry.trust.verify import SIGNED_TIME
from card_registry.words import ControllerId

S = TypeVar("S", Root, Timestamp, Snapshot, Targets)

LIFE = {
    Role.ROOT: 365 * DAY,
    Role.TARGETS: 365 * DAY,
    Role.DOORS: 365 * DAY,
    Role.GRANTS: 30 * DAY,
    Role.DENY: 30 * DAY,
    Role.SNAPSHOT: 7 * DAY,
    Role.TIMESTAMP: DAY,
}
"""How long a role's signature holds, in milliseconds; a controller's grants role lives as long as GRANTS."""


@dataclass(frozen=True, slots=True)
class SigningKeys:
    """The keys a publication signs with; ``doors`` only where an enroller is present."""

    grants: Ed25519PrivateKey
    online: Ed25519PrivateKey
    doors: Ed25519PrivateKey | None = None

    def of(self, role: str) -> Ed25519PrivateKey:
        """Give the key that signs a role.

        Raises:
            StoreBroken: The key is not at hand here.
        """
        if role in {Role.SNAPSHOT, Role.TIMESTAMP, Role.DENY}:
            return self.online
        if role == Role.DOORS and self.doors is not None:
            return self.doors
        if role == Role.GRANTS or is_grants_role(role):
            return self.grants
        message = f"the key of role {role} is not here; its holder must sign"
        raise StoreBroken(message)


def life_of(role: str) -> int:
    """Give how long a signature of this role holds, in milliseconds."""
    return LIFE[Role.GRANTS if is_grants_role(role) else Role(role)]


def tuf_key(key: Ed25519PrivateKey) -> SSlibKey:
    """Give a key's public half as TUF writes it."""
    return SSlibKey.from_crypto(key.public_key())


def sign(signed: S, *keys: Ed25519PrivateKey) -> bytes:
    """Give a role's bytes, signed by each key."""
    metadata = Metadata(signed)
    for key in keys:
        metadata.sign(CryptoSigner(key), append=True)
    return metadata.to_bytes()


def expiry(role: str, now: int) -> datetime:
    """Give when a signature made now ends."""
    return datetime.fromtimestamp((now + life_of(role)) / 1000, UTC)


def delegated(name: str, key: Ed25519PrivateKey, path: str) -> DelegatedRole:
    """Delegate one path pattern to one key, terminating: nobody further down may answer for it."""
    return DelegatedRole(name, [tuf_key(key).keyid], 1, terminating=True, paths=[path])


class Edition:
    """A publication being made over the slots as they stand; nothing is visible before ``close``."""

    def __init__(self, slots: Mapping[str, bytes], keys: SigningKeys, number: int, now: int) -> None:
        """Begin publication ``number`` at server time ``now`` (milliseconds)."""
        self._slots = slots
        self._keys = keys
        self._now = now
        self.number = number
        self._roles: dict[str, Targets] = {}
        self._changed: dict[str, bytes] = {}
        self._lost: dict[str, int] = {}

    def name_lost(self, roles: Iterable[str]) -> None:
        """Name roles in the snapshot that doors saw there and a restored store has lost: TUF lets none go."""
        self._lost = dict.fromkeys(roles, self.number)

    def read(self, name: str) -> bytes | None:
        """Give a slot as this publication would leave it."""
        return self._changed.get(name, self._slots.get(name))

    def put(self, role: str, path: str, body: bytes) -> None:
        """Put a target under a role.

        Raises:
            StoreBroken: The target is larger than a slot may be.
        """
        if len(body) > LIMIT:
            message = f"slot {path} would have {len(body)} bytes; a slot holds at most {LIMIT}"
            raise StoreBroken(message)
        self.touch(role).targets[path] = TargetFile.from_data(path, body, ["sha256"])
        self._changed[path] = body

    def put_signed(self, role: str, data: bytes) -> None:
        """Take over a role that its own holders signed (root, targets)."""
        self._changed[meta_slot(role)] = data

    def touch(self, role: str) -> Targets:
        """Give a targets role to be signed again in this publication, new when there is none."""
        if role not in self._roles:
            data = self.read(meta_slot(role))
            signed = Metadata[Targets].from_bytes(data).signed if data else Targets()
            self._roles[role] = signed
        return self._roles[role]

    def delegate(self, controller: ControllerId) -> None:
        """Give a controller its own role under ``grants``, for its own path only.

        Raises:
            StoreBroken: Another controller's id leads to the same role.
        """
        grants = self.touch(Role.GRANTS)
        key = tuf_key(self._keys.grants)
        roles = dict((grants.delegations and grants.delegations.roles) or {})
        name, path = grants_role(controller), f"d/{controller}/*"
        if name in roles and roles[name].paths != [path]:
            message = f"the role {name} is another controller's already; call {controller} something else"
            raise StoreBroken(message)
        roles.pop(former_grants_role(controller), None)
        roles[name] = delegated(name, self._keys.grants, path)
        grants.delegations = Delegations({key.keyid: key}, roles)

    def close(self) -> dict[str, bytes]:
        """Sign what was touched, then snapshot and timestamp; give the changed slots, the timestamp last."""
        for role, signed in self._roles.items():
            self._changed[meta_slot(role)] = self._sign(role, signed)
        changed = [name.removeprefix("meta/") for name in self._changed if name.startswith("meta/")]
        snapshot = meta_slot(Role.SNAPSHOT)
        if changed or half_over(self._slots[snapshot], Role.SNAPSHOT, self._now):
            self._close_snapshot(changed)
        self._close_timestamp(self._changed.get(snapshot) or self._slots[snapshot])
        return self._changed

    def _sign(self, role: str, signed: S) -> bytes:
        signed.version = self.number
        signed.expires = expiry(role, self._now)
        return sign(signed, self._keys.of(role))

    def _close_snapshot(self, changed: Iterable[str]) -> None:
        data = self.read(meta_slot(Role.SNAPSHOT))
        snapshot = Metadata[Snapshot].from_bytes(data).signed if data else Snapshot(meta={})
        for role, version in self._lost.items():
            snapshot.meta.setdefault(f"{role}.json", MetaFile(version))
        for role in changed:
            body = self._changed[meta_slot(role)]
            snapshot.meta[f"{role}.json"] = _named(role, body)
        self._changed[meta_slot(Role.SNAPSHOT)] = self._sign(Role.SNAPSHOT, snapshot)

    def _close_timestamp(self, body: bytes) -> None:
        version = Metadata.from_bytes(body).signed.version
        timestamp = Timestamp(snapshot_meta=MetaFile.from_data(version, body, ["sha256"]))
        timestamp.unrecognized_fields[SIGNED_TIME] = self._now
        self._changed[meta_slot(Role.TIMESTAMP)] = self._sign(Role.TIMESTAMP, timestamp)


def _named(role: str, body: bytes) -> MetaFile:
    """Name a role's document in the snapshot: a controller's own by its version alone (see the package)."""
    version = version_of(body)
    return MetaFile(version) if is_grants_role(role) else MetaFile.from_data(version, body, ["sha256"])


def half_over(data: bytes, role: str, now: int) -> bool:
    """Say whether more than half of a role's signed life is over."""
    ends = Metadata.from_bytes(data).signed.expires.timestamp() * 1000
    return ends - now < life_of(role) / 2


def version_of(data: bytes) -> int:
    """Give the version of a role's signed metadata."""
    return int(Metadata.from_bytes(data).signed.version)

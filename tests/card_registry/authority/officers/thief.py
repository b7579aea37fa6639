"""What somebody with one stolen key can make, given everything else as it is published."""

from collections.abc import Mapping

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tuf.api.metadata import Metadata, MetaFile, Snapshot, TargetFile, Targets, Timestamp

from card_registry import canonical
from card_registry.registry import SPREAD, shard_of
from card_registry.shown import Shard
from card_registry.statements import DenyList
from card_registry.trust.publish import sign
from card_registry.trust.slots import DENY_LIST, Role, grants_role, meta_slot, shard_slot
from card_registry.trust.verify import SIGNED_TIME
from card_registry.words import HolderId
from tests.card_registry.authority.house import HERE, SITE
from tests.card_registry.trust.made import Made, denial, token

Slots = dict[str, bytes]
FAR = 2**31 - 2
"""A version that leaves no room above it."""


def forged_role(
    slots: Mapping[str, bytes], role: str, targets: Mapping[str, bytes], *keys: Ed25519PrivateKey
) -> Slots:
    """Sign a targets role's next version that names other bodies."""
    signed = Metadata[Targets].from_bytes(slots[meta_slot(role)]).signed
    signed.version += 10
    for path, body in targets.items():
        signed.targets[path] = TargetFile.from_data(path, body, ["sha256"])
    return {**slots, **targets, meta_slot(role): sign(signed, *keys)}


def forged_shard(slots: Mapping[str, bytes], key: Ed25519PrivateKey) -> Slots:
    """Let a stolen grants key empty a shard of the door's."""
    path = shard_slot(HERE, 7)
    return forged_role(slots, grants_role(HERE), {path: canonical.encode(Shard(1, HERE, 7, (), ()))}, key)


def forged_card(slots: Mapping[str, bytes], key: Ed25519PrivateKey, made: Made) -> Slots:
    """Let a stolen grants key give Mallory a card and a right in her own shard."""
    number = shard_of(HolderId(token("mallory")), SPREAD)
    credential, grant = made.row(HERE, "mallory")
    path = shard_slot(HERE, number)
    return forged_role(
        slots,
        grants_role(HERE),
        {path: canonical.encode(Shard(1, HERE, number, (credential,), (grant,)))},
        key,
    )


def forged_denial(slots: Mapping[str, bytes], key: Ed25519PrivateKey, name: str, serial: int) -> Slots:
    """Let a stolen online key deny one person's card."""
    body = canonical.encode(DenyList(1, SITE, (denial(name, serial),)))
    return forged_role(slots, Role.DENY, {DENY_LIST: body}, key)


def republished(
    slots: Mapping[str, bytes], online: Ed25519PrivateKey, *, version: int = 0, at: int | None = None
) -> Slots:
    """Sign snapshot and timestamp over the slots as they are, at a version and a time of one's choice."""
    snapshot = Metadata[Snapshot].from_bytes(slots[meta_slot(Role.SNAPSHOT)]).signed
    for name in snapshot.meta:
        body = slots.get(meta_slot(name.removesuffix(".json")))
        if body is not None:
            found = Metadata.from_bytes(body).signed.version
            snapshot.meta[name] = MetaFile.from_data(found, body, ["sha256"])
    snapshot.version = version or snapshot.version + 1
    made = sign(snapshot, online)
    timestamp = Metadata[Timestamp].from_bytes(slots[meta_slot(Role.TIMESTAMP)]).signed
    timestamp.version = version or timestamp.version + 1
    timestamp.snapshot_meta = MetaFile.from_data(snapshot.version, made, ["sha256"])
    if at is not None:
        timestamp.unrecognized_fields[SIGNED_TIME] = at
    return {
        **slots,
        meta_slot(Role.SNAPSHOT): made,
        meta_slot(Role.TIMESTAMP): sign(timestamp, online),
    }

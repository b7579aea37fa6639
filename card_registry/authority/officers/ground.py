"""What the officers signed so far, verified from the first root alone: the ground a draft stands on.

Expiry, snapshot and timestamp are not asked: what officers change is most needed when those are stolen or
over. Which set is the newest is for the registry store to say when a draft is applied.
"""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TypeVar

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import Metadata, Root, Targets

from card_registry import canonical
from card_registry.authority.keys import SignerKeys, require_current
from card_registry.authority.officers.cards import SignerCard
from card_registry.errors import Forged, KeysReplaced, Malformed
from card_registry.signing import public_hex
from card_registry.statements import Directory, People, Policy
from card_registry.trust.ceremony import LABELS, Seats
from card_registry.trust.slots import DIRECTORY, FIRST_ROOT, PEOPLE, POLICY, Role, meta_slot, root_slot
from card_registry.words import require_digest

TARGETS = meta_slot(Role.TARGETS)
DOORS = meta_slot(Role.DOORS)
NAMES = (TARGETS, PEOPLE, POLICY, DOORS, DIRECTORY)
"""The slots besides the roots that officers and enroller sign."""

MOST_ROOTS = 256
"""How many roots a site may have had (python-tuf walks no more)."""

S = TypeVar("S", Root, Targets)
Slots = Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Ground:
    """One consistent set: the newest root, the officers' and the enroller's targets, and what they state."""

    first: str
    root: Root
    targets: Targets
    doors: Targets
    people: People
    policy: Policy
    directory: Directory

    @property
    def seats(self) -> Seats:
        """Give whose key counts for what; officers without a label are called by their key."""
        labels = self.root.unrecognized_fields.get(LABELS)
        known = labels if isinstance(labels, dict) else {}
        officers = {str(known.get(public, public[:8])): public for public in publics(self.root, Role.ROOT)}
        given = self.targets
        return Seats(
            officers,
            _only(given, Role.DOORS),
            _only(given, Role.GRANTS),
            _only(self.root, Role.TIMESTAMP),
        )

    @property
    def signer(self) -> SignerCard:
        """Give the keys that the signer must sign with; of several order or authority keys, the first."""
        orders, authorities = self.policy.order_keys, self.policy.authority_keys
        if not orders or not authorities:
            message = "the officers' policy names no order key or no authority key; draft a policy that does"
            raise Malformed(message)
        return SignerCard(1, self.seats.grants, self.seats.online, orders[0], authorities[0])


def read_ground(slots: Slots, pinned: str = "", unsigned: Collection[str] = ()) -> Ground:
    """Verify what officers and enroller signed; ``pinned`` is the first root's SHA-256 where it is known.

    Slots named in ``unsigned`` are read without their signatures: those a draft is collecting.

    Raises:
        Forged: The sentence names the slot that is not signed as it must be.
        Malformed: A slot is missing or not of its format.
    """
    data, verify = part(slots, FIRST_ROOT), _Signatures(unsigned)
    first = hashlib.sha256(data).hexdigest()
    if pinned and first != pinned:
        message = (
            f"the first root has SHA-256 {first}, and not the one on your paper: another site, or a forgery"
        )
        raise Forged(message)
    root = _newest(slots, verify, verify.read(data, Root, None, Role.ROOT, FIRST_ROOT))
    targets = verify.read(part(slots, TARGETS), Targets, root, Role.TARGETS, TARGETS)
    doors = verify.read(part(slots, DOORS), Targets, targets, Role.DOORS, DOORS)
    return Ground(
        first,
        root,
        targets,
        doors,
        canonical.decode(_named(slots, targets, PEOPLE), People, f"slot {PEOPLE}"),
        canonical.decode(_named(slots, targets, POLICY), Policy, f"slot {POLICY}"),
        canonical.decode(_named(slots, doors, DIRECTORY), Directory, f"slot {DIRECTORY}"),
    )


def require_keys(slots: Slots, keys: SignerKeys, enroller: Ed25519PrivateKey | None = None) -> None:
    """Refuse to sign a registry with keys that the officers replaced.

    Raises:
        KeysReplaced: The sentence names the key.
        SenderLied: What officers signed does not verify.
    """
    ground = read_ground(slots)
    require_current(keys, ground.signer.wanted())
    if enroller is not None and public_hex(enroller) != ground.seats.enroller:
        message = (
            f"the officers let another enroller sign ({ground.seats.enroller[:16]}…) than the key at hand; "
            "take the new enroller's key file"
        )
        raise KeysReplaced(message)


def ground_slots(slots: Slots) -> dict[str, bytes]:
    """Give only what ``read_ground`` reads."""
    found = {name: part(slots, name) for name in NAMES}
    for version in range(1, MOST_ROOTS + 1):
        data = slots.get(root_slot(version))
        if data is None:
            break
        found[root_slot(version)] = data
    return found


def publics(delegator: Root | Targets, role: str) -> list[str]:
    """Give the public keys (hex) that may sign a role.

    Raises:
        Malformed: There is no such role, or a key is missing, or not written as ours are.
    """
    try:
        keyids = delegator.get_delegated_role(role).keyids
    except ValueError as error:
        raise Malformed(f"nobody may sign for {role}, which every site has") from error
    return [public_of(delegator, keyid) for keyid in keyids]


def public_of(delegator: Root | Targets, keyid: str) -> str:
    """Give the public key (hex) of an id.

    Raises:
        Malformed: It is missing, of another kind than Ed25519, or not written as ours are.
    """
    try:
        key = delegator.get_key(keyid)
        public = str(key.keyval["public"])
        require_digest(public, "a public key")
    except (ValueError, KeyError) as error:
        raise Malformed(f"key {keyid[:16]}… is missing, or not written as ours are") from error
    if (key.keytype, key.scheme) != ("ed25519", "ed25519"):
        message = f"key {keyid[:16]}… is of kind {key.keytype[:20]}; ours are Ed25519"
        raise Malformed(message)
    return public


def part(slots: Slots, name: str) -> bytes:
    """Give a slot.

    Raises:
        Malformed: It is missing.
    """
    data = slots.get(name)
    if data is None:
        message = f"slot {name} is missing"
        raise Malformed(message)
    return data


def parse(data: bytes, kind: type[S], name: str) -> tuple[Metadata[S], S]:
    """Read metadata of one kind, its signatures unchecked.

    Raises:
        Malformed: It is not metadata of this kind.
    """
    try:
        metadata = Metadata[S].from_bytes(data)
    except (RepositoryError, ValueError) as error:
        message = f"slot {name} cannot be read as signed metadata"
        raise Malformed(message) from error
    if not isinstance(metadata.signed, kind):
        message = f"slot {name} holds another kind of metadata"
        raise Malformed(message)
    return metadata, metadata.signed


class _Signatures:
    """Whether metadata is signed by enough of its delegator's keys, but for what is being signed."""

    def __init__(self, unsigned: Collection[str]) -> None:
        self._unsigned = unsigned

    def read(self, data: bytes, kind: type[S], delegator: Root | Targets | None, role: str, name: str) -> S:
        """Read one slot; the delegator of a first root is itself."""
        metadata, signed = parse(data, kind, name)
        above = signed if delegator is None else delegator
        if name in self._unsigned:
            return signed
        try:
            above.verify_delegate(role, metadata.signed_bytes, metadata.signatures)
        except (RepositoryError, ValueError) as error:
            message = f"slot {name} is not signed by enough of the keys that may sign it"
            raise Forged(message) from error
        return signed


def _newest(slots: Slots, verify: _Signatures, root: Root) -> Root:
    """Walk the roots; each is signed by enough keys of the one before and of itself."""
    while (data := slots.get(name := root_slot(root.version + 1))) is not None:
        following = verify.read(data, Root, root, Role.ROOT, name)
        if following.version != root.version + 1:
            message = f"slot {name} holds root version {following.version}"
            raise Malformed(message)
        root = verify.read(data, Root, following, Role.ROOT, name)
    return root


def _named(slots: Slots, role: Targets, path: str) -> bytes:
    data, signed = part(slots, path), role.targets.get(path)
    if signed is None:
        message = f"the role that must name {path} does not"
        raise Malformed(message)
    try:
        signed.verify_length_and_hashes(data)
    except RepositoryError as error:
        message = f"slot {path} is not the one that its role names"
        raise Forged(message) from error
    return data


def _only(delegator: Root | Targets, role: str) -> str:
    found = publics(delegator, role)
    if len(found) != 1:
        message = f"role {role} has {len(found)} keys; this program knows one"
        raise Malformed(message)
    return found[0]

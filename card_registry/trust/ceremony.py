"""What officers sign: which keys count for which role, who approves, what the site allows.

The officers' two signatures are the only ones that nobody else can replace. Documents are made here from
public keys alone and signed elsewhere, so that the officers need not meet (``authority.officers``); ``found``
makes and signs everything at once, for one machine and for tests.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from securesystemslib.signer import SSlibKey
from tuf.api.metadata import DelegatedRole, Delegations, Root, TargetFile, Targets

from card_registry import canonical
from card_registry.signing import public_hex
from card_registry.statements import DenyList, Directory, People, Policy
from card_registry.trust.publish import Edition, SigningKeys, expiry, sign
from card_registry.trust.recovery import Recovery, write_recovery
from card_registry.trust.slots import DENY_LIST, DIRECTORY, FIRST_ROOT, PEOPLE, POLICY, Role
from card_registry.words import SiteId

OFFICERS = 3
THRESHOLD = 2
"""Two of three officers sign root and targets (DESIGN §4)."""

LABELS = "x-labels"
"""The root's own field: the function (never the name) of each officer, by public key in hex."""

OFFICERS_ROLES = (Role.ROOT, Role.TARGETS)
ONLINE_ROLES = (Role.SNAPSHOT, Role.TIMESTAMP)
PATHS: Mapping[Role, str] = {Role.DOORS: "doors/*", Role.DENY: "deny/*", Role.GRANTS: "d/*/*"}
"""What the officers delegate, and for which targets; the order is python-tuf's order of search."""


@dataclass(frozen=True, slots=True)
class Seats:
    """Whose public key (hex) counts for what: the officers by the label of their office, and one each."""

    officers: Mapping[str, str]
    enroller: str
    grants: str
    online: str

    def delegate(self, role: Role) -> str:
        """Give the key that a delegated role is signed with."""
        return {Role.DOORS: self.enroller, Role.DENY: self.online, Role.GRANTS: self.grants}[role]


@dataclass(frozen=True, slots=True)
class Founding:
    """Who is present: the officers in order, the enroller, and the signer's two TUF keys."""

    officers: Sequence[Ed25519PrivateKey]
    enroller: Ed25519PrivateKey
    grants: Ed25519PrivateKey
    online: Ed25519PrivateKey
    labels: Sequence[str] = field(default=())

    def seats(self) -> Seats:
        """Give everybody's public half; officers without a label are numbered."""
        labels = self.labels or [f"officer-{number}" for number, _ in enumerate(self.officers, 1)]
        officers = dict(zip(labels, map(public_hex, self.officers), strict=True))
        return Seats(officers, public_hex(self.enroller), public_hex(self.grants), public_hex(self.online))


def public_key(public: str) -> SSlibKey:
    """Give a public key (hex) as TUF writes it."""
    return SSlibKey.from_crypto(Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)))


def root_of(seats: Seats, now: int, version: int = 1, recovery: Recovery | None = None) -> Root:
    """Give the unsigned root that lets these keys sign the four top roles."""
    labels = {public: label for label, public in seats.officers.items()}
    fields: dict[str, object] = {LABELS: dict(sorted(labels.items())), **write_recovery(recovery)}
    root = Root(version, None, expiry(Role.ROOT, now), None, None, False, fields)  # noqa: FBT003 - by place
    for role in OFFICERS_ROLES:
        for public in seats.officers.values():
            root.add_key(public_key(public), role)
        root.roles[role].threshold = THRESHOLD
    for role in ONLINE_ROLES:
        root.add_key(public_key(seats.online), role)
    return root


def targets_of(seats: Seats, people: People, policy: Policy, now: int, version: int = 1) -> Targets:
    """Give the officers' own unsigned targets, and the three delegations under them."""
    keys = {role: public_key(seats.delegate(role)) for role in PATHS}
    roles: dict[str, DelegatedRole] = {
        role: DelegatedRole(role, [keys[role].keyid], 1, terminating=True, paths=[path])
        for role, path in PATHS.items()
    }
    known = {key.keyid: key for key in keys.values()}
    targets = Targets(version, expires=expiry(Role.TARGETS, now), delegations=Delegations(dict(known), roles))
    for path, statement in ((PEOPLE, people), (POLICY, policy)):
        targets.targets[path] = TargetFile.from_data(path, canonical.encode(statement), ["sha256"])
    return targets


def doors_of(directory: bytes, now: int, version: int = 1) -> Targets:
    """Give the unsigned ``doors`` role over a directory's bytes."""
    doors = Targets(version, expires=expiry(Role.DOORS, now))
    doors.targets[DIRECTORY] = TargetFile.from_data(DIRECTORY, directory, ["sha256"])
    return doors


def open_registry(signed: Mapping[str, bytes], keys: SigningKeys, site: SiteId, now: int) -> dict[str, bytes]:
    """Give every slot of a new site, the timestamp last: nobody is denied, nobody admitted.

    ``signed`` holds what officers and enroller signed, by slot name.
    """
    edition = Edition({}, keys, 1, now)
    edition.put(Role.DENY, DENY_LIST, canonical.encode(DenyList(1, site, ())))
    edition.touch(Role.GRANTS)
    for role in (Role.DOORS, Role.TARGETS):
        edition.put_signed(role, signed[f"meta/{role}"])
    return {**signed, **edition.close()}


def found(present: Founding, people: People, policy: Policy, now: int) -> dict[str, bytes]:
    """Sign everything that a new site begins with, and give its slots."""
    seats, officers = present.seats(), present.officers[:THRESHOLD]
    directory = canonical.encode(Directory(1, policy.site, ()))
    signed = {
        FIRST_ROOT: sign(root_of(seats, now), *officers),
        PEOPLE: canonical.encode(people),
        POLICY: canonical.encode(policy),
        DIRECTORY: directory,
        f"meta/{Role.DOORS}": sign(doors_of(directory, now), present.enroller),
        f"meta/{Role.TARGETS}": sign(targets_of(seats, people, policy, now), *officers),
    }
    return open_registry(signed, SigningKeys(present.grants, present.online), policy.site, now)

"""What officers sign, present in person: the first root, who approves, what the site allows.

The officers' two signatures are the only ones that nobody else can replace. The documents made here are whole
before any of them is shown to a reader.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tuf.api.metadata import DelegatedRole, Delegations, Key, Root, TargetFile, Targets

from card_registry import canonical
from card_registry.statements import DenyList, Directory, People, Policy
from card_registry.trust.publish import Edition, SigningKeys, delegated, expiry, sign, tuf_key
from card_registry.trust.slots import DENY_LIST, DIRECTORY, FIRST_ROOT, PEOPLE, POLICY, Role
from card_registry.words import SiteId

OFFICERS = 3
THRESHOLD = 2
"""Two of three officers sign root and targets (DESIGN §4)."""


@dataclass(frozen=True, slots=True)
class Founding:
    """Who is present: the officers in order, the enroller, and the signer's two TUF keys."""

    officers: Sequence[Ed25519PrivateKey]
    enroller: Ed25519PrivateKey
    grants: Ed25519PrivateKey
    online: Ed25519PrivateKey


def first_root(present: Founding, now: int) -> bytes:
    """Give the first root: which keys sign the four top roles, signed by two officers."""
    root = Root(version=1, expires=expiry(Role.ROOT, now), consistent_snapshot=False)
    for officer in present.officers:
        root.add_key(tuf_key(officer), Role.ROOT)
        root.add_key(tuf_key(officer), Role.TARGETS)
    root.roles[Role.ROOT].threshold = root.roles[Role.TARGETS].threshold = THRESHOLD
    for role in (Role.SNAPSHOT, Role.TIMESTAMP):
        root.add_key(tuf_key(present.online), role)
    return sign(root, *present.officers[:THRESHOLD])


def first_targets(present: Founding, people: People, policy: Policy, ends: datetime) -> bytes:
    """Give the officers' own targets, and the three delegations under them."""
    roles: dict[str, DelegatedRole] = {
        Role.DOORS: delegated(Role.DOORS, present.enroller, "doors/*"),
        Role.DENY: delegated(Role.DENY, present.online, "deny/*"),
        Role.GRANTS: delegated(Role.GRANTS, present.grants, "d/*/*"),
    }
    holders = (present.enroller, present.online, present.grants)
    keys: dict[str, Key] = {tuf_key(key).keyid: tuf_key(key) for key in holders}
    targets = Targets(version=1, expires=ends, delegations=Delegations(keys, roles))
    for path, statement in ((PEOPLE, people), (POLICY, policy)):
        targets.targets[path] = TargetFile.from_data(path, canonical.encode(statement), ["sha256"])
    return sign(targets, *present.officers[:THRESHOLD])


def found(present: Founding, people: People, policy: Policy, now: int) -> dict[str, bytes]:
    """Give every slot of a new site, the timestamp last: nobody is denied, nobody admitted."""
    site: SiteId = policy.site
    edition = Edition({}, SigningKeys(present.grants, present.online, present.enroller), 1, now)
    edition.put(Role.DOORS, DIRECTORY, canonical.encode(Directory(1, site, ())))
    edition.put(Role.DENY, DENY_LIST, canonical.encode(DenyList(1, site, ())))
    edition.touch(Role.GRANTS)
    edition.put_signed(Role.TARGETS, first_targets(present, people, policy, expiry(Role.TARGETS, now)))
    own = {PEOPLE: canonical.encode(people), POLICY: canonical.encode(policy)}
    return {FIRST_ROOT: first_root(present, now), **own, **edition.close()}

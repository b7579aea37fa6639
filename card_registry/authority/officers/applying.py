"""A finished draft published in one transaction, and the signer's prepared keys put in their place.

Before anything is signed with a new key, log and tables are recomputed under what held before; before
anything is committed, the whole is verified again as a stranger would, from the first root. A crash leaves
the site as it was or as it shall be; run again, it finishes.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Engine

from card_registry import canonical
from card_registry.authority import integrity, store
from card_registry.authority.founding import HISTORY, begin_store
from card_registry.authority.keys import SignerKeys, load_fitting, promote, read_root
from card_registry.authority.officers.draft import Draft, as_bytes, new_ground
from card_registry.authority.officers.ground import Ground, read_ground
from card_registry.authority.officers.sheets import sealed_anew
from card_registry.authority.officers.signatures import Need, needs
from card_registry.authority.officers.wording import changes
from card_registry.authority.rows import close_shard, plan_of
from card_registry.authority.turn import Turn
from card_registry.authority.warrant import Charter
from card_registry.errors import OperatorMistaken
from card_registry.statements import DenyList, Policy
from card_registry.stores.engine import migrate
from card_registry.trust.ceremony import open_registry
from card_registry.trust.publish import Edition, SigningKeys
from card_registry.trust.recovery import read_recovery
from card_registry.trust.slots import (
    DENY_LIST,
    FIRST_ROOT,
    Role,
    grants_role,
    meta_slot,
    plan_slot,
    root_version,
)
from card_registry.trust.verify import read_charter
from card_registry.words import ControllerId, Whole

KIND = "officers"


@dataclass(frozen=True, slots=True)
class Held:
    """The authority log's row of a ceremony: the versions that hold from here, and the documents' digest."""

    v: Whole
    root: Whole
    targets: Whole
    digest: str


@dataclass(frozen=True, slots=True)
class Place:
    """The registry store, the signer's folder and passphrase, a folder in RAM, the server's clock (ms)."""

    registry: Engine
    signer: Path
    passphrase: bytes
    scratch: Path
    now: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it: whether anything was published now, and which of the signer's keys moved."""

    published: bool
    moved: Iterable[str]


def apply(place: Place, draft: Draft) -> Outcome:
    """Publish a finished draft, or finish what a crash left of it.

    Raises:
        OperatorMistaken: Signatures are missing, or the site is not as it was when the draft was made.
        KeysReplaced: The signer's folder lacks a key that the draft names.
        StoreBroken: The store was changed by another hand; restore it first.
        SenderLied: The draft does not stand on the site's first root.
    """
    old, new = _judge(draft)
    wanted = new.signer.wanted()
    keys = load_fitting(place.signer, place.passphrase, wanted)
    with place.registry.begin() as connection:
        number = store.lock(connection)
        slots = store.SlotRows(connection)
        done = all(slots.get(name) == data for name, data in as_bytes(draft.after).items())
        if not done:
            _require_same_ground(slots, draft, keys)
            charter = Charter(*read_charter(slots, keys.root, place.scratch))
            integrity.check(connection, charter, keys.root, place.scratch)
            _publish(connection, keys, draft, (old, new), (number + 1, place.now))
            after = Charter(*read_charter(slots, keys.root, place.scratch))
            integrity.check(connection, after, keys.root, place.scratch)
    # If power fails here, the store names the new keys and the signer waits until this is run again.
    return Outcome(not done, tuple(promote(place.signer, place.passphrase, wanted)))


def pinned(signer: Path) -> str:
    """Give the SHA-256 (hex) of the first root in the signer's folder.

    Raises:
        OperatorMistaken: There is none.
    """
    return hashlib.sha256(read_root(signer)).hexdigest()


def found(place: Place, draft: Draft) -> str:
    """Begin a site's store with a finished founding; give the SHA-256 of its first root, for the paper.

    Raises:
        OperatorMistaken: Signatures are missing, or the store is founded already.
        KeysReplaced: The signer's folder holds other keys than the draft names.
        SenderLied: The draft is not whole.
    """
    require_signed(needs(draft))
    new = new_ground(draft)
    changes(None, new)
    keys = load_fitting(place.signer, place.passphrase, new.signer.wanted(), draft.after[FIRST_ROOT].encode())
    signing = SigningKeys(keys.grants, keys.online)
    slots = open_registry(as_bytes(draft.after), signing, new.policy.site, place.now)
    read_charter(slots, keys.root, place.scratch)
    migrate(place.registry, HISTORY, "registry")
    return begin_store(place.registry, place.signer, slots, new.policy.site, place.now)


def require_signed(demands: Iterable[Need]) -> None:
    """Refuse a draft that still lacks a signature.

    Raises:
        OperatorMistaken: The sentence says whose.
    """
    lacking = [f"{need.what}: {need.lacks} more" for need in demands if need.lacks]
    if lacking:
        raise OperatorMistaken(f"the draft is not signed by enough yet ({'; '.join(lacking)}); pass it on")


def _judge(draft: Draft) -> tuple[Ground, Ground]:
    if not draft.before:
        raise OperatorMistaken("this draft founds a site, and this registry is founded already")
    require_signed(needs(draft))
    old, new = read_ground(as_bytes(draft.before)), new_ground(draft)
    changes(old, new)
    return old, new


def _require_same_ground(slots: store.SlotRows, draft: Draft, keys: SignerKeys) -> None:
    """Refuse a draft of another site, or of a moment that is over."""
    if draft.before["root/1"].encode() != keys.root:
        raise OperatorMistaken("the draft is of another site than the signer's folder; nothing was changed")
    newest = {name for name in slots if root_version(name) is not None}
    if any(slots.get(name) != data for name, data in as_bytes(draft.before).items()) or not (
        newest <= draft.before.keys()
    ):
        raise OperatorMistaken(
            "the site has changed since this draft was made; draft it again from the registry as it is now"
        )


def _publish(
    connection: Connection,
    keys: SignerKeys,
    draft: Draft,
    grounds: tuple[Ground, Ground],
    at: tuple[int, int],
) -> None:
    """Write what the officers signed, all that follows from it, and the log's row of it."""
    old, new = grounds
    number, now = at
    slots, signed = store.SlotRows(connection), as_bytes(draft.after)
    edition = Edition(slots, SigningKeys(keys.grants, keys.online), number, now)
    for role in (Role.TARGETS, Role.DOORS):
        if (data := signed.get(meta_slot(role))) is not None:
            edition.put_signed(role, data)
    reopens = _reopens(old, new, slots)
    if old.seats.online != new.seats.online or reopens:
        _list_denials(connection, edition, new)
    if reopens:
        _empty(edition, new, slots)
    if old.policy.schedules != new.policy.schedules or reopens:
        for entry in new.directory.controllers:
            plan = canonical.encode(plan_of(entry, new.policy))
            edition.put(grants_role(entry.id), plan_slot(entry.id), plan)
    sheets = _orders(slots, keys, (old.policy, new.policy), now)
    store.publish(connection, {**signed, **sheets, **edition.close()}, number, now)
    turn = Turn(connection, keys, Charter(new.people, new.policy, new.directory), at)
    if reopens:
        turn.show_everyone()
    digest = hashlib.sha256(canonical.encode(draft.after)).hexdigest()
    held = Held(1, new.root.version, new.targets.version, digest)
    turn.ceremony(f"root-{held.root}/targets-{held.targets}", KIND, canonical.encode(held))
    turn.publish()


def _reopens(old: Ground, new: Ground, slots: Mapping[str, bytes]) -> bool:
    """Say whether every shard is written anew: a thief may have signed some, or roles have new names."""
    recovered = read_recovery(new.root.unrecognized_fields) != read_recovery(old.root.unrecognized_fields)
    moved = all(meta_slot(grants_role(entry.id)) in slots for entry in new.directory.controllers)
    return old.seats.grants != new.seats.grants or recovered or not moved


def _list_denials(connection: Connection, edition: Edition, new: Ground) -> None:
    folded = store.count_of(store.get_value(connection, store.FOLDED))
    listed = store.denials_after(connection, folded)
    edition.put(Role.DENY, DENY_LIST, canonical.encode(DenyList(1, new.policy.site, listed)))


def _empty(edition: Edition, new: Ground, slots: Iterable[str]) -> None:
    """Delegate to the key that counts, and leave nothing in the shards that is not shown again."""
    for entry in new.directory.controllers:
        edition.delegate(entry.id)
        edition.touch(grants_role(entry.id))
    for name in slots:
        place, _, tail = name.removeprefix("d/").partition("/")
        if name.startswith("d/") and tail != "plan":
            controller = ControllerId(place)
            blank = close_shard(controller, int(tail, 16), {})
            edition.put(grants_role(controller), name, canonical.encode(blank))


def _orders(
    slots: Mapping[str, bytes], keys: SignerKeys, policies: tuple[Policy, Policy], now: int
) -> dict[str, bytes]:
    """Give the sheets of waiting orders under the new key, where one that seals orders was replaced."""
    old, new = policies
    if (old.order_keys, old.lockdown_keys) == (new.order_keys, new.lockdown_keys):
        return {}
    return {name: sealed_anew(slots[name], keys.online, now) for name in slots if name.startswith("cmd/")}

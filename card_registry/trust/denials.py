"""Denials without freshness: a genuine deny list is believed whatever has expired or is missing (DESIGN §4).

The way to it is root, targets, deny role, each by signature alone; snapshot and timestamp, which only say
what is newest, are not asked. An older list does no harm: a controller keeps the highest serial of each id.
"""

from collections.abc import Mapping
from typing import TypeVar

from tuf.api.exceptions import LengthOrHashMismatchError, RepositoryError
from tuf.api.metadata import Metadata, Root, Targets

from card_registry import canonical
from card_registry.errors import Forged, Incomplete
from card_registry.statements import DenyList
from card_registry.trust.adoption import Trusted
from card_registry.trust.slots import DENY_LIST, Role, meta_slot, root_slot

Slots = Mapping[str, bytes]
T = TypeVar("T", Root, Targets)


def read_denials(slots: Slots, memory: Trusted, root: bytes) -> DenyList:
    """Read the deny list whose signature leads back to the pinned root; neither time nor versions count.

    Args:
        slots: The slot folder, by slot name.
        memory: What was adopted before; its targets role serves when the offered one does not verify.
        root: The first root's bytes, from the enrolment bundle.

    Raises:
        Incomplete: The list is missing, or not (yet) the one its role names.
        Forged: The role is missing, or not signed by a key that may deny.
        Malformed: The list is signed and not of its format.
    """
    role = _deny_role(slots, _delegator(slots, memory, newest_root(slots, memory, root)))
    listed = slots.get(DENY_LIST)
    signed = role.targets.get(DENY_LIST)
    if listed is None or signed is None:
        message = f"slot {DENY_LIST} is missing, or its role does not name it"
        raise Incomplete(message)
    try:
        signed.verify_length_and_hashes(listed)
    except LengthOrHashMismatchError as error:
        message = f"slot {DENY_LIST} is not the one its signed role names: damaged, or of another moment"
        raise Incomplete(message) from error
    return canonical.decode(listed, DenyList, f"slot {DENY_LIST}")


def newest_root(slots: Slots, memory: Trusted, first: bytes) -> Root:
    """Walk the roots from the pinned one, to the last that its predecessor signed."""
    root = Metadata[Root].from_bytes(first).signed
    while successor := _successor(root, slots) or _successor(root, memory.metadata):
        root = successor
    return root


def _successor(root: Root, slots: Slots) -> Root | None:
    found = _signed(slots.get(root_slot(root.version + 1)), Root, root, Role.ROOT)
    itself = found and _signed(slots.get(root_slot(root.version + 1)), Root, found, Role.ROOT)
    return itself if itself and itself.version == root.version + 1 else None


def _delegator(slots: Slots, memory: Trusted, root: Root) -> Targets:
    """Give the newest targets role, offered or remembered, that the root's officers signed."""
    offered = [source.get(meta_slot(Role.TARGETS)) for source in (slots, memory.metadata)]
    genuine = [found for data in offered if (found := _signed(data, Targets, root, Role.TARGETS))]
    if not genuine:
        message = f"slot {meta_slot(Role.TARGETS)} is missing, or not signed by enough officers"
        raise Forged(message)
    return max(genuine, key=lambda targets: targets.version)


def _deny_role(slots: Slots, delegator: Targets) -> Targets:
    role = _signed(slots.get(meta_slot(Role.DENY)), Targets, delegator, Role.DENY)
    if role is None:
        message = f"slot {meta_slot(Role.DENY)} is missing, or not signed by a key that may deny at this site"
        raise Forged(message)
    return role


def _signed(data: bytes | None, kind: type[T], delegator: Root | Targets, role: str) -> T | None:
    """Read metadata of one kind that enough of the delegator's keys signed; None when it is not that."""
    if data is None:
        return None
    try:
        metadata = Metadata[T].from_bytes(data)
        delegator.verify_delegate(role, metadata.signed_bytes, metadata.signatures)
    except (RepositoryError, ValueError):
        return None
    return metadata.signed if isinstance(metadata.signed, kind) else None

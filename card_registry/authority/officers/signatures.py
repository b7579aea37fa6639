"""Who must sign a draft, who has, and one more signature.

A new root needs two officers of the old root and two of the new; targets need two of the new; the list of
controllers needs its enroller. One person's key may count for several of these, and signs all it may at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import Metadata, Root, Targets

from card_registry.authority.officers.draft import Draft, new_ground, old_ground, root_name
from card_registry.authority.officers.ground import DOORS, TARGETS, public_of, publics
from card_registry.errors import OperatorMistaken
from card_registry.signing import public_hex
from card_registry.trust.slots import Role


@dataclass(frozen=True, slots=True)
class Need:
    """A document that wants ``threshold`` signatures of ``holders``; ``signed`` gave theirs (keys in hex)."""

    slot: str
    what: str
    threshold: int
    holders: tuple[str, ...]
    signed: tuple[str, ...]

    @property
    def lacks(self) -> int:
        """Give how many signatures are still missing."""
        return max(0, self.threshold - len(self.signed))


def needs(draft: Draft, pinned: str = "") -> tuple[Need, ...]:
    """Give every demand on a draft's signatures, met or not.

    Raises:
        Forged, Malformed: The draft does not stand on what it says.
    """
    old, new = old_ground(draft, pinned), new_ground(draft)
    found: list[Need] = []
    if (name := root_name(draft)) is not None:
        if old is not None:
            found.append(_need(draft, name, Role.ROOT, old.root, "the new root, by officers of the old one"))
        found.append(_need(draft, name, Role.ROOT, new.root, "the new root, by its own officers"))
    if TARGETS in draft.after:
        found.append(_need(draft, TARGETS, Role.TARGETS, new.root, "people, policy and delegations"))
    if DOORS in draft.after:
        found.append(_need(draft, DOORS, Role.DOORS, new.targets, "the list of controllers, by the enroller"))
    return tuple(found)


def is_complete(demands: Sequence[Need]) -> bool:
    """Say whether nobody has to sign any more."""
    return not any(need.lacks for need in demands)


def sign(draft: Draft, key: Ed25519PrivateKey, pinned: str = "") -> Draft:
    """Add one person's signature to everything this key may sign.

    Raises:
        OperatorMistaken: The key may sign nothing here, or signed all of it before.
        Forged, Malformed: The draft does not stand on what it says.
    """
    mine = [need for need in needs(draft, pinned) if public_hex(key) in need.holders]
    if not mine:
        raise OperatorMistaken("this key has nothing to sign in this draft; take the key it is meant for")
    slots = {need.slot for need in mine if public_hex(key) not in need.signed}
    if not slots:
        raise OperatorMistaken("this key has signed this draft already; pass it on")
    return replace(draft, after={name: _add(text, key, name in slots) for name, text in draft.after.items()})


def _add(text: str, key: Ed25519PrivateKey, mine: bool) -> str:  # noqa: FBT001 - whether it is this key's
    if not mine:
        return text
    metadata = Metadata.from_bytes(text.encode())
    metadata.sign(CryptoSigner(key), append=True)
    return metadata.to_bytes().decode()


def _need(draft: Draft, name: str, role: Role, delegator: Root | Targets, what: str) -> Need:
    metadata = Metadata.from_bytes(draft.after[name].encode())
    found = delegator.get_verification_result(role, metadata.signed_bytes, metadata.signatures)
    signed = tuple(public_of(delegator, keyid) for keyid in found.signed)
    return Need(name, what, found.threshold, tuple(publics(delegator, role)), signed)

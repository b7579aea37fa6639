"""An invented, really signed site of any size, for ``bench`` and for tests of size: the same each time.

Holders, cards and keys are made from numbers. How long signing or verifying it takes is measured elsewhere.
"""

import hashlib
from collections.abc import Iterable, Mapping

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from card_registry import canonical
from card_registry.instant import DAY
from card_registry.registry import SPREAD, shard_of
from card_registry.rule import DoorRule
from card_registry.shown import CredentialRow, GrantRow, PinRow, Plan, Shard
from card_registry.statements import Denial, DenyList, People, Policy
from card_registry.trust.ceremony import Founding, found
from card_registry.trust.publish import Edition, SigningKeys
from card_registry.trust.slots import (
    DENY_LIST,
    FIRST_ROOT,
    Role,
    grants_role,
    needed,
    plan_slot,
    shard_slot,
)
from card_registry.words import (
    Approval,
    CardId,
    Clockless,
    ControllerId,
    CredentialKind,
    DoorId,
    ExpiredPolicy,
    GrantId,
    GrantKind,
    HolderId,
    SiteId,
    Subject,
    Tier,
)

SITE, DOOR = SiteId("contoh"), DoorId("ruang-server")
NOW = 1_795_150_800_000
"""Friday 2026-11-20, 12:00 at Asia/Jakarta, in milliseconds."""

RULES = (DoorRule(DOOR, Tier.PUBLIC_KEY, Clockless.ALWAYS_ONLY),)


class Invented:
    """A site of many controllers: its slots as the hub would publish them, and the keys to go on."""

    def __init__(
        self,
        controllers: int,
        cards: int,
        *,
        number: int = 1,
        name: str = "pengendali-{}",
        pins: bool = False,
    ) -> None:
        """Found a site and publish ``cards`` cards at its first controller.

        ``number`` is of the publication that brings the others, ``pins`` gives each holder a PIN.
        """
        self.controllers = tuple(ControllerId(name.format(one)) for one in range(1, controllers + 1))
        self.number, self._pins = number, pins
        self._denials: list[Denial] = []
        officers = [_key(f"officer {one}") for one in range(3)]
        grants, online, enroller = _key("grants"), _key("online"), _key("enroller")
        self._keys = SigningKeys(grants, online, enroller)
        self.slots = found(Founding(officers, enroller, grants, online), People(1, SITE, ()), _policy(), NOW)
        edition = self.edition()
        for controller in self.controllers:
            edition.delegate(controller)
            plan = Plan(1, controller, {}, RULES, SPREAD)
            edition.put(grants_role(controller), plan_slot(controller), canonical.encode(plan))
        self._fill(edition, self.controllers[0], cards)
        self.publish(edition)

    @property
    def root(self) -> bytes:
        """Give the first root."""
        return self.slots[FIRST_ROOT]

    def edition(self) -> Edition:
        """Begin the next publication."""
        self.number += 1
        return Edition(self.slots, self._keys, self.number, NOW)

    def publish(self, edition: Edition) -> Mapping[str, bytes]:
        """Close a publication; give what it changed."""
        changed = edition.close()
        self.slots.update(changed)
        return changed

    def deny(self, card: CardId) -> Mapping[str, bytes]:
        """Take a card away; give what is published for it."""
        self._denials.append(Denial(Subject.CARD, card, len(self._denials) + 1))
        edition = self.edition()
        listed = DenyList(1, SITE, tuple(self._denials))
        edition.put(Role.DENY, DENY_LIST, canonical.encode(listed))
        return self.publish(edition)

    def fill(self, controller: ControllerId, cards: int) -> Mapping[str, bytes]:
        """Publish cards at a controller, in place of those it had; give what is published for it."""
        edition = self.edition()
        self._fill(edition, controller, cards)
        return self.publish(edition)

    def folder(self, controller: ControllerId) -> dict[str, bytes]:
        """Give what a controller's bridge would have stored."""
        return {name: data for name, data in self.slots.items() if needed(name, controller)}

    def _fill(self, edition: Edition, controller: ControllerId, cards: int) -> None:
        places: dict[int, list[int]] = {}
        for number in range(cards):
            places.setdefault(shard_of(_holder(number), SPREAD), []).append(number)
        for place, mine in places.items():
            body = canonical.encode(self._shard(controller, place, mine))
            edition.put(grants_role(controller), shard_slot(controller, place), body)

    def _shard(self, controller: ControllerId, place: int, mine: Iterable[int]) -> Shard:
        people = tuple(mine)
        pins = tuple(map(_pin, people)) if self._pins else ()
        return Shard(1, controller, place, tuple(map(credential, people)), tuple(map(grant, people)), pins)


def credential(number: int) -> CredentialRow:
    """Invent one card's credential."""
    match = hashlib.sha256(f"match {number}".encode()).hexdigest()
    return CredentialRow(match, card_of(number), _holder(number), CredentialKind.PKOC, Tier.PUBLIC_KEY)


def card_of(number: int) -> CardId:
    """Give the id of an invented card."""
    return CardId(token("card", number))


def grant(number: int) -> GrantRow:
    """Invent the grant that one card opens by."""
    return GrantRow(
        id=GrantId(token("grant", number)),
        holder=_holder(number),
        doors=(DOOR,),
        schedule=None,
        begins=NOW - 30 * DAY,
        ends=NOW + 30 * DAY,
        kind=GrantKind.TETAP,
        escort=False,
        override=False,
        clears=0,
        weak=False,
    )


def token(what: str, number: int) -> str:
    """Give the same 32 hex digits for the same number."""
    return hashlib.sha256(f"{what} {number}".encode()).hexdigest()[:32]


def _holder(number: int) -> HolderId:
    return HolderId(token("holder", number))


def _pin(number: int) -> PinRow:
    digest = hashlib.sha256(f"pin {number}".encode()).hexdigest()
    return PinRow(_holder(number), token("salt", number), digest, digest[::-1])


def _key(name: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(f"bench {name}".encode()).digest())


def _policy() -> Policy:
    return Policy(
        v=1,
        site=SITE,
        approval=Approval.SIGNATURE,
        grace=7 * DAY,
        expired=ExpiredPolicy.KEEP,
        ntp_trusted=False,
        zone="Asia/Jakarta",
        receipt_keys=(),
        order_keys=(),
        authority_keys=(),
    )

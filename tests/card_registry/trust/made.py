"""A small site made from seeds, for tests: keys, slots, and publications as the signer would make them."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tuf.api.metadata import Delegations

from card_registry import canonical
from card_registry.instant import DAY, Instant
from card_registry.pseudonym import match_of
from card_registry.registry import SHARDS, SPREAD, shard_of
from card_registry.rule import DoorRule
from card_registry.schedule import Schedule, Window
from card_registry.shown import CredentialRow, GrantRow, Plan, Shard
from card_registry.statements import Denial, DenyList, People, Policy
from card_registry.trust.adoption import Trusted, Verified, adopt
from card_registry.trust.ceremony import Founding, found
from card_registry.trust.publish import Edition, SigningKeys, delegated, tuf_key
from card_registry.trust.slots import (
    DENY_LIST,
    FIRST_ROOT,
    Role,
    former_grants_role,
    grants_role,
    meta_slot,
    needed,
    plan_slot,
    shard_slot,
)
from card_registry.trust.verify import read_trust
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
    TimeQuality,
)

SITE = SiteId("contoh")
HERE = ControllerId("pengendali-1")
ELSEWHERE = ControllerId("pengendali-2")
START = 1_795_000_000_000
"""The moment the site was founded, in milliseconds."""


RULES = (DoorRule(DoorId("ruang-server"), Tier.PUBLIC_KEY, Clockless.ALWAYS_ONLY),)


def key(name: str) -> Ed25519PrivateKey:
    """Give the same key for the same name."""
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(name.encode()).digest())


def token(name: str) -> str:
    """Give the same random-looking id for the same name."""
    return hashlib.sha256(name.encode()).hexdigest()[:32]


def place_of(name: str) -> int:
    """Give the number of the shard that holds a person's rows."""
    return shard_of(HolderId(token(name)), SPREAD)


def at(moment: int) -> Instant:
    """Give an instant known exactly."""
    return Instant(moment, moment, TimeQuality.SYNC)


def policy(**changes: object) -> Policy:
    """Give the officers' policy."""
    values: dict[str, object] = {
        "v": 1,
        "site": SITE,
        "approval": Approval.SIGNATURE,
        "grace": 7 * DAY,
        "expired": ExpiredPolicy.KEEP,
        "ntp_trusted": False,
        "zone": "Asia/Jakarta",
        "receipt_keys": ("00" * 32,),
        "order_keys": (),
        "authority_keys": (),
        "schedules": {"jam-kerja": Schedule("Asia/Jakarta", (Window((0, 1, 2, 3, 4), 450, 960),))},
    }
    return Policy(**{**values, **changes})  # type: ignore[arg-type] # values by name, checked by the class


def founding(prefix: str = "") -> Founding:
    """Give everybody who is present at a founding."""
    officers = [key(f"{prefix}officer-{number}") for number in (1, 2, 3)]
    return Founding(officers, key(f"{prefix}enroller"), key(f"{prefix}grants"), key(f"{prefix}online"))


@dataclass
class Made:
    """A site: its slots as the hub would publish them, and the keys to go on."""

    prefix: str = ""
    now: int = START
    number: int = 1
    slots: dict[str, bytes] = field(default_factory=dict)
    rows: dict[ControllerId, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Found the site and open two controllers without cards."""
        present = founding(self.prefix)
        self.keys = SigningKeys(present.grants, present.online, present.enroller)
        self.slots.update(found(present, People(1, SITE, ()), policy(), self.now))
        for controller in (HERE, ELSEWHERE):
            self.open(controller)

    @property
    def root(self) -> bytes:
        """The first root."""
        return self.slots[FIRST_ROOT]

    def edition(self) -> Edition:
        """Begin the next publication."""
        self.number += 1
        return Edition(dict(self.slots), self.keys, self.number, self.now)

    def open(self, controller: ControllerId) -> None:
        """Delegate to a controller that has no card yet."""
        edition = self.edition()
        edition.delegate(controller)
        plan = canonical.encode(Plan(1, controller, {}, RULES, SPREAD))
        edition.put(grants_role(controller), plan_slot(controller), plan)
        self.slots.update(edition.close())

    def open_as_before(self, controller: ControllerId, names: Iterable[str]) -> None:
        """Delegate to a controller with these cards as a signer did before 2026-11-21."""
        self.slots = {name: data for name, data in self.slots.items() if name.split("/")[0] != "d"}
        self.slots.pop(meta_slot(grants_role(controller)), None)
        edition, role = self.edition(), former_grants_role(controller)
        grants, key = edition.touch(Role.GRANTS), tuf_key(self.keys.grants)
        own = delegated(role, self.keys.grants, f"d/{controller}/*")
        grants.delegations = Delegations({key.keyid: key}, {role: own})
        edition.put(role, plan_slot(controller), canonical.encode(Plan(1, controller, {}, RULES)))
        for number in range(SHARDS):
            same = [name for name in names if shard_of(HolderId(token(name))) == number]
            edition.put(role, *self.shard(controller, number, same))
        self.slots.update(edition.close())

    def shard(self, controller: ControllerId, number: int, names: Iterable[str]) -> tuple[str, bytes]:
        """Give a shard's slot and body, with one card and one standing grant for each name."""
        rows = [self.row(controller, name) for name in names]
        shard = Shard(1, controller, number, tuple(row[0] for row in rows), tuple(row[1] for row in rows))
        return shard_slot(controller, number), canonical.encode(shard)

    def row(self, controller: ControllerId, name: str) -> tuple[CredentialRow, GrantRow]:
        """Give one person's credential and grant at a controller."""
        holder = HolderId(token(name))
        match = match_of(hashlib.sha256(controller.encode()).digest(), hashlib.sha256(name.encode()).digest())
        card = CardId(token(f"card of {name}"))
        credential = CredentialRow(match, card, holder, CredentialKind.PKOC, Tier.PUBLIC_KEY)
        grant = GrantRow(
            GrantId(token(f"grant of {name}")),
            holder,
            (DoorId("ruang-server"),),
            None,
            START,
            START + 300 * DAY,
            GrantKind.TETAP,
            escort=False,
            override=False,
            clears=0,
            weak=False,
        )
        return credential, grant

    def admit(self, name: str, controller: ControllerId = HERE) -> None:
        """Publish a card and a grant for one person."""
        names = self.rows.setdefault(controller, [])
        names.append(name)
        self.list_with(name, controller)

    def dismiss(self, name: str, controller: ControllerId = HERE) -> None:
        """Publish the controller's shards without one person."""
        self.rows[controller].remove(name)
        self.list_with(name, controller)

    def list_with(self, name: str, controller: ControllerId) -> None:
        """Publish the shard in which one person is or was."""
        number = place_of(name)
        same = [one for one in self.rows[controller] if place_of(one) == number]
        edition = self.edition()
        edition.put(grants_role(controller), *self.shard(controller, number, same))
        self.slots.update(edition.close())

    def deny(self, *denials: Denial) -> None:
        """Publish a deny list of exactly these."""
        edition = self.edition()
        edition.put(Role.DENY, DENY_LIST, canonical.encode(DenyList(1, SITE, denials)))
        self.slots.update(edition.close())

    def beat(self) -> None:
        """Publish a fresh timestamp."""
        self.slots.update(self.edition().close())

    def folder(self, controller: ControllerId = HERE) -> dict[str, bytes]:
        """Give what a controller's bridge would have stored."""
        return {name: data for name, data in self.slots.items() if needed(name, controller)}


@dataclass
class Door:
    """A controller's memory and its one way to learn: verify, then adopt."""

    root: bytes
    scratch: Path
    now: int = START
    controller: ControllerId = HERE
    trusted: Trusted = field(default_factory=Trusted)

    def verify(self, slots: Mapping[str, bytes]) -> Verified:
        """Verify a folder of slots."""
        return read_trust(slots, self.trusted, self.root, self.controller, at(self.now), self.scratch)

    def learn(self, slots: Mapping[str, bytes]) -> Trusted:
        """Verify and adopt a folder of slots."""
        self.trusted = adopt(self.trusted, self.verify(slots), self.controller)
        return self.trusted

    def cards(self) -> set[str]:
        """Give the card ids the adopted registry knows."""
        registry = self.trusted.registry
        return {row.card for row in registry.credentials.values()} if registry else set()


def denial(name: str, serial: int) -> Denial:
    """Deny one person's card."""
    return Denial(Subject.CARD, token(f"card of {name}"), serial)


def edited(data: bytes, **signed: object) -> bytes:
    """Change fields of a signed document without signing it again."""
    document = json.loads(data)
    document["signed"].update(signed)
    return json.dumps(document).encode()

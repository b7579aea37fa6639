"""A throw-away office for virtual doors: founds a site, lists a script's cards, signs, and takes away.

Everything is really signed, with keys drawn from the seed, so the door's own adopter verifies what it
verifies in the field: fresh, stale and expired come from the signatures' ends. The keys live as long as the
object.
"""

import hashlib
import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from card_registry import canonical
from card_registry.durable import write_whole
from card_registry.enrolment import VERSION, Bundle
from card_registry.instant import DAY, HOUR
from card_registry.journal.event import Versions
from card_registry.pseudonym import match_of
from card_registry.registry import SHARDS
from card_registry.rule import DoorRule
from card_registry.schedule import Schedule, Window
from card_registry.shown import CredentialRow, GrantRow, PinRow, Plan, Shard
from card_registry.statements import Denial, DenyList, People, Policy
from card_registry.trust.ceremony import OFFICERS, Founding, found
from card_registry.trust.publish import Edition, SigningKeys
from card_registry.trust.slots import (
    DENY_LIST,
    FIRST_ROOT,
    Role,
    file_name,
    grants_role,
    needed,
    plan_slot,
    shard_slot,
)
from card_registry.words import (
    Approval,
    CardId,
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
from door_controller.simulator.script.words import Known, Right

OFFICE = "jam-kerja"
ZONE = "Asia/Jakarta"
OPENS, CLOSES = 7 * 60 + 30, 16 * 60
GRACE = 2 * DAY
PIN, DURESS = "286194", "286471"
"""Every virtual holder's PIN, and the one given under threat."""


@dataclass(frozen=True, slots=True)
class Plastic:
    """A virtual card: what it proves, and who the registry says it is."""

    name: str
    right: Right
    digest: bytes
    card: CardId
    holder: HolderId


@dataclass
class Office:
    """One virtual site, its keys and everything it has published."""

    site: SiteId
    controller: ControllerId
    rules: tuple[DoorRule, ...]
    chance: random.Random
    founded: int
    holidays: tuple[date, ...] = ()
    slots: dict[str, bytes] = field(default_factory=dict)
    number: int = 1

    def __post_init__(self) -> None:
        """Found the site."""
        officers = [self._key() for _ in range(OFFICERS)]
        enroller, grants, online = (self._key() for _ in range(3))
        self._keys = SigningKeys(grants, online, enroller)
        self._pseudonym_key = self.chance.randbytes(32)
        self._denials: list[Denial] = []
        policy = Policy(
            1, self.site, Approval.SIGNATURE, GRACE, ExpiredPolicy.KEEP, ntp_trusted=True, zone=ZONE,
            receipt_keys=(), order_keys=(), authority_keys=(), schedules={OFFICE: self._schedule()},
        )  # fmt: skip
        present = Founding(officers, enroller, grants, online)
        self.slots.update(found(present, People(1, self.site, ()), policy, self.founded))

    def make(self, known: Known) -> Plastic:
        """Make a card; it is listed by ``publish``."""
        digest = self.chance.randbytes(32)
        return Plastic(known.name, known.right, digest, CardId(self._id()), HolderId(self._id()))

    def publish(self, cards: Iterable[Plastic], now: int, pins: Iterable[PinRow] = ()) -> None:
        """List cards with their grants, and sign everything anew."""
        edition, role = self._edition(now), grants_role(self.controller)
        edition.delegate(self.controller)
        plan = Plan(1, self.controller, {OFFICE: self._schedule()}, self.rules)
        edition.put(role, plan_slot(self.controller), canonical.encode(plan))
        listed = [plastic for plastic in cards if plastic.right is not Right.STRANGER]
        rows = [self._credential(plastic) for plastic in listed]
        grants = [self._grant(plastic) for plastic in listed if plastic.right is not Right.NONE]
        pins = tuple(pins)
        for number in range(SHARDS):
            digit = f"{number:x}"
            shard = Shard(
                1, self.controller, number,
                tuple(row for row in rows if row.holder[0] == digit),
                tuple(grant for grant in grants if grant.holder[0] == digit),
                tuple(pin for pin in pins if pin.holder[0] == digit),
            )  # fmt: skip
            edition.put(role, shard_slot(self.controller, number), canonical.encode(shard))
        self.slots.update(edition.close())

    def renew(self, now: int) -> None:
        """Sign anew what lives a short time, so that doors see that the office is there."""
        edition = self._edition(now)
        if self.number % 7 == 0:  # grants and denials live 30 days, snapshot and timestamp less
            edition.touch(grants_role(self.controller))
            edition.touch(Role.GRANTS)
            edition.touch(Role.DENY)
        self.slots.update(edition.close())

    def deny(self, card: CardId, now: int) -> None:
        """Take a card away."""
        self._denials.append(Denial(Subject.CARD, card, len(self._denials) + 1))
        edition = self._edition(now)
        statement = DenyList(1, self.site, tuple(self._denials))
        edition.put(Role.DENY, DENY_LIST, canonical.encode(statement))
        self.slots.update(edition.close())

    def deliver(self, folder: Path) -> None:
        """Write the slots that the bridge would have stored, the timestamp last."""
        for name, data in self.slots.items():
            path = folder / file_name(name)
            if needed(name, self.controller) and not (path.exists() and path.read_bytes() == data):
                write_whole(path, data)

    @property
    def bundle(self) -> Bundle:
        """Give the controller's enrolment."""
        root = self.slots[FIRST_ROOT]
        return Bundle(
            VERSION, self.site, self.controller, root.hex(), hashlib.sha256(root).hexdigest(),
            self._pseudonym_key.hex(), Versions(), 1,
        )  # fmt: skip

    def _edition(self, now: int) -> Edition:
        self.number += 1
        return Edition(self.slots, self._keys, self.number, now)

    def _schedule(self) -> Schedule:
        holidays = tuple(day.isoformat() for day in self.holidays)
        return Schedule(ZONE, (Window((0, 1, 2, 3, 4), OPENS, CLOSES),), holidays)

    def _credential(self, plastic: Plastic) -> CredentialRow:
        match = match_of(self._pseudonym_key, plastic.digest)
        return CredentialRow(match, plastic.card, plastic.holder, CredentialKind.PKOC, Tier.PUBLIC_KEY)

    def _grant(self, plastic: Plastic) -> GrantRow:
        right, doors = plastic.right, tuple(DoorId(rule.id) for rule in self.rules)
        begins, ends = self.founded - DAY, self.founded + 364 * DAY
        schedule = OFFICE if right is Right.OFFICE else None
        if right is Right.ENDED:
            begins, ends = begins - DAY, self.founded - HOUR
        return GrantRow(
            GrantId(self._id()), plastic.holder, doors, schedule, begins, ends,
            _KINDS.get(right, GrantKind.TETAP), escort=right is Right.VISIT, override=right is Right.OVERRIDE,
            clears=0, weak=False,
        )  # fmt: skip

    def _key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.chance.randbytes(32))

    def _id(self) -> str:
        return self.chance.randbytes(16).hex()


_KINDS = {Right.VISIT: GrantKind.KUNJUNGAN, Right.EMERGENCY: GrantKind.DARURAT}

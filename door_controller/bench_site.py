"""An invented, really signed site of ten thousand cards, and a door enrolled in it: for ``bench`` only."""

import hashlib
import os
import time
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from card_registry import canonical
from card_registry.durable import write_whole
from card_registry.enrolment import VERSION, Bundle
from card_registry.instant import DAY
from card_registry.journal.event import Versions
from card_registry.pseudonym import match_of
from card_registry.registry import SPREAD, Registry, assemble, shard_of
from card_registry.rule import DoorRule
from card_registry.shown import CredentialRow, GrantRow, Plan, Shard
from card_registry.statements import People, Policy
from card_registry.trust.ceremony import OFFICERS, Founding, found
from card_registry.trust.publish import Edition, SigningKeys
from card_registry.trust.slots import FIRST_ROOT, file_name, grants_role, needed, plan_slot, shard_slot
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
    Tier,
)
from door_controller import enrol

SITE, CONTROLLER, DOOR = SiteId("contoh"), ControllerId("pengendali-1"), DoorId("ruang-server")
CARDS = 10_000
Doors = tuple[DoorId, ...]

ONE_DOOR = """\
site = "contoh"
controller = "pengendali-1"
kind = "door"
[gpio]
factory = "simulated"
socket = "{run}/pins.sock"
[[door]]
id = "ruang-server"
name = "Ruang Server"
fail_mode = "secure"
clockless = "allow-flagged"
release_ms = 3000
[door.pins]
relay = 17
relay_released = "high"
contact = 27
rex = 22
[[reader]]
id = "masuk"
door = "ruang-server"
driver = "pn532"
port = "{run}/reader-masuk"
"""


@dataclass(frozen=True, slots=True)
class Population:
    """Everyone who may pass: the door's plan and shards, and the key that names credentials."""

    key: bytes
    policy: Policy
    plan: Plan
    shards: tuple[Shard, ...]

    def registry(self) -> Registry:
        """Give what a door decides from."""
        return assemble(self.plan, self.shards, {}, Versions(1, 1, 1, 1), self.policy)


def digest_of(number: int) -> bytes:
    """Give the digest that card ``number`` proves."""
    return hashlib.sha256(number.to_bytes(4, "big")).digest()


def rules(doors: Doors) -> tuple[DoorRule, ...]:
    """Give what each door demands: a strong card, at any time."""
    return tuple(DoorRule(door, Tier.PUBLIC_KEY, Clockless.ALLOW_FLAGGED) for door in doors)


def populate(receipt_key: str = "", first: bytes | None = None, doors: Doors = (DOOR,)) -> Population:
    """Make ``CARDS`` cards, each of one holder with a grant of a year for all doors."""
    key, now = os.urandom(32), time.time_ns() // 1_000_000
    credentials: list[CredentialRow] = []
    grants: list[GrantRow] = []
    for card in range(CARDS):
        holder = HolderId(os.urandom(16).hex())
        digest = first if first is not None and card == 0 else digest_of(card)
        match, id = match_of(key, digest), CardId(os.urandom(16).hex())
        credentials.append(CredentialRow(match, id, holder, CredentialKind.PKOC, Tier.PUBLIC_KEY))
        grants.append(
            GrantRow(
                GrantId(os.urandom(16).hex()),
                holder,
                doors,
                None,
                now - DAY,
                now + 300 * DAY,
                GrantKind.TETAP,
                escort=False,
                override=False,
                clears=0,
                weak=False,
            )
        )
    policy = Policy(
        1, SITE, Approval.SIGNATURE, DAY, ExpiredPolicy.KEEP, ntp_trusted=False, zone="Asia/Jakarta",
        receipt_keys=(receipt_key,) if receipt_key else (), order_keys=(), authority_keys=(),
    )  # fmt: skip
    return Population(
        key, policy, Plan(1, CONTROLLER, {}, rules(doors), SPREAD), _spread(credentials, grants)
    )


def _spread(credentials: list[CredentialRow], grants: list[GrantRow]) -> tuple[Shard, ...]:
    cards: dict[int, list[CredentialRow]] = {}
    held: dict[int, list[GrantRow]] = {}
    for row in credentials:
        cards.setdefault(shard_of(row.holder, SPREAD), []).append(row)
    for grant in grants:
        held.setdefault(shard_of(grant.holder, SPREAD), []).append(grant)
    return tuple(
        Shard(1, CONTROLLER, number, tuple(rows), tuple(held.get(number, ())))
        for number, rows in sorted(cards.items())
    )


def publish(people: Population) -> dict[str, bytes]:
    """Sign a population as a site's slots."""
    keys = [Ed25519PrivateKey.generate() for _ in range(OFFICERS + 3)]
    enroller, grants, online = keys[OFFICERS:]
    now = time.time_ns() // 1_000_000
    present = Founding(keys[:OFFICERS], enroller, grants, online)
    slots = found(present, People(1, SITE, ()), people.policy, now)
    edition = Edition(slots, SigningKeys(grants, online, enroller), 2, now)
    edition.delegate(CONTROLLER)
    role = grants_role(CONTROLLER)
    edition.put(role, plan_slot(CONTROLLER), canonical.encode(people.plan))
    for shard in people.shards:
        edition.put(role, shard_slot(CONTROLLER, shard.shard), canonical.encode(shard))
    return slots | edition.close()


def lay_out(
    home: Path, run: Path, first: bytes | None = None, toml: str = ONE_DOOR, doors: Doors = (DOOR,)
) -> None:
    """Make a controller's folder, enrolled, with the slots that its bridge would have stored.

    ``first`` is the digest of a real card, which then is the first of the population. ``toml`` is the site
    file of ``doors``, with ``{run}`` where the simulator's folder belongs.
    """
    people = populate(first=first, doors=doors)
    slots = publish(people)
    root = slots[FIRST_ROOT]
    bundle = Bundle(
        VERSION,
        SITE,
        CONTROLLER,
        root.hex(),
        hashlib.sha256(root).hexdigest(),
        people.key.hex(),
        Versions(),
        1,
    )
    home.mkdir(parents=True, exist_ok=True)
    (home / "site.toml").write_text(toml.format(run=run), encoding="utf-8")
    enrol.init(home, home / "state", SITE, CONTROLLER, rules(doors))
    enrol.accept(home / "state", SITE, CONTROLLER, canonical.encode(bundle))
    (home / "slots").mkdir(exist_ok=True)
    for name, data in slots.items():
        if needed(name, CONTROLLER):
            write_whole(home / "slots" / file_name(name), data)

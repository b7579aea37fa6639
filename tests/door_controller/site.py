"""A small invented site, signed for real: its keys, its slots, and a controller's folder enrolled in it."""

import hashlib
import os
import time
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from card_registry import canonical
from card_registry.durable import write_whole
from card_registry.enrolment import VERSION, Bundle
from card_registry.journal.event import Versions
from card_registry.pseudonym import match_of
from card_registry.rule import DoorRule
from card_registry.shown import CredentialRow, GrantRow, Plan, Shard
from card_registry.signing import Purpose, public_hex, seal
from card_registry.statements import Denial, DenyList, People, Policy, Receipt
from card_registry.trust.ceremony import Founding, found
from card_registry.trust.publish import Edition, SigningKeys
from card_registry.trust.slots import (
    DENY_LIST,
    FIRST_ROOT,
    Role,
    file_name,
    grants_role,
    needed,
    plan_slot,
    shard_slots,
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

SITE = SiteId("contoh")
CONTROLLER = ControllerId("pengendali-1")
DOOR = DoorId("ruang-server")
AUTHORITY_KEY = Ed25519PrivateKey.from_private_bytes(b"a" * 32)
"""What signs the heads of the authority log."""

YEAR = 365 * 24 * 3600 * 1000

TOML = """\
site = "contoh"
controller = "pengendali-1"
kind = "door"

[gpio]
factory = "simulated"
socket = "{socket}"

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
contact_closed = "high"
rex = 22
rex_pressed = "low"

[[reader]]
id = "masuk"
door = "ruang-server"
driver = "pn532"
port = "{port}"
"""


def now_ms() -> int:
    """Give the wall clock in milliseconds."""
    return time.time_ns() // 1_000_000


def new_id() -> str:
    """Draw a random id."""
    return os.urandom(16).hex()


def rule(clockless: Clockless = Clockless.ALLOW_FLAGGED) -> DoorRule:
    """Give the demands of the site's one door."""
    return DoorRule(DOOR, Tier.PUBLIC_KEY, clockless)


@dataclass
class Site:
    """The officers and the signer of an invented site, and everything they have published."""

    officers: list[Ed25519PrivateKey] = field(
        default_factory=lambda: [Ed25519PrivateKey.generate() for _ in range(3)]
    )
    keys: SigningKeys = field(
        default_factory=lambda: SigningKeys(
            Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
        )
    )
    receipt_key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    order_key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    pseudonym_key: bytes = field(default_factory=lambda: os.urandom(32))
    slots: dict[str, bytes] = field(default_factory=dict)
    number: int = 1
    ntp_trusted: bool = False
    founded: int = field(default_factory=now_ms)

    def __post_init__(self) -> None:
        """Found the site and give the controller its own role."""
        assert self.keys.doors is not None
        present = Founding(self.officers, self.keys.doors, self.keys.grants, self.keys.online)
        keys = (public_hex(self.receipt_key),)
        policy = Policy(
            1, SITE, Approval.SIGNATURE, 3600_000, ExpiredPolicy.KEEP, self.ntp_trusted, "Asia/Jakarta",
            keys, (public_hex(self.order_key),), (public_hex(AUTHORITY_KEY),),
        )  # fmt: skip
        self.slots.update(found(present, People(1, SITE, ()), policy, self.founded))
        self.publish([], [])

    def edition(self, now: int | None = None) -> Edition:
        """Begin the next publication."""
        self.number += 1
        return Edition(self.slots, self.keys, self.number, self.founded if now is None else now)

    def publish(
        self, credentials: list[CredentialRow], grants: list[GrantRow], now: int | None = None
    ) -> None:
        """Publish all of the controller's shards anew."""
        edition = self.edition(now)
        role = grants_role(CONTROLLER)
        edition.delegate(CONTROLLER)
        edition.put(role, plan_slot(CONTROLLER), canonical.encode(Plan(1, CONTROLLER, {}, (rule(),))))
        for number, path in enumerate(shard_slots(CONTROLLER)):
            mine = tuple(row for row in credentials if int(row.holder[0], 16) == number)
            held = tuple(row for row in grants if int(row.holder[0], 16) == number)
            edition.put(role, path, canonical.encode(Shard(1, CONTROLLER, number, mine, held)))
        self.slots.update(edition.close())

    def deny(self, *denials: Denial, now: int | None = None) -> None:
        """Publish a deny list."""
        edition = self.edition(now)
        edition.put(Role.DENY, DENY_LIST, canonical.encode(DenyList(1, SITE, denials)))
        self.slots.update(edition.close())

    def admit(self, digest: bytes) -> tuple[CredentialRow, GrantRow]:
        """Publish one card with a grant of a year, and nothing else."""
        row, grant = self.rows(digest)
        self.publish([row], [grant])
        return row, grant

    def rows(self, digest: bytes) -> tuple[CredentialRow, GrantRow]:
        """Make a card's rows."""
        holder, card = HolderId(new_id()), CardId(new_id())
        match = match_of(self.pseudonym_key, digest)
        row = CredentialRow(match, card, holder, CredentialKind.PKOC, Tier.PUBLIC_KEY)
        grant = GrantRow(
            GrantId(new_id()), holder, (DOOR,), None, self.founded - YEAR // 2, self.founded + YEAR // 2,
            GrantKind.TETAP, escort=False, override=False, clears=0, weak=False,
        )  # fmt: skip
        return row, grant

    def bundle(self) -> Bundle:
        """Give the controller's enrolment."""
        root = self.slots[FIRST_ROOT]
        return Bundle(
            VERSION, SITE, CONTROLLER, root.hex(), hashlib.sha256(root).hexdigest(),
            self.pseudonym_key.hex(), Versions(), 1,
        )  # fmt: skip

    def deliver(self, folder: Path) -> None:
        """Write the slots a bridge would have stored, the timestamp last."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in self.slots.items():
            path = folder / file_name(name)
            if needed(name, CONTROLLER) and not (path.exists() and path.read_bytes() == data):
                write_whole(path, data)

    def receipt(self, epoch: int, size: int, root: str, at: int) -> bytes:
        """Sign a receipt as the hub does."""
        return seal(Purpose.RECEIPT, Receipt(1, SITE, CONTROLLER, epoch, size, root, at), self.receipt_key)


def deny_card(card: CardId, serial: int = 1) -> Denial:
    """Give a denial of a card."""
    return Denial(Subject.CARD, card, serial)

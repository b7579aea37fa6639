"""An office to test in: invented people, and pens for the rows that signer and hub would write."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Engine, delete, insert

from card_registry import canonical
from card_registry.journal.event import Body, Moment, Versions, encode_event
from card_registry.rule import DoorRule
from card_registry.signing import Purpose, public_hex, seal
from card_registry.statements import (
    Approver,
    ControllerEntry,
    Directory,
    DoorView,
    Passkey,
    People,
    Policy,
    Status,
)
from card_registry.stores import ledger as ledger_tables
from card_registry.stores import registry as registry_tables
from card_registry.words import (
    Approval,
    Clockless,
    ControllerId,
    ControllerKind,
    ControllerStatus,
    DoorId,
    ExpiredPolicy,
    PersonId,
    SiteId,
    Staleness,
    Tier,
    TimeQuality,
)
from review.accounts import Accounts, Entry, Work
from review.office import Office
from review.people import Person, Role
from review.store import people
from review.store.transaction import reading

SITE = SiteId("contoh")
NOON = 1_795_161_600_000
"""2026-11-20 15:00 at the site (WIB)."""

STATUS_KEY = Ed25519PrivateKey.from_private_bytes(b"s" * 32)
"""What door and desk sign with."""

PASSWORDS = {role.value: f"sandi-{role.value}-panjang" for role in Role}
PASSPHRASE = "frasa sandi kabid"
LIGHT = Work(64, 64)
"""How little work a try of a secret is here; what guessing costs an office is proven in ``test_secrets``."""

PEOPLE = Accounts(
    (
        Entry("pemohon", "Pejabat Pemohon", "Dinas Contoh", Role.PEMOHON, PASSWORDS["pemohon"]),
        Entry("kadis", "Pejabat Kadis", "Diskominfo", Role.KADIS, PASSWORDS["kadis"]),
        Entry("kabid", "Pejabat Kabid", "Diskominfo", Role.KABID, PASSWORDS["kabid"], PASSPHRASE),
        Entry("operator", "Petugas Operator", "Diskominfo", Role.OPERATOR, PASSWORDS["operator"]),
        Entry("operator2", "Petugas Operator Dua", "Diskominfo", Role.OPERATOR, PASSWORDS["operator"]),
        Entry("admin", "Petugas Admin", "Diskominfo", Role.ADMIN, PASSWORDS["admin"]),
        Entry("auditor", "Petugas Auditor", "Inspektorat", Role.AUDITOR, PASSWORDS["auditor"]),
    )
)


@dataclass(slots=True)
class Outside:
    """The other stores, with a pen: what signer and hub would write."""

    registry: Engine
    ledger: Engine
    versions: Versions = field(default_factory=Versions)
    rows: dict[tuple[str, int], int] = field(default_factory=dict)

    def found(self, approval: Approval = Approval.SIGNATURE, *origins: str) -> None:
        """Publish a policy and a directory of one door controller and one desk."""
        policy = Policy(
            v=1,
            site=SITE,
            approval=approval,
            grace=0,
            expired=ExpiredPolicy.KEEP,
            ntp_trusted=False,
            zone="Asia/Jakarta",
            receipt_keys=(),
            order_keys=(),
            authority_keys=(),
            console_origins=origins,
        )
        rule = DoorRule(DoorId("ruang-server"), Tier.PUBLIC_KEY, Clockless.DENY)
        active, key = ControllerStatus.ACTIVE, public_hex(STATUS_KEY)
        door = ControllerEntry(
            ControllerId("pengendali-1"), ControllerKind.DOOR, active, 1, key, key, (rule,)
        )
        desk = ControllerEntry(ControllerId("meja-1"), ControllerKind.DESK, active, 1, key, key, ())
        self.slot("site/policy", canonical.encode(policy))
        self.slot("doors/directory", canonical.encode(Directory(1, SITE, (door, desk))))

    def list_passkeys(self, person: PersonId, *keys: Passkey) -> None:
        """Publish a list of approvers of one person with passkeys alone."""
        listed = People(1, SITE, (Approver(person, "", ("aa" * 32,), keys),))
        self.slot("site/people", canonical.encode(listed))

    def slot(self, name: str, body: bytes) -> None:
        """Write one slot."""
        with self.registry.begin() as connection:
            connection.execute(delete(registry_tables.slot).where(registry_tables.slot.c.name == name))
            connection.execute(insert(registry_tables.slot).values(name=name, serial=1, body=body))

    def decide(
        self, source: str, reference: str, *, sentence: str = "", grants: int = 0, deny: int = 0
    ) -> None:
        """Write the authority's outcome: applied unless there is a sentence."""
        with self.registry.begin() as connection:
            connection.execute(
                insert(registry_tables.outcome).values(
                    source=source,
                    reference=reference,
                    applied=not sentence,
                    sentence=sentence,
                    authority=None,
                    grants=grants or None,
                    deny=deny or None,
                    at=NOON,
                )
            )

    def report(
        self,
        *,
        grants: int = 0,
        deny: int = 0,
        state: str = "closed",
        alarms: tuple[str, ...] = (),
        received: int = NOON,
    ) -> None:
        """Store the door's signed status, as the hub received it at a moment."""
        said = Status(
            v=1,
            site=SITE,
            controller=ControllerId("pengendali-1"),
            epoch=1,
            number=1,
            nonce="00" * 16,
            at=NOON,
            staleness=Staleness.FRESH,
            versions=Versions(1, 1, grants, deny),
            size=5,
            receipted=5,
            doors=(DoorView(DoorId("ruang-server"), state, released=False, mode="normal"),),
            alarms=alarms,
        )
        body = seal(Purpose.STATUS, said, STATUS_KEY)
        table = ledger_tables.status
        with self.ledger.begin() as connection:
            connection.execute(delete(table))
            row = {"controller": "pengendali-1", "number": 1, "body": body, "received": received}
            connection.execute(insert(table).values(row))

    def happen(self, *bodies: Body, controller: str = "pengendali-1") -> None:
        """Append events to a journal in the ledger, and move its head."""
        journal = (controller, 1)
        for body in bodies:
            seq = self.rows.get(journal, 0)
            at = Moment(NOON + seq * 1000, NOON, None, TimeQuality.SYNC, "boot", seq)
            data = encode_event(SITE, ControllerId(controller), (1, seq), body, at, "00" * 12)
            self.append(journal, data)

    def encoded(self, bodies: Iterable[Body], controller: str = "pengendali-1") -> list[dict[str, object]]:
        """Give ledger rows of a journal from its beginning, to be inserted at once."""
        found: list[dict[str, object]] = []
        for seq, body in enumerate(bodies):
            at = Moment(NOON + seq * 1000, NOON, None, TimeQuality.SYNC, "boot", seq)
            data = encode_event(SITE, ControllerId(controller), (1, seq), body, at, "00" * 12)
            place = {"controller": controller, "epoch": 1, "seq": seq}
            found.append({**place, "body": data, "leaf": hashlib.sha256(data).digest()})
        return found

    def append(self, journal: tuple[str, int], data: bytes) -> None:
        """Append one row as it is."""
        controller, epoch = journal
        seq = self.rows.get(journal, 0)
        self.rows[journal] = seq + 1
        head = ledger_tables.head
        same = (head.c.controller == controller) & (head.c.epoch == epoch)
        with self.ledger.begin() as connection:
            row = {"controller": controller, "epoch": epoch, "seq": seq, "body": data}
            connection.execute(insert(ledger_tables.event).values(leaf=hashlib.sha256(data).digest(), **row))
            connection.execute(delete(head).where(same))
            place = {"controller": controller, "epoch": epoch, "next": seq + 1}
            connection.execute(insert(head).values(frontier=b"", note=b"", receipt=b"", **place))


@dataclass(slots=True)
class Clock:
    """A clock that moves when a test says so."""

    now: int = NOON

    def __call__(self) -> int:
        """Give the present millisecond."""
        return self.now


@dataclass(frozen=True, slots=True)
class World:
    """An office with people, and the pens of the other stores."""

    office: Office
    outside: Outside
    clock: Clock

    def person(self, login: str) -> Person:
        """Give a person by login."""
        with reading(self.office.store) as connection:
            account = people.account(connection, login)
            assert account is not None
            found = people.find(connection, account.id, self.clock())
        assert found is not None
        return found


F01 = {
    "nama_pemegang": ["Pemegang Contoh"],
    "unit": ["Dinas Contoh"],
    "jenis_akses": ["tetap"],
    "pintu": ["ruang-server"],
    "jadwal": ["24-jam"],
    "mulai": ["2026-11-20"],
    "sampai": ["2027-06-30"],
    "keperluan": ["Memelihara server"],
    "pernyataan": ["ya"],
}
"""A faultless request."""

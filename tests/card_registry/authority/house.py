"""A founded site in a folder, for tests: real stores, real keys, one door controller and one desk."""

import hashlib
import itertools
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Column, Engine, func, insert, select
from sqlalchemy.schema import CreateSchema

from card_registry import canonical
from card_registry.authority import enrol, founding, keyfile, store
from card_registry.authority.devices import kept
from card_registry.authority.keys import SignerKeys, load_key, load_signer
from card_registry.authority.signer import Places, Signer
from card_registry.enrolment import Bundle, EnrolRequest
from card_registry.instant import DAY
from card_registry.invitation import LIFE, Invitation, issued, prove
from card_registry.journal.event import Body, CredentialBound, Moment, Started, encode_event
from card_registry.journal.note import Checkpoint, origin, sign_checkpoint
from card_registry.journal.tree import Frontier, leaf
from card_registry.rule import DoorRule
from card_registry.signing import public_hex
from card_registry.statements import (
    Approver,
    GrantTerms,
    GrantWarrant,
    Proof,
    Scheme,
    Verdict,
    WarrantKind,
    WithdrawWarrant,
)
from card_registry.stores import ledger, office
from card_registry.stores import registry as tables
from card_registry.stores.engine import open_store
from card_registry.trust.slots import needed
from card_registry.words import (
    Approval,
    CardId,
    CaseId,
    Clockless,
    ControllerId,
    ControllerKind,
    CredentialKind,
    DoorId,
    GrantId,
    GrantKind,
    HolderId,
    PersonId,
    SiteId,
    Subject,
    Tier,
    TimeQuality,
)
from tests.card_registry.soft_passkey import ORIGIN, soft_passkey
from tests.card_registry.trust.made import key, token

SITE = SiteId("contoh")
DOOR = DoorId("ruang-server")
HERE = ControllerId("pengendali-1")
DESK = ControllerId("meja-1")
START = 1_795_000_000_000
PASSPHRASE = b"frasa untuk pengujian"
PROCEDURE = "f1" * 32
APPLICANT, KABID, OPERATOR = PersonId("pemohon"), PersonId("kabid"), PersonId("operator")
FRASA = "frasa kabid untuk uji"
KEY_FILE, KABID_KEY = keyfile.make(FRASA, bytes(range(60)))
PASSKEY = soft_passkey()
"""The Kabid's passkey."""

LOG_KEYS = {name: key(f"log of {name}") for name in (HERE, DESK)}


def request_of(controller: ControllerId, *doors: DoorId, epoch: int = 1) -> EnrolRequest:
    """Give the request of a controller with these doors, of a desk without any."""
    rules = tuple(DoorRule(door, Tier.PUBLIC_KEY, Clockless.ALWAYS_ONLY) for door in doors)
    kind = ControllerKind.DOOR if doors else ControllerKind.DESK
    public = public_hex(LOG_KEYS.get(controller, key(f"log of {controller}")))
    return EnrolRequest(1, SITE, controller, kind, public, "ab" * 32, rules, epoch)


@dataclass
class House:
    """The folder with stores and keys, and a server clock that tests move.

    ``database`` is the URL of one database for all three stores; without it each is a SQLite file.
    """

    folder: Path
    now: int = START
    database: str = ""

    def __post_init__(self) -> None:
        """Name the stores."""
        self.places = Places(
            self.database or f"sqlite:///{self.folder}/registry.db",
            self.database or f"sqlite:///{self.folder}/office.db",
            self.database or f"sqlite:///{self.folder}/ledger.db",
            self.folder,
        )
        self.folders = founding.Folders(self.folder / "officers", self.folder / "signer")

    def found(self, approval: Approval = Approval.SIGNATURE, pin_digits: int = 6) -> str:
        """Found the site and make the other programs' stores."""
        approvers = (
            Approver(KABID, KABID_KEY, (PROCEDURE,), (PASSKEY.public,)),
            Approver(APPLICANT, "ee" * 32, (PROCEDURE,)),
        )
        intent = founding.Intent(
            SITE, approvers, "cd" * 32, "Asia/Jakarta", approval, pin_digits, console_origins=(ORIGIN,)
        )
        with store_of(self.places.registry, "registry") as engine:
            digest = founding.found_site(engine, self.folders, PASSPHRASE, intent, self.now)
        for url, metadata in ((self.places.office, office.metadata), (self.places.ledger, ledger.metadata)):
            with store_of(url, metadata.schema or "") as engine:
                if engine.dialect.name == "postgresql":
                    with engine.begin() as connection:
                        connection.execute(CreateSchema(metadata.schema or ""))
                metadata.create_all(engine)
        return digest

    def invite(self, request: EnrolRequest) -> EnrolRequest:
        """Give the request as its controller makes it with an invitation."""
        root = hashlib.sha256(self.keys().root).hexdigest()
        seed = hashlib.sha256(f"{request.controller} {request.epoch} {self.now}".encode()).hexdigest()
        place = (SITE, request.controller, request.kind, request.epoch)
        invited = Invitation(1, *place, root, self.now + LIFE, seed)
        with store_of(self.places.registry, "registry") as engine, engine.begin() as connection:
            if kept.invitation_of(connection, public_hex(invited.key)) is None:
                kept.open_invitation(connection, issued(invited))
        return prove(replace(request, site=SITE), invited)

    def enrol(self, request: EnrolRequest) -> Bundle:
        """Invite a controller and enrol it."""
        proved = self.invite(request)
        if request.site == SITE:
            request = proved
        counter = itertools.count(1)

        def draw(length: int) -> bytes:
            return hashlib.sha256(f"{request.controller} {next(counter)}".encode()).digest()[:length]

        enroller = load_key(self.folders.officers / "enroller.pem", PASSPHRASE)
        with store_of(self.places.registry, "registry") as engine:
            return enrol.enrol(engine, (self.keys(), enroller), request, self.folder, self.now, draw)

    def keys(self) -> SignerKeys:
        """Open the signer's keys."""
        return load_signer(self.folders.signer, PASSPHRASE)

    def signer(self, fault: Callable[[str], None] | None = None) -> "Running":
        """Start the signer."""
        return Running(self, fault)

    def work(self) -> None:
        """Start the signer, let it do everything that waits, stop it."""
        with self.signer() as signer:
            while signer.round():
                pass

    def ask(self, warrant: GrantWarrant | WithdrawWarrant) -> int:
        """Put a warrant into the office store; give its serial."""
        kind = WarrantKind.GRANT if isinstance(warrant, GrantWarrant) else WarrantKind.WITHDRAW
        return self.ask_bytes(kind, canonical.encode(warrant))

    def ask_bytes(self, kind: str, body: bytes) -> int:
        """Put any bytes into the office store as a warrant."""
        with store_of(self.places.office, "office") as engine, engine.begin() as connection:
            row = insert(office.warrant).values(kind=kind, body=body, made=self.now)
            connection.execute(row)
            return connection.scalar(select(func.max(office.warrant.c.serial))) or 0

    def journal(
        self, *bodies: Body, controller: ControllerId = DESK, log_key: Ed25519PrivateKey | None = None
    ) -> None:
        """Let the hub store more rows of a controller, under a head that its key signed."""
        with store_of(self.places.ledger, "ledger") as engine, engine.begin() as connection:
            row = ledger.event.c
            known = connection.scalars(
                select(row.leaf).where(row.controller == controller).order_by(row.seq)
            ).all()
            frontier = Frontier().extend(bytes(one) for one in known)
            for body in bodies:
                at = Moment(self.now, self.now, self.now, TimeQuality.SYNC, "ab", 1)
                data = encode_event(SITE, controller, (1, frontier.size), body, at, "00" * 12)
                values = {"controller": controller, "epoch": 1, "seq": frontier.size}
                connection.execute(insert(ledger.event).values(**values, body=data, leaf=leaf(data)))
                frontier = frontier.append(leaf(data))
            head = Checkpoint(origin(SITE, controller, 1), frontier.size, frontier.root())
            note = sign_checkpoint(head, log_key or LOG_KEYS[controller])
            point = {"controller": controller, "epoch": 1, "size": frontier.size}
            connection.execute(insert(ledger.checkpoint).values(**point, note=note, received=self.now))

    def slots(self, controller: ControllerId = HERE) -> dict[str, bytes]:
        """Give what the hub would publish to a controller."""
        with store_of(self.places.registry, "registry") as engine, engine.connect() as connection:
            rows = store.SlotRows(connection)
            assert len(rows) == len(list(rows))
            return {name: data for name, data in rows.items() if needed(name, controller)}

    def rows(self, *columns: Column[Any]) -> list[tuple[Any, ...]]:
        """Read columns of one table of the registry."""
        with store_of(self.places.registry, "registry") as engine, engine.connect() as connection:
            return [tuple(row) for row in connection.execute(select(*columns))]

    def outcome(self, reference: object) -> tuple[bool, str]:
        """Give whether a change was applied, and its sentence."""
        column = tables.outcome.c
        found = {row[0]: row[1:] for row in self.rows(column.reference, column.applied, column.sentence)}
        applied, sentence = found[str(reference)]
        return bool(applied), str(sentence)


class Running:
    """A signer that is closed at the end of its block."""

    def __init__(self, house: House, fault: Callable[[str], None] | None) -> None:
        """Start it."""
        arguments = (house.places, house.keys(), lambda: house.now)
        self._signer = Signer(*arguments, fault) if fault else Signer(*arguments)

    def __enter__(self) -> Signer:
        """Give the signer."""
        return self._signer

    def __exit__(self, *_: object) -> None:
        """Close its stores."""
        self._signer.close()


class store_of:  # noqa: N801 - reads as a function
    """A store opened for the length of a block."""

    def __init__(self, url: str, schema: str) -> None:
        """Open it."""
        self._engine = open_store(url, schema)

    def __enter__(self) -> Engine:
        """Give the engine."""
        return self._engine

    def __exit__(self, *_: object) -> None:
        """Close every connection."""
        self._engine.dispose()


def terms(name: str = "ani", **changes: object) -> GrantTerms:
    """Give the grant of one person to the server room."""
    grant = GrantTerms(
        GrantId(token(f"grant of {name}")),
        HolderId(token(name)),
        (DOOR,),
        "jam-kerja",
        START,
        START + 300 * DAY,
        GrantKind.TETAP,
    )
    return replace(grant, **changes)  # type: ignore[arg-type] # by name


def verdict(name: str = "ani", **changes: object) -> Verdict:
    """Give the Kabid's verdict on one person's case."""
    whole = Verdict(
        1, SITE, CaseId(token(f"case of {name}")), "4", 1, PROCEDURE, APPLICANT, KABID, terms(name)
    )
    return replace(whole, **changes)  # type: ignore[arg-type] # by name


def approved(signed: Verdict, lifts: int = 0) -> GrantWarrant:
    """Give the warrant of a verdict that the Kabid signed."""
    proof = _proofs.get(signed) or keyfile.sign_verdict(KEY_FILE, FRASA, signed)
    _proofs[signed] = proof
    return GrantWarrant(1, canonical.encode(signed).decode(), proof, lifts)


_proofs: dict[Verdict, Proof] = {}
"""Signatures made so far: opening a key file costs a fifth of a second on purpose."""


def by_session(signed: Verdict) -> GrantWarrant:
    """Give the warrant of a verdict that only a session stands for."""
    return GrantWarrant(1, canonical.encode(signed).decode(), Proof(Scheme.SESSION, "", ""))


def withdrawal(name: str = "ani", subject: Subject = Subject.CARD) -> WithdrawWarrant:
    """Give the warrant that takes one person's card, grant or self away."""
    id_of = {Subject.CARD: f"card of {name}", Subject.GRANT: f"grant of {name}", Subject.HOLDER: name}
    return WithdrawWarrant(1, subject, token(id_of[subject]), None, OPERATOR, "hilang")


def bound(name: str = "ani", **changes: object) -> CredentialBound:
    """Give the desk's event that one person's card was made."""
    event = CredentialBound(
        CaseId(token(f"case of {name}")),
        CardId(token(f"card of {name}")),
        HolderId(token(name)),
        CredentialKind.PKOC,
        Tier.PUBLIC_KEY,
        hashlib.sha256(name.encode()).hexdigest(),
        OPERATOR,
    )
    return replace(event, **changes)  # type: ignore[arg-type] # by name


STARTED = Started("desk", "test")

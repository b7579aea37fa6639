"""The machines of one office under a moved clock: a signer with real keys, a hub, a desk, deciding doors.

Everything but the wires between the machines and the people in front of them is what ships: the registry is
founded and signed by the authority, each controller verifies and adopts it, decides, and writes its journal;
the hub verifies the batches and gives receipts. ``settle`` carries what the bridges would carry.
"""

import hashlib
import itertools
import random
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Engine, select

from card_registry.authority import enrol, founding
from card_registry.authority.devices import kept
from card_registry.authority.keys import SignerKeys, load_key, load_signer
from card_registry.authority.signer import Places, Signer
from card_registry.enrolment import Bundle, EnrolRequest
from card_registry.instant import HOUR
from card_registry.invitation import LIFE, Invitation, issued, prove
from card_registry.rule import DoorRule
from card_registry.signing import public_hex
from card_registry.statements import Approver
from card_registry.stores import registry as registry_tables
from card_registry.stores.engine import open_store
from card_registry.trust.slots import needed
from card_registry.words import Approval, ControllerId, ControllerKind, SiteId
from door_controller.enrol import rule_of
from door_controller.simulator.virtual.hours import Hours
from firmware_config.model import parse
from mqtt_bridge.ledger import Ledger, open_ledger
from mqtt_bridge.posting import Letter
from review import outside
from tests.office_year.controllers import Desk, DoorController

PASSPHRASE = b"frasa para petugas kunci"
TURNS = 8
"""The most times that everything may pass round before nothing moves any more."""

DESK = ControllerId("meja-1")


class Premises:
    """One office's registry, hub, desk and door controllers, in a folder of their own."""

    def __init__(self, folder: Path, site: SiteId, hours: Hours, chance: random.Random) -> None:
        """Name the folders; nothing is founded yet."""
        self.folder, self.site, self.hours, self.chance = folder, site, hours, chance
        self.keys = {name: self._key(name) for name in ("receipt", DESK)}
        self.doors: dict[ControllerId, DoorController] = {}
        self.unreachable: set[ControllerId] = set()
        self._done, self._beat = (0, 0), 0
        registry, office, ledger = (
            f"sqlite:///{folder}/{name}.db" for name in ("registry", "office", "ledger")
        )
        self.places = Places(registry, office, ledger, folder)
        self._folders = founding.Folders(folder / "officers", folder / "signer")

    def _key(self, name: str) -> Ed25519PrivateKey:
        seed = hashlib.sha256(f"{self.site} {name}".encode()).digest()
        return Ed25519PrivateKey.from_private_bytes(seed)

    def found(self, approvers: tuple[Approver, ...], zone: str) -> None:
        """Let the officers found the site with this list of approvers, and start signer and hub."""
        intent = founding.Intent(
            self.site, approvers, public_hex(self.keys["receipt"]), zone, Approval.SIGNATURE
        )
        self.registry = open_store(self.places.registry, "registry")
        founding.found_site(self.registry, self._folders, PASSPHRASE, intent, self.hours.true)
        self._hub_store = open_ledger(self.places.ledger)
        self.ledger = open_store(self.places.ledger, "ledger", read_only=True)
        self._hub = Ledger(self._hub_store, self.site, self.keys["receipt"])
        self._signing: SignerKeys = load_signer(self._folders.signer, PASSPHRASE)
        self._signer = Signer(self.places, self._signing, lambda: self.hours.true)
        self.desk = Desk(self.folder / DESK, self.site, DESK, self.keys[DESK], self.hours)
        self._enrol(DESK, ControllerKind.DESK, ())

    def add_door(self, text: str) -> None:
        """Enrol a door controller with this site file, and start its program."""
        site = parse(text)
        rules = tuple(rule_of(door) for door in site.door)
        self.keys[site.controller] = self._key(site.controller)
        bundle = self._enrol(site.controller, ControllerKind.DOOR, rules)
        folder, key = self.folder / site.controller, self.keys[site.controller]
        door = DoorController(folder, site, bundle, key, self.hours, self.chance)
        self.doors[site.controller] = door
        self.settle()

    def _enrol(self, controller: ControllerId, kind: ControllerKind, rules: tuple[DoorRule, ...]) -> Bundle:
        log_key = public_hex(self.keys[controller])
        request = EnrolRequest(1, self.site, controller, kind, log_key, "ab" * 32, rules, 1)
        counter = itertools.count()

        def draw(length: int) -> bytes:
            return hashlib.sha256(f"{self.site} {controller} {next(counter)}".encode()).digest()[:length]

        invited = Invitation(
            1, self.site, controller, kind, 1, self.root, self.hours.true + LIFE, draw(32).hex()
        )
        with self.registry.begin() as connection:
            kept.open_invitation(connection, issued(invited))
        enroller = load_key(self._folders.officers / "enroller.pem", PASSPHRASE)
        keys, proved = (self._signing, enroller), prove(request, invited)
        return enrol.enrol(self.registry, keys, replace(proved), self.folder, self.hours.true, draw)

    @property
    def root(self) -> str:
        """Give the digest of the first root (hex), by which everything else is believed."""
        return hashlib.sha256(self._signing.root).hexdigest()

    def settle(self, asked: int = 0) -> None:
        """Carry everything between desk, doors, hub and signer until nothing moves.

        The signer is woken where more warrants were ``asked`` for, where the desk wrote, and every ten hours.
        """
        for _ in range(TURNS):
            moved = self._collect()
            stands = (asked, self.desk.journal.head.size)
            if stands != self._done or self.hours.now >= self._beat:
                while self._signer.round():
                    moved += 1
                self._done, self._beat = stands, self.hours.now + 10 * HOUR
            for door in self.reachable():
                moved += door.learn(self._slots(door.controller))
            if not moved:
                return

    def _collect(self) -> int:
        """Let the hub take what the controllers say, and the controllers its receipts; give the new rows."""
        directory = outside.directory(self.registry)
        assert directory is not None
        ends: dict[ControllerId, Desk | DoorController] = {DESK: self.desk}
        ends |= {door.controller: door for door in self.reachable()}
        batches, statuses = list[Letter](), list[Letter]()
        for name, end in ends.items():
            batches += [Letter(name, payload) for payload in end.send()]
            statuses.append(Letter(name, end.status()))
        known = {entry.id: entry for entry in directory.controllers}
        outcome = self._hub.ingest(batches, statuses, known, self.hours.true)
        assert outcome.refused == (), outcome.refused
        for reply in outcome.replies:
            ends[reply.to].receive(reply.receipt, public_hex(self.keys["receipt"]))
        return outcome.rows

    def reachable(self) -> tuple[DoorController, ...]:
        """Give the door controllers whose bridges have a network."""
        return tuple(door for name, door in self.doors.items() if name not in self.unreachable)

    def _slots(self, controller: ControllerId) -> Mapping[str, bytes]:
        slot = registry_tables.slot.c
        with self.registry.connect() as connection:
            rows = connection.execute(select(slot.name, slot.body)).all()
        return {row.name: bytes(row.body) for row in rows if needed(row.name, controller)}

    def pass_time(self, until: int) -> None:
        """Let the doors live until a moment (milliseconds since the beginning)."""
        while (due := min((door.due() for door in self.doors.values()), default=until)) < until:
            self.hours.now = max(self.hours.now, due)
            for door in self.doors.values():
                door.turn()
        self.hours.now = max(self.hours.now, until)

    def close(self) -> None:
        """End every program."""
        with suppress(AttributeError):
            self._signer.close()
        for end in self._ends():
            end.close()
        for engine in self._engines():
            engine.dispose()

    def _ends(self) -> Iterator[Desk | DoorController]:
        yield from self.doors.values()
        if hasattr(self, "desk"):
            yield self.desk

    def _engines(self) -> Iterator[Engine]:
        for name in ("registry", "ledger", "_hub_store"):
            if hasattr(self, name):
                yield getattr(self, name)

"""A site made up for a storm: keys, registry and TLS files in a folder, broker and hub as processes.

The registry is signed as the signer signs it; what is in it means nothing.
"""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from socket import socket

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import delete, insert

from card_registry import canonical
from card_registry.durable import write_whole
from card_registry.hint import send_hint
from card_registry.signing import public_hex
from card_registry.statements import ControllerEntry, Denial, DenyList, Directory, People, Policy
from card_registry.stores import registry as tables
from card_registry.stores.engine import open_store
from card_registry.trust.ceremony import Founding, found
from card_registry.trust.publish import Edition, SigningKeys
from card_registry.trust.slots import DENY_LIST, DIRECTORY, FIRST_ROOT, Role, grants_role, plan_slot
from card_registry.words import (
    Approval,
    ControllerId,
    ControllerKind,
    ControllerStatus,
    ExpiredPolicy,
    Subject,
)
from mqtt_bridge.bench import SITE
from mqtt_bridge.keys import make_receipt_key
from mqtt_bridge.tls import issue

PASSPHRASE = b"badai"
ENDING = 10.0
"""Seconds a program may take to end."""


class NotReady(Exception):
    """A program did not start; the text says which."""


def key(name: str) -> Ed25519PrivateKey:
    """Give the same key for the same name; that of a controller is ``mqtt_bridge.bench``'s."""
    return Ed25519PrivateKey.from_private_bytes(sha256(name.encode()).digest())


@dataclass(slots=True)
class House:
    """One such site; ``slots`` is its registry as published last."""

    folder: Path
    controllers: tuple[ControllerId, ...]
    port: int = 0
    root: str = ""
    slots: dict[str, bytes] = field(default_factory=dict)
    edition: int = 1

    def __post_init__(self) -> None:
        """Found it."""
        with socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        (self.folder / "run").mkdir()
        write_whole(self.folder / "passphrase", PASSPHRASE + b"\n", 0o600)
        receipt = public_hex(make_receipt_key(self.folder / "hub", PASSPHRASE))
        for identity in ("broker", "hub", *self.controllers):
            issue(self.folder / "tls", identity, self.tls(identity), PASSPHRASE)
        self._open(receipt)
        self._enrol()

    def tls(self, identity: str) -> Path:
        """Give a party's TLS folder."""
        return self.folder / "tls" / identity

    @property
    def registry(self) -> str:
        """Give the URL of its registry store."""
        return f"sqlite:///{self.folder}/registry.db"

    def _open(self, receipt: str) -> None:
        present = Founding([key("o1"), key("o2"), key("o3")], key("enroller"), key("grants"), key("online"))
        policy = Policy(
            1,
            SITE,
            Approval.SIGNATURE,
            0,
            ExpiredPolicy.KEEP,
            ntp_trusted=True,
            zone="Asia/Jakarta",
            receipt_keys=(receipt,),
            order_keys=(),
            authority_keys=(),
        )
        signed = found(present, People(1, SITE, ()), policy, _now())
        self.root = sha256(signed[FIRST_ROOT]).hexdigest()
        engine = open_store(self.registry, "registry")
        tables.metadata.create_all(engine)
        engine.dispose()
        self._write(signed)

    def _enrol(self) -> None:
        edition = self._begin()
        entries = tuple(
            ControllerEntry(
                one, ControllerKind.DOOR, ControllerStatus.ACTIVE, 1, public_hex(key(one)), "0" * 64, ()
            )
            for one in self.controllers
        )
        edition.put(Role.DOORS, DIRECTORY, canonical.encode(Directory(1, SITE, entries)))
        for one in self.controllers:
            edition.delegate(one)
            edition.put(grants_role(one), plan_slot(one), b'{"nothing":true}')
        self._write(edition.close())

    def revoke(self) -> bytes:
        """Publish one more denial, as the signer does; give the timestamp that carries it."""
        edition = self._begin()
        denials = tuple(Denial(Subject.CARD, f"{one:032x}", one) for one in range(1, self.edition))
        edition.put(Role.DENY, DENY_LIST, canonical.encode(DenyList(1, SITE, denials)))
        changed = edition.close()
        self._write(changed)
        return changed["meta/timestamp"]

    def _begin(self) -> Edition:
        self.edition += 1
        return Edition(
            self.slots, SigningKeys(key("grants"), key("online"), key("enroller")), self.edition, _now()
        )

    def _write(self, changed: dict[str, bytes]) -> None:
        self.slots |= changed
        engine = open_store(self.registry, "registry")
        with engine.begin() as connection:
            connection.execute(delete(tables.slot).where(tables.slot.c.name.in_(changed)))
            rows = [{"name": name, "serial": self.edition, "body": body} for name, body in changed.items()]
            connection.execute(insert(tables.slot), rows)
        engine.dispose()
        send_hint(self.folder / "run" / "hub.sock")

    @contextmanager
    def broker(self, choice: str = "auto") -> Iterator["subprocess.Popen[bytes]"]:
        """Run its broker for a ``with`` block."""
        words = ("--controllers", ",".join(self.controllers), "--tls", self.tls("broker"))
        more = ("--dir", self.folder / "broker", "--broker", choice)
        with self._running("broker", *words, *more) as process:
            yield process

    @contextmanager
    def hub(self) -> Iterator["subprocess.Popen[bytes]"]:
        """Run its hub for a ``with`` block."""
        stores = ("--ledger", f"sqlite:///{self.folder}/ledger.db", "--registry", self.registry)
        keys = ("--receipt-key-dir", self.folder / "hub", "--passphrase-file", self.folder / "passphrase")
        rest = ("--tls", self.tls("hub"), "--run", self.folder / "run", "--root", self.root)
        with self._running("hub", *stores, *keys, *rest) as process:
            yield process

    @contextmanager
    def _running(self, name: str, *words: object) -> Iterator["subprocess.Popen[bytes]"]:
        command = (sys.executable, "-P", "-m", "card_registry.command", "bridge", name, "--site", SITE)
        line = [*command, "--port", str(self.port), *map(str, words)]
        log = self.folder / f"{name}.log"
        with log.open("ab") as errors:
            process = subprocess.Popen(line, stdout=subprocess.PIPE, stderr=errors)
        with process:
            try:
                if process.stdout is None or process.stdout.readline() != b"siap\n":
                    message = f"{name} did not start: {log.read_text()[-300:]}"
                    raise NotReady(message)
                yield process
            finally:
                process.terminate()
                process.wait(ENDING)


def _now() -> int:
    return time.time_ns() // 1_000_000

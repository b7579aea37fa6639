"""A whole small site for the tests of the bridge: keys, signed registry, broker, hub, bridges, and journals.

Everything is real but the door: here a ``Pen`` writes rows and batches as a door does, and reads receipts.
"""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import create_engine, delete, insert, text
from sqlalchemy.schema import CreateSchema

from card_registry import canonical
from card_registry.durable import write_whole
from card_registry.errors import SenderLied
from card_registry.hint import send_hint
from card_registry.journal.batch import VERSION, Batch, batch_name, encode_batch
from card_registry.journal.event import Versions
from card_registry.journal.note import Checkpoint, origin, sign_checkpoint
from card_registry.journal.tree import Frontier, leaf
from card_registry.signing import Purpose, public_hex, seal, unseal
from card_registry.statements import ControllerEntry, Directory, People, Policy, Receipt, Status
from card_registry.stores import registry as registry_tables
from card_registry.stores.engine import open_store
from card_registry.trust.ceremony import Founding, found
from card_registry.trust.publish import Edition, SigningKeys
from card_registry.trust.slots import DIRECTORY, FIRST_ROOT, Role, grants_role
from card_registry.words import (
    Approval,
    ControllerId,
    ControllerKind,
    ControllerStatus,
    ExpiredPolicy,
    SiteId,
    Staleness,
)
from mqtt_bridge.keys import make_receipt_key
from mqtt_bridge.tls import issue

SITE = SiteId("contoh")
DOOR = ControllerId("pengendali-1")
DESK = ControllerId("meja-1")
PASSPHRASE = b"kata sandi uji"
ROOM = Path(__file__).parents[2]


def key(name: str) -> Ed25519PrivateKey:
    """Give the same key for the same name."""
    return Ed25519PrivateKey.from_private_bytes(sha256(name.encode()).digest())


def free_port() -> int:
    """Find a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def until(condition: Callable[[], object], seconds: float, what: str) -> None:
    """Wait until a condition holds; fail after ``seconds``."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"waited {seconds} s for {what}"
        time.sleep(0.005)


class Process:
    """One ``akses bridge`` program (or of another ``group``), with its log."""

    def __init__(self, log: Path, *arguments: object, group: str = "bridge") -> None:
        """Prepare ``akses bridge ARGUMENTS``."""
        self._arguments = [sys.executable, "-m", "card_registry.command", group, *map(str, arguments)]
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, *, ready: bool = True) -> None:
        """Start it, and wait until it says ``siap``."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._arguments, cwd=ROOM, stdout=subprocess.PIPE, stderr=log, stdin=subprocess.DEVNULL
            )
        if ready:
            self.wait_ready()

    def wait_ready(self) -> None:
        """Wait for the line ``siap``."""
        assert self._process is not None
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        self._process.stdout.close()
        assert line == b"siap\n", self._log.read_text()

    @property
    def pid(self) -> int:
        """Give the process id."""
        assert self._process is not None
        return self._process.pid

    def alive(self) -> bool:
        """Tell whether it runs."""
        return self._process is not None and self._process.poll() is None

    def kill(self) -> None:
        """Kill -9."""
        self._end(9)

    def stop(self) -> int:
        """Ask it to end, and give its exit code."""
        return self._end(15)

    def _end(self, number: int) -> int:
        if self._process is None:
            return 0
        self._process.send_signal(number)
        code = self._process.wait(5)
        if self._process.stdout is not None:
            self._process.stdout.close()
        self._process = None
        return code

    def log(self) -> str:
        """Give what it logged so far."""
        return self._log.read_text()


class Site:
    """Keys, stores and folders of a site with one door and one desk."""

    def __init__(
        self,
        folder: Path,
        controllers: tuple[ControllerId, ...] = (DOOR, DESK),
        name: SiteId = SITE,
        database: str = "",
    ) -> None:
        """Found the site in ``folder``, with its stores there or all in one PostgreSQL ``database``."""
        self.folder, self.controllers, self.port, self.name = folder, controllers, free_port(), name
        self.tls, self.run = folder / "tls", folder / "run"
        self.ledger = database or f"sqlite:///{folder}/ledger.db"
        self.registry = database or f"sqlite:///{folder}/registry.db"
        self.passphrase = folder / "passphrase"
        self.run.mkdir()
        write_whole(self.passphrase, PASSPHRASE + b"\n", 0o600)
        self.receipt_key = make_receipt_key(folder / "hub", PASSPHRASE)
        for identity in ("broker", "hub"):
            issue(self.tls, identity, self.tls / identity, PASSPHRASE, site=name if database else "")
        for controller in controllers:
            issue(self.tls, controller, self.home(controller) / "tls", PASSPHRASE)
            for part in ("slots", "outbox", "run"):
                (self.home(controller) / part).mkdir()
        self.slots: dict[str, bytes] = {}
        self._found()
        (folder / "logs").mkdir()
        self.processes: list[Process] = []

    def home(self, controller: ControllerId) -> Path:
        """Give a controller's own folder."""
        return self.folder / controller

    def _found(self) -> None:
        present = Founding([key("o1"), key("o2"), key("o3")], key("enroller"), key("grants"), key("online"))
        self.policy = Policy(
            1, self.name, Approval.SIGNATURE, 0, ExpiredPolicy.KEEP, ntp_trusted=True, zone="Asia/Jakarta",
            receipt_keys=(public_hex(self.receipt_key),), order_keys=(), authority_keys=(),
        )  # fmt: skip
        self.people = People(1, self.name, ())
        self.slots = found(present, self.people, self.policy, _now())
        self.root = sha256(self.slots[FIRST_ROOT]).hexdigest()
        engine = open_store(self.registry, "registry")
        with engine.begin() as connection:
            if engine.dialect.name == "postgresql":
                connection.execute(CreateSchema("registry"))
            registry_tables.metadata.create_all(connection)
        engine.dispose()
        self.serial = 0
        self.write_slots(self.slots)
        self.enrol(*(self.entry(controller) for controller in self.controllers))

    def entry(self, controller: ControllerId, epoch: int = 1) -> ControllerEntry:
        """Give a controller's entry in the directory."""
        return ControllerEntry(
            controller, ControllerKind.DOOR, ControllerStatus.ACTIVE, epoch,
            public_hex(key(controller)), "0" * 64, (),
        )  # fmt: skip

    def enrol(self, *entries: ControllerEntry) -> None:
        """Sign and publish a directory of these controllers."""
        self.serial += 1
        keys = SigningKeys(key("grants"), key("online"), key("enroller"))
        edition = Edition(self.slots, keys, self.serial + 1, _now())
        edition.put(Role.DOORS, DIRECTORY, canonical.encode(Directory(1, self.name, entries)))
        for one in entries:
            edition.delegate(one.id)
            edition.put(grants_role(one.id), f"d/{one.id}/plan", b'{"edition":%d}' % edition.number)
        self.write_slots(edition.close())

    def write_slots(self, changed: dict[str, bytes]) -> None:
        """Write slots as the signer does, in one transaction, and hint the hub."""
        self.serial += 1
        self.slots |= changed
        engine = open_store(self.registry, "registry")
        table = registry_tables.slot
        with engine.begin() as connection:
            connection.execute(delete(table).where(table.c.name.in_(changed)))
            rows = [{"name": name, "serial": self.serial, "body": body} for name, body in changed.items()]
            connection.execute(insert(table), rows)
        engine.dispose()
        send_hint(self.run / "hub.sock")

    def broker(self, choice: str, *more: object) -> Process:
        """Give the broker, not yet started."""
        return self._process(
            "broker", "--site", self.name, "--controllers", ",".join(self.controllers), "--port", self.port,
            "--tls", self.tls / "broker", "--dir", self.folder / "broker", "--broker", choice, *more,
        )  # fmt: skip

    def hub(self, *more: object, port: int = 0) -> Process:
        """Give the hub, not yet started; ``port`` is of what stands before the broker."""
        return self._process(
            "hub", "--site", self.name, "--ledger", self.ledger, "--registry", self.registry,
            "--receipt-key-dir", self.folder / "hub", "--passphrase-file", self.passphrase,
            "--tls", self.tls / "hub", "--port", port or self.port, "--run", self.run, "--root", self.root,
            *more,
        )  # fmt: skip

    def bridge(self, controller: ControllerId = DOOR, *more: object, port: int = 0) -> Process:
        """Give a controller's bridge, not yet started; ``port`` is of what stands before the broker."""
        return self._process(
            "door", "--dir", self.home(controller), "--port", port or self.port, "--site", self.name,
            "--controller", controller, *more,
        )  # fmt: skip

    def _process(self, name: str, *arguments: object) -> Process:
        log = self.folder / "logs" / f"{name}-{len(self.processes)}.log"
        self.processes.append(Process(log, name, *arguments))
        return self.processes[-1]

    def end(self) -> None:
        """Kill whatever still runs."""
        for process in self.processes:
            with suppress(ProcessLookupError):
                process.kill()

    def rows(self, controller: ControllerId = DOOR, epoch: int = 1) -> list[bytes]:
        """Give the rows of the ledger, in order."""
        statement = "select body from event where controller = :c and epoch = :e order by seq"
        return [bytes(row[0]) for row in self.query(statement, c=controller, e=epoch)]

    def query(self, statement: str, **values: object) -> list[tuple[Any, ...]]:
        """Ask the ledger."""
        engine = create_engine(self.ledger)
        try:
            with engine.connect() as connection:
                return [tuple(row) for row in connection.execute(text(statement), values)]
        finally:
            engine.dispose()


def _now() -> int:
    return time.time_ns() // 1_000_000


@contextmanager
def site_in(folder: Path) -> Iterator[Site]:
    """Found a site, and leave no process behind."""
    site = Site(folder)
    try:
        yield site
    finally:
        site.end()


class Pen:
    """Writes a controller's journal and outbox as a door does, and takes its receipts."""

    def __init__(self, site: Site, controller: ControllerId = DOOR, epoch: int = 1) -> None:
        """Begin an epoch of a controller's journal."""
        self._site, self.controller, self.epoch = site, controller, epoch
        self._key = key(controller)
        self.outbox, self.slots = site.home(controller) / "outbox", site.home(controller) / "slots"
        self.bridge_socket = site.home(controller) / "run" / "bridge.sock"
        self.rows: list[bytes] = []
        self.frontier = Frontier()
        self.receipted = 0
        self._ends: dict[str, int] = {}
        self._roots = {0: self.frontier.root().hex()}

    def row(self) -> bytes:
        """Make up the next row: canonical JSON as long as a real event."""
        number = len(self.rows)
        salt = os.urandom(12).hex()
        return canonical.encode(
            {"controller": self.controller, "fill": "x" * 300, "salt": salt, "seq": number}
        )

    def batch(self, count: int = 1) -> Batch:
        """Append rows and give them as a batch."""
        start = len(self.rows)
        rows = []
        for _ in range(count):
            rows.append(self.row())
            self.rows.append(rows[-1])
        self.frontier = self.frontier.extend(leaf(row) for row in rows)
        self._roots[self.frontier.size] = self.frontier.root().hex()
        return Batch(VERSION, self.controller, self.epoch, start, tuple(rows), self.note())

    def note(self) -> bytes:
        """Sign the head."""
        name = origin(self._site.name, self.controller, self.epoch)
        return sign_checkpoint(Checkpoint(name, self.frontier.size, self.frontier.root()), self._key)

    def write(self, count: int = 1) -> None:
        """Append rows, put them into the outbox, hint the bridge."""
        self.publish(self.batch(count))

    def publish(self, batch: Batch) -> None:
        """Put a batch into the outbox and hint the bridge."""
        name = batch_name(self.epoch, batch.start)
        self._ends[name] = batch.end
        write_whole(self.outbox / name, encode_batch(batch))
        send_hint(self.bridge_socket)

    def rewrite(self, start: int) -> None:
        """Put rows that were receipted once into the outbox again, as a door does for a backward receipt."""
        rows = tuple(self.rows[start:])
        name = batch_name(self.epoch, start)
        self._ends[name] = len(self.rows)
        batch = Batch(VERSION, self.controller, self.epoch, start, rows, self.note())
        write_whole(self.outbox / name, encode_batch(batch))
        send_hint(self.bridge_socket)

    def take_receipt(self) -> bool:
        """Read the newest receipt, hold it against the tree, remove what it covers; a forged one is none."""
        try:
            data = (self.slots / "ack").read_bytes()
            receipt = unseal(Purpose.RECEIPT, data, Receipt, [public_hex(self._site.receipt_key)])
        except (FileNotFoundError, SenderLied):
            return False
        if receipt.epoch != self.epoch:
            return False
        assert (receipt.controller, receipt.root) == (self.controller, self._roots[receipt.next])
        self.receipted = receipt.next
        for name in [name for name, end in self._ends.items() if end <= receipt.next]:
            (self.outbox / name).unlink(missing_ok=True)
            del self._ends[name]
        return True

    def all_receipted(self) -> bool:
        """Tell whether every row is under a receipt."""
        return self.take_receipt() and self.receipted == len(self.rows)

    def status(self, number: int, receipted: int | None = None) -> bytes:
        """Sign a status."""
        status = Status(
            1, self._site.name, self.controller, self.epoch, number, "0" * 32, _now(), Staleness.FRESH,
            Versions(), len(self.rows), self.receipted if receipted is None else receipted, (),
        )  # fmt: skip
        return seal(Purpose.STATUS, status, self._key)

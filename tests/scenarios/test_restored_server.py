"""A server restored from a backup: the real journal and outbox of a door against the real ledger of a hub.

The bridge and the broker between them are this file's: they carry files and receipts, and may play old ones.
"""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select
from sqlalchemy.engine import make_url

from card_registry.durable import write_whole
from card_registry.instant import DAY
from card_registry.journal.batch import parse_name
from card_registry.journal.event import (
    Alarmed,
    Body,
    Exited,
    Started,
    Versions,
    decode_body,
    decode_event,
)
from card_registry.signing import public_hex
from card_registry.statements import ControllerEntry
from card_registry.stores import ledger as tables
from card_registry.words import (
    ControllerId,
    ControllerKind,
    ControllerStatus,
    DoorId,
    SiteId,
    Staleness,
)
from door_controller import inspection
from door_controller.clock import Clock, boottime, read_clocks
from door_controller.courier import Courier, Ways
from door_controller.interval import Clocks
from door_controller.journal import Journal
from door_controller.outbox import Outbox, View
from mqtt_bridge.ledger import Ledger, open_ledger
from mqtt_bridge.posting import Letter
from tests import postgres

SITE, WHO = SiteId("contoh"), ControllerId("pengendali-1")
LOG_KEY = Ed25519PrivateKey.from_private_bytes(bytes(31) + b"\1")
HUB_KEY = Ed25519PrivateKey.from_private_bytes(bytes(31) + b"\2")
BEGAN = 1_790_000_000_000
RETENTION_D = 90


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    """Give a running PostgreSQL."""
    programs = postgres.binaries()
    if programs is None:
        pytest.skip("this machine has no PostgreSQL")
    with postgres.cluster(programs) as url:
        yield url


@dataclass
class Server:
    """A hub's ledger in one database, which can be backed up and restored as an office does it."""

    url: str
    ledger: Ledger = field(init=False)

    def __post_init__(self) -> None:
        """Start the hub."""
        self._engine = open_ledger(self.url)
        self.ledger = Ledger(self._engine, SITE, HUB_KEY)

    def stop(self) -> None:
        """End the hub."""
        self._engine.dispose()

    def backup(self, name: str) -> None:
        """Keep a copy of everything, the hub standing still."""
        self.stop()
        self._copy(name, restore=False)
        self.__post_init__()

    def restore(self, name: str) -> None:
        """Replace everything by a copy."""
        self.stop()
        self._copy(name, restore=True)
        self.__post_init__()

    def _copy(self, name: str, *, restore: bool) -> None:
        url = make_url(self.url)
        ours, kept = str(url.database), f"{url.database}_{name}"
        source, target = (kept, ours) if restore else (ours, kept)
        if url.get_backend_name() == "sqlite":
            for end in ("-wal", "-shm"):
                Path(target + end).unlink(missing_ok=True)
            shutil.copy(source, target)
            return
        outside = url.set(drivername="postgresql", database="postgres").render_as_string()
        with psycopg.connect(outside, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {target} WITH (FORCE)")
            connection.execute(f"CREATE DATABASE {target} TEMPLATE {source}")

    def rows(self, epoch: int = 1) -> list[bytes]:
        """Give what is stored of an epoch."""
        row = tables.event.c
        with self._engine.connect() as connection:
            query = select(row.body).where(row.controller == WHO, row.epoch == epoch).order_by(row.seq)
            return [bytes(body) for body in connection.scalars(query)]


class Door:
    """A controller's journal, outbox and courier, on a clock that a test moves by days."""

    def __init__(self, folder: Path) -> None:
        """Begin in an empty folder."""
        self.folder, self.noted, self.days = folder, list[Body](), 0
        self.turns = 0
        self.journal = Journal(folder / "door.db", SITE, WHO)
        self.start()

    def start(self) -> None:
        """Start the courier, as after a boot."""
        clock = Clock(0, read=self._read)
        clock.learn_signed(BEGAN + self.days * DAY)
        slots = self.folder / "slots"
        slots.mkdir(exist_ok=True)
        ways = Ways(slots, self.folder / "door.sock", self.folder / "bridge.sock")
        outbox = Outbox(self.folder / "outbox", self.journal, LOG_KEY, 1)
        keys = [public_hex(HUB_KEY)]
        self.clock = clock
        self.courier = Courier(ways, outbox, self.journal, clock, lambda: keys, self._view, self.noted.append)
        self.courier.prune(RETENTION_D)

    def _view(self) -> View:
        """Give a status that differs every time, so that each turn writes one."""
        self.turns += 1
        return View(5, Staleness.FRESH, Versions(), (), (f"turn-{self.turns}",))

    def _read(self) -> Clocks:
        now = read_clocks()
        return Clocks(now.wall, boottime() + self.days * DAY, synchronised=False)

    def write(self, count: int) -> None:
        """Let some people leave."""
        for _ in range(count):
            self.journal.append(Exited(DoorId("ruang-server")), self.clock.moment())

    def close(self) -> None:
        """End everything."""
        self.courier.close()
        self.journal.close()


@dataclass
class Line:
    """The bridge and broker between door and hub: carries what is there, and remembers every receipt."""

    door: Door
    server: Server
    played: list[bytes] = field(default_factory=list)

    def carry(self, turns: int = 8) -> None:
        """Carry both ways until nothing is new."""
        entry = ControllerEntry(
            WHO, ControllerKind.DOOR, ControllerStatus.ACTIVE, 1, public_hex(LOG_KEY), "0" * 64, ()
        )
        for _ in range(turns):
            self.door.courier.turn()
            files = sorted((self.door.folder / "outbox").iterdir())
            letters = [Letter(WHO, file.read_bytes()) for file in files if parse_name(file.name)]
            now = BEGAN + self.door.days * DAY + len(self.played)
            status = [Letter(WHO, (self.door.folder / "outbox" / "status").read_bytes())]
            outcome = self.server.ledger.ingest(letters, status, {WHO: entry}, now)
            for reply in outcome.replies:
                self.show(reply.receipt)

    def hello(self) -> None:
        """Let the hub say what it says on every connection."""
        for reply in self.server.ledger.replies():
            self.show(reply.receipt)
            self.door.courier.turn()

    def show(self, receipt: bytes) -> None:
        """Put a receipt into the door's slot folder, as a bridge does."""
        self.played.append(receipt)
        write_whole(self.door.folder / "slots" / "ack", receipt)


@pytest.fixture(params=["sqlite", "postgresql"])
def line(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Line]:
    """Give a door and a hub on one of the databases."""
    door = Door(tmp_path)
    if request.param == "sqlite":
        yield from _between(door, f"sqlite:///{tmp_path}/ledger.db")
        return
    with postgres.database(request.getfixturevalue("cluster")) as url:
        yield from _between(door, url)


def _between(door: Door, url: str) -> Iterator[Line]:
    server = Server(url)
    yield Line(door, server)
    door.close()
    server.stop()


def whole(line: Line, epoch: int = 1) -> bool:
    """Say whether the hub has exactly the door's rows of an epoch."""
    return line.server.rows(epoch) == line.door.journal.rows(epoch, 0, 1 << 20)


def test_a_restored_server_gets_every_row_again(line: Line) -> None:
    """Restored once, and once more to an even older day, across a start of the door: nothing is missing."""
    line.server.backup("empty")
    line.door.write(30)
    line.carry(4)
    line.server.backup("early")
    line.door.write(50)
    line.carry(4)
    assert whole(line)
    for name, back in (("early", 30), ("empty", 0)):
        line.server.restore(name)
        assert len(line.server.rows()) == back
        line.hello()
        line.door.write(5)
        line.door.courier.close()
        line.door.start()
        line.carry(4)
        assert whole(line)
        assert inspection.receipted(line.door.journal, 1) == line.door.journal.head.size
    assert (line.door.journal.head.epoch, line.door.noted) == (1, [])


def test_a_restored_server_gets_what_pruning_left(line: Line) -> None:
    """A backup of yesterday is younger than any retention: the door has all that it lacks."""
    line.door.write(60)
    line.carry(4)
    old = line.server.rows()
    line.door.days += RETENTION_D
    line.door.write(20)
    line.carry(4)
    line.server.backup("yesterday")
    line.door.days += 1
    line.door.write(20)
    line.carry(6)
    assert len(line.door.journal.rows(1, 0, 60)) == 0, "the first day's rows are pruned by now"

    line.server.restore("yesterday")
    line.hello()
    line.carry(4)
    assert line.server.rows()[:60] == old
    assert line.server.rows()[60:] == line.door.journal.rows(1, 0, 1 << 20)
    assert line.door.journal.head.epoch == 1


def test_a_server_restored_from_before_retention_is_alarmed_and_nothing_is_lost(line: Line) -> None:
    """The door keeps what it has of the epoch, says so, and goes on in a new one that the server takes."""
    line.door.write(20)
    line.carry(4)
    line.server.backup("long_ago")
    line.door.days += 2
    line.door.write(40)
    line.carry(4)
    line.door.days += RETENTION_D + 1
    line.door.write(10)
    line.carry(6)
    kept = line.door.journal.rows(1, 0, 1 << 20)
    assert kept
    assert len(kept) < 70

    line.server.restore("long_ago")
    line.hello()
    line.carry(4)
    alarms = [body.alarm for body in line.door.noted if isinstance(body, Alarmed)]
    started = decode_body(decode_event(line.door.journal.rows(2, 0, 1)[0]))
    assert alarms == ["server-behind"]
    assert isinstance(started, Started)
    assert started.receipt is not None
    assert (started.receipt.epoch, started.receipt.size) == (1, 20)
    assert whole(line, 2)
    assert line.door.journal.rows(1, 0, 1 << 20) == kept
    line.door.days += 2 * RETENTION_D
    line.carry(4)
    line.hello()
    assert line.door.journal.rows(1, 0, 1 << 20) == kept, "what is nowhere else is never pruned"
    assert line.door.journal.head.epoch == 2


def test_an_old_receipt_played_again_costs_traffic_and_no_row(line: Line) -> None:
    """A broker that plays every receipt it ever saw, in any order, neither forks the journal nor prunes."""
    for _ in range(4):
        line.door.write(12)
        line.carry(2)
        line.door.days += 40
    line.carry(6)
    for receipt in [*line.played, *reversed(line.played)]:
        line.show(receipt)
        line.door.courier.turn()
    line.carry(4)

    assert line.door.journal.head.epoch == 1
    assert line.server.rows()[-1] == line.door.journal.rows(1, 0, 1 << 20)[-1]
    assert len(line.server.rows()) == line.door.journal.head.size
    assert not [body for body in line.door.noted if isinstance(body, Alarmed)]

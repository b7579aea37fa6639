"""A million rows of one controller: written, sent, stored, receipted, started upon, pruned and verified."""

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Engine, func, select

from card_registry.instant import DAY
from card_registry.journal.batch import parse_name
from card_registry.journal.event import Exited, Moment, encode_event
from card_registry.journal.tree import Frontier, leaf
from card_registry.signing import public_hex
from card_registry.statements import ControllerEntry
from card_registry.stores import ledger as tables
from card_registry.words import (
    ControllerId,
    ControllerKind,
    ControllerStatus,
    DoorId,
    SiteId,
    TimeQuality,
)
from door_controller import inspection
from door_controller.journal import Journal, place_of
from door_controller.opening import open_journal
from door_controller.outbox import Accepted, Outbox
from door_controller.pruning import Pruning, keep_milestone
from door_controller.store import open_store, transaction
from mqtt_bridge.ledger import Ledger, open_ledger
from mqtt_bridge.posting import Letter
from tests import postgres

SITE, WHO = SiteId("contoh"), ControllerId("pengendali-1")
LOG_KEY = Ed25519PrivateKey.from_private_bytes(bytes(31) + b"\1")
HUB_KEY = Ed25519PrivateKey.from_private_bytes(bytes(31) + b"\2")
BEGAN = 1_790_000_000_000
AT = Moment(BEGAN, BEGAN, None, TimeQuality.FLOOR, "b" * 32, 7)
RETENTION_D = 90


def test_a_few_thousand_rows_go_all_the_way(tmp_path: Path) -> None:
    """The same way for a few thousand rows, for every run of the tests."""
    store = open_ledger(f"sqlite:///{tmp_path}/ledger.db")
    go_all_the_way(tmp_path, store, 10_000)
    store.dispose()


@pytest.mark.long
@pytest.mark.parametrize(("database", "count"), [("sqlite", 1_000_000), ("postgresql", 200_000)])
def test_a_million_rows_go_all_the_way(tmp_path: Path, database: str, count: int) -> None:
    """Nothing is lost, doubled or reordered, and the journal's tree is the ledger's."""
    with tempfile.TemporaryDirectory(dir=tmp_path) as room, place_for(database, Path(room)) as url:
        store = open_ledger(url)
        go_all_the_way(Path(room), store, count)
        store.dispose()


@contextlib.contextmanager
def place_for(database: str, folder: Path) -> Iterator[str]:
    """Give where the ledger is."""
    if database == "sqlite":
        yield f"sqlite:///{folder}/ledger.db"
        return
    programs = postgres.binaries()
    if programs is None:
        pytest.skip("this machine has no PostgreSQL")
    with postgres.cluster(programs) as url:
        yield url


def go_all_the_way(folder: Path, store: Engine, count: int) -> None:
    """Follow a controller's rows from its disk to the server, and off its disk again."""
    lay_out(folder / "door.db", count)
    opened = open_journal(folder / "door.db", SITE, WHO, 1, "akses-door")
    with opened.journal as journal:
        assert journal.head.size == count + 1
        send(folder, journal, Ledger(store, SITE, HUB_KEY))
        with store.connect() as connection:
            assert connection.scalar(select(func.count()).select_from(tables.event)) == count + 1
            head = connection.execute(select(tables.head)).one()
        assert Frontier.load(bytes(head.frontier)).root().hex() == journal.head.root
        prune(journal)
        kept = journal.look("SELECT count(*) FROM row")[0][0]
        assert kept < count // 100 + 3, (
            "what is left: the last row under the receipt, and the events of pruning"
        )
        assert [damage for _, _, damage in inspection.inspect_all(journal)] == [None]
    again = open_journal(folder / "door.db", SITE, WHO, 1, "akses-door")
    with again.journal as journal:
        assert journal.head.epoch == 1


def lay_out(path: Path, count: int) -> None:
    """Write a journal's rows as appends leave them, in a few transactions."""
    store, tree = open_store(path), Frontier()
    body = Exited(DoorId("ruang-server"))
    for start in range(0, count, 50_000):
        rows = []
        for seq in range(start, min(start + 50_000, count)):
            row = encode_event(SITE, WHO, (1, seq), body, AT, f"{seq:024x}")
            tree = tree.append(leaf(row))
            rows.append((place_of(1, seq), row, tree.dump()))
        with transaction(store):
            store.executemany("INSERT INTO row (place, body, frontier) VALUES (?, ?, ?)", rows)
    store.close()


def send(folder: Path, journal: Journal, ledger: Ledger) -> None:
    """Carry batches and receipts until everything is under a receipt."""
    outbox = Outbox(folder / "outbox", journal, LOG_KEY, 1)
    entry = ControllerEntry(
        WHO, ControllerKind.DOOR, ControllerStatus.ACTIVE, 1, public_hex(LOG_KEY), "0" * 64, ()
    )
    while inspection.receipted(journal, 1) < journal.head.size:
        outbox.refill()
        files = sorted(file for file in (folder / "outbox").iterdir() if parse_name(file.name))
        letters = [Letter(WHO, file.read_bytes()) for file in files]
        outcome = ledger.ingest(letters, [], {WHO: entry}, BEGAN)
        taken = outbox.accept(outcome.replies[-1].receipt, [public_hex(HUB_KEY)])
        assert isinstance(taken, Accepted)
        keep_milestone(journal, taken.receipt, BEGAN if taken.receipt.next == journal.head.size else 0)


def prune(journal: Journal) -> None:
    """Take the turns of pruning, long after, until nothing is due."""
    pruning, left = Pruning(journal, RETENTION_D), ([(-1,)], 0)
    while left != (now := (journal.look("SELECT min(place) FROM row"), journal.head.size)):
        left = now
        for _ in range(20):
            assert pruning.turn(AT, BEGAN + RETENTION_D * DAY) is None

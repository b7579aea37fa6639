"""The bridge's measured numbers: how fast the hub stores what controllers send, against the database itself.

Batches are made beforehand, with real events and real signatures. The hub's time begins with bytes from the
wire and ends with sealed receipts after the commit. The limit writes the same rows with the bare driver, in
transactions of the same size, just as durably. The two take turns, so that a busy machine slows both.
PostgreSQL is measured where this machine has it, in a cluster of its own. How rows are found and printed is
``command.bench``'s work.
"""

import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import create_engine, text

from card_registry.circumstances import Circumstances
from card_registry.command.bench_postgres import binaries, cluster
from card_registry.command.bench_row import Row
from card_registry.journal.batch import MAX_ROWS, VERSION, Batch, encode_batch
from card_registry.journal.event import Moment, Tapped, Versions, encode_event
from card_registry.journal.note import Checkpoint, origin, sign_checkpoint
from card_registry.journal.tree import Frontier, leaf
from card_registry.signing import public_hex
from card_registry.statements import ControllerEntry
from card_registry.stores.loading import Target
from card_registry.stores.loading import load as bulk
from card_registry.words import (
    ControllerId,
    ControllerKind,
    ControllerStatus,
    CredentialKind,
    DoorId,
    ReaderId,
    Reason,
    Side,
    SiteId,
    Tier,
    TimeQuality,
)
from mqtt_bridge.ledger import Ledger, open_ledger
from mqtt_bridge.posting import Letter

SITE = SiteId("contoh")
CONTROLLERS = 8
BATCHES = 40
"""Batches of each controller."""

TOGETHER = 4
"""Batches of each controller that wait together, as a bridge's window makes them."""

ROUNDS = 3
TARGET = 60_000
"""Events a second (DESIGN §10)."""


@dataclass(frozen=True, slots=True)
class Load:
    """What one controller sends: its directory entry, its batches as bytes, and the rows in them."""

    entry: ControllerEntry
    batches: tuple[bytes, ...]
    rows: tuple[bytes, ...]


def rows(batches: int = BATCHES, rounds: int = ROUNDS) -> Iterator[Row]:
    """Measure ingest of eight controllers' backlogs, in events a second; the best of some rounds each."""
    loads = [invented(f"pengendali-{number}", batches) for number in range(1, CONTROLLERS + 1)]
    yield _on_sqlite(loads, rounds)
    if (programs := binaries()) is not None:
        with cluster(programs, durable=True) as url:
            yield _on_postgresql(url, loads, rounds)


def _on_sqlite(loads: list[Load], rounds: int) -> Row:
    ours, bare = [], []
    with tempfile.TemporaryDirectory() as folder:
        for number in range(rounds):
            place = Path(folder) / str(number)
            place.mkdir()
            ours.append(_ingest(f"sqlite:///{place}/ledger.db", loads))
            bare.append(_bare(place, loads))
    return _row("SQLite", loads, min(ours), min(bare))


def _on_postgresql(url: str, loads: list[Load], rounds: int) -> Row:
    ours, bare = [], []
    for _ in range(rounds):
        _empty(url)
        ours.append(_ingest(url, loads))
        bare.append(_bare_copy(url, loads))
    return _row("PostgreSQL", loads, min(ours), min(bare))


def _row(database: str, loads: list[Load], took: float, limit: float) -> Row:
    count = sum(len(load.rows) for load in loads)
    ours, bare = count / took, count / limit
    return Row(
        f"hub ingest, {CONTROLLERS} controllers, verified, durable, receipted, {database}",
        "journal",
        ours,
        "events/s",
        f"≥ {TARGET} events/s",
        bare,
        ours / bare,
        ours >= TARGET,
    )


def invented(name: str, batches: int) -> Load:
    """Make up a controller's backlog."""
    controller = ControllerId(name)
    key = Ed25519PrivateKey.from_private_bytes(sha256(name.encode()).digest())
    found = tuple(_event(controller, number) for number in range(batches * MAX_ROWS))
    frontier, payloads = Frontier(), []
    for start in range(0, len(found), MAX_ROWS):
        part = found[start : start + MAX_ROWS]
        frontier = frontier.extend(leaf(row) for row in part)
        head = Checkpoint(origin(SITE, controller, 1), frontier.size, frontier.root())
        payloads.append(encode_batch(Batch(VERSION, controller, 1, start, part, sign_checkpoint(head, key))))
    entry = ControllerEntry(
        controller, ControllerKind.DOOR, ControllerStatus.ACTIVE, 1, public_hex(key), "0" * 64, ()
    )
    return Load(entry, tuple(payloads), found)


def _event(controller: ControllerId, number: int) -> bytes:
    tapped = Tapped(
        door=DoorId("ruang-server"),
        reader=ReaderId("masuk"),
        side=Side.IN,
        kind=CredentialKind.PKOC,
        tier=Tier.PUBLIC_KEY,
        credential=f"{number:064x}",
        granted=False,
        reason=Reason.UNKNOWN_CREDENTIAL,
        circumstances=Circumstances(),
        versions=Versions(1, 1, 1, 1),
    )
    at = Moment(number, number, number, TimeQuality.SYNC, "0" * 32, number)
    return encode_event(SITE, controller, (1, number), tapped, at, f"{number:024x}")


def _ingest(url: str, loads: list[Load]) -> float:
    """Give the seconds our hub takes for everything."""
    engine = open_ledger(url)
    try:
        ledger = Ledger(engine, SITE, Ed25519PrivateKey.generate())
        directory = {load.entry.id: load.entry for load in loads}
        begun = time.perf_counter()
        for turn in range(0, len(loads[0].batches), TOGETHER):
            letters = [
                Letter(load.entry.id, payload)
                for load in loads
                for payload in load.batches[turn : turn + TOGETHER]
            ]
            ledger.ingest(letters, [], directory, turn)
        return time.perf_counter() - begun
    finally:
        engine.dispose()


def _bare(folder: Path, loads: list[Load]) -> float:
    """Give the seconds SQLite takes for the same rows in transactions of the same size."""
    with closing(sqlite3.connect(folder / "bare.db", isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute(
            "CREATE TABLE event (controller TEXT, epoch INTEGER, seq INTEGER, body BLOB NOT NULL, "
            "leaf BLOB NOT NULL, PRIMARY KEY (controller, epoch, seq)) WITHOUT ROWID"
        )
        size = TOGETHER * MAX_ROWS
        begun = time.perf_counter()
        for start in range(0, len(loads[0].rows), size):
            connection.execute("BEGIN IMMEDIATE")
            for load in loads:
                part = load.rows[start : start + size]
                connection.executemany(
                    "INSERT INTO event VALUES (?, 1, ?, ?, zeroblob(32))",
                    [(load.entry.id, seq, row) for seq, row in enumerate(part, start)],
                )
            connection.execute("COMMIT")
        return time.perf_counter() - begun


def _empty(url: str) -> None:
    """Drop what an earlier round left."""
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA IF EXISTS ledger CASCADE"))
        connection.execute(text("DROP TABLE IF EXISTS bare"))
    engine.dispose()


def _bare_copy(url: str, loads: list[Load]) -> float:
    """Give the seconds PostgreSQL takes for the same rows, copied in transactions of the same size."""
    engine = create_engine(url)
    columns = ("controller", "epoch", "seq", "body", "leaf")
    target = Target("public", "bare", columns, ("varchar", "int4", "int8", "bytea", "bytea"))
    with engine.begin() as connection:
        connection.execute(
            text(
                "CREATE TABLE bare (controller varchar(32), epoch int, seq bigint, body bytea NOT NULL, "
                "leaf bytea NOT NULL, PRIMARY KEY (controller, epoch, seq))"
            )
        )
    size, leaves = TOGETHER * MAX_ROWS, bytes(32)
    begun = time.perf_counter()
    for start in range(0, len(loads[0].rows), size):
        with engine.begin() as connection:
            for load in loads:
                part = load.rows[start : start + size]
                rows = [(load.entry.id, 1, seq, row, leaves) for seq, row in enumerate(part, start)]
                bulk(connection, target, rows)
    took = time.perf_counter() - begun
    engine.dispose()
    return took

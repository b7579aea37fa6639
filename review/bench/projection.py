"""The office's measured numbers: how fast ledger rows become occurrences, against the database itself.

The ledger is made beforehand. Our time begins with the follower's look and ends when every row is committed
with all its indexes. The limit writes the same occurrences into the same table, indexes included, with the
bare driver and in transactions of the same size: what is left is reading, parsing and the case's look-up.
"""

import random
import tempfile
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from sqlalchemy import Engine, MetaData, delete, insert, select, text
from sqlalchemy.schema import CreateSchema

from card_registry.circumstances import Circumstances
from card_registry.command.bench_postgres import binaries, cluster
from card_registry.command.bench_row import Row
from card_registry.journal.event import Moment, Tapped, Versions, encode_event
from card_registry.stores import ledger, registry
from card_registry.stores.engine import open_store
from card_registry.stores.loading import load, target_of
from card_registry.words import (
    CardId,
    ControllerId,
    CredentialKind,
    DoorId,
    GrantId,
    HolderId,
    ReaderId,
    Reason,
    Side,
    SiteId,
    Tier,
    TimeQuality,
)
from review.follow import BATCH, project_ledger
from review.office import Office
from review.setting_up import open_office
from review.tables import follow, occurrence

SITE, CONTROLLER = SiteId("contoh"), ControllerId("pengendali-1")
COUNT, ROUNDS = 40_000, 3
DOORS, CARDS, HOLDERS = 40, 2_000, 1_500
DENIED = 0.1
TARGET = 10_000
"""Events a second (DESIGN §10)."""


def rows(count: int = COUNT, rounds: int = ROUNDS) -> Iterator[Row]:
    """Measure the projection on each database that is here; the best of some rounds."""
    events = list(_events(count))
    with tempfile.TemporaryDirectory() as folder:
        urls = tuple(f"sqlite:///{folder}/{name}.db" for name in ("office", "registry", "ledger"))
        yield _row("SQLite", urls, events, rounds)
    if (programs := binaries()) is not None:
        with cluster(programs, durable=True) as url:
            yield _row("PostgreSQL", (url, url, url), events, rounds)


def _events(count: int) -> Iterator[bytes]:
    chance = random.Random(1)  # noqa: S311 - the same rows in every run
    for seq in range(count):
        card, denied = chance.randrange(CARDS), chance.random() < DENIED
        body = Tapped(
            door=DoorId(f"pintu-{chance.randrange(DOORS)}"),
            reader=ReaderId("masuk"),
            side=Side.IN,
            kind=CredentialKind.PKOC,
            tier=Tier.PUBLIC_KEY,
            credential=f"{card:064x}",
            granted=not denied,
            reason=Reason.OUTSIDE_SCHEDULE if denied else Reason.GRANTED,
            circumstances=Circumstances(),
            versions=Versions(1, 1, 1, 1),
            card=CardId(f"{card:032x}"),
            holder=HolderId(f"{card % HOLDERS:032x}"),
            grant=GrantId(f"{card:032x}"),
        )
        at = Moment(1_790_000_000_000 + seq * 1000, seq, None, TimeQuality.SYNC, "0" * 32, seq)
        yield encode_event(SITE, CONTROLLER, (1, seq), body, at, f"{seq:024x}")


def _row(database: str, urls: tuple[str, ...], events: list[bytes], rounds: int) -> Row:
    engines = open_office(urls[0]), open_store(urls[1], "registry"), open_store(urls[2], "ledger")
    try:
        ours, bare = _measured(engines, events, rounds)
    finally:
        for engine in engines:
            engine.dispose()
    value, limit = len(events) / ours, len(events) / bare
    name, target = f"occurrence projection with its indexes, {database}", f"≥ {TARGET} events/s"
    return Row(name, "journal", value, "events/s", target, limit, value / limit, value >= TARGET)


def _measured(
    engines: tuple[Engine, Engine, Engine], events: list[bytes], rounds: int
) -> tuple[float, float]:
    """Give the seconds that we and the bare driver take, each the best of its rounds, by turns."""
    store, truth, books = engines
    _found(truth, registry.metadata)
    _found(books, ledger.metadata)
    _fill(books, events)
    chance = random.Random(2)  # noqa: S311 - nothing here is secret
    office = Office(store, truth, books, SITE, Path(), (), {}, int, chance.randbytes)
    ours, bare = [], []
    for _ in range(rounds):
        _forget(store)
        begun = time.perf_counter()
        project_ledger(office)
        ours.append(time.perf_counter() - begun)
        found = _stored(store)
        _forget(store)
        begun = time.perf_counter()
        _write(store, found)
        bare.append(time.perf_counter() - begun)
    return min(ours), min(bare)


def _found(engine: Engine, tables: MetaData) -> None:
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(CreateSchema(str(tables.schema)))
        tables.create_all(connection)


def _fill(books: Engine, events: list[bytes]) -> None:
    """Write a journal into the ledger."""
    place = {"controller": CONTROLLER, "epoch": 1}
    written = [(CONTROLLER, 1, seq, row, bytes(32), 0) for seq, row in enumerate(events)]
    head = {**place, "next": len(events), "frontier": b"", "note": b"", "receipt": b""}
    with books.begin() as connection:
        load(connection, target_of(ledger.event), written)
        connection.execute(insert(ledger.head), head)


def _forget(store: Engine) -> None:
    with store.begin() as connection:
        connection.execute(delete(occurrence))
        connection.execute(delete(follow))
    with store.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM"))


_COLUMNS = [column for column in occurrence.columns if column is not occurrence.c.id]


def _stored(store: Engine) -> list[tuple[object, ...]]:
    """Give the occurrences as the driver takes them."""
    with store.connect() as connection:
        found = connection.execute(select(*_COLUMNS).order_by(occurrence.c.id)).all()
        if connection.dialect.name == "postgresql":
            return [tuple(row) for row in found]
    return [tuple(str(value) if isinstance(value, date) else value for value in row) for row in found]


def _write(store: Engine, rows: list[tuple[object, ...]]) -> None:
    target = target_of(occurrence, without=occurrence.c.id)
    for start in range(0, len(rows), BATCH):
        with store.begin() as connection:
            load(connection, target, rows[start : start + BATCH])

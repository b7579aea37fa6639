"""Fixtures: an office with real stores on disk, and a console around it."""

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from card_registry.stores import ledger as ledger_tables
from card_registry.stores import registry as registry_tables
from card_registry.stores.engine import open_store
from card_registry.words import ControllerId, DoorId
from review.accounts import enter
from review.follow import Follower
from review.office import DoorSign, Office
from review.setting_up import open_office
from review.shelf import shipped
from review.web.console import Console
from tests.review.world import NOON, PEOPLE, SITE, Clock, Outside, World


@pytest.fixture
def entropy() -> Callable[[int], bytes]:
    """Give repeatable bytes."""
    return random.Random(7).randbytes


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make one office store with its people, to be copied for each test."""
    folder = tmp_path_factory.mktemp("office")
    store = open_office(f"sqlite:///{folder}/office.db")
    enter(store, PEOPLE, NOON, random.Random(1).randbytes)
    with store.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    store.dispose()
    return folder / "office.db"


@pytest.fixture
def world(tmp_path: Path, template: Path, entropy: Callable[[int], bytes]) -> Iterator[World]:
    """Give an office whose registry is founded and whose door is there."""
    (tmp_path / "office.db").write_bytes(template.read_bytes())
    store = open_store(f"sqlite:///{tmp_path}/office.db", "office")
    registry = open_store(f"sqlite:///{tmp_path}/registry.db", "registry")
    ledger = open_store(f"sqlite:///{tmp_path}/ledger.db", "ledger")
    registry_tables.metadata.create_all(registry)
    ledger_tables.metadata.create_all(ledger)
    outside, clock = Outside(registry, ledger), Clock()
    outside.found()
    outside.report()
    (tmp_path / "run").mkdir()
    sign = DoorSign(DoorId("ruang-server"), "Ruang Server", ControllerId("pengendali-1"))
    office = Office(store, registry, ledger, SITE, tmp_path / "run", (sign,), shipped(), clock, entropy)
    yield World(office, outside, clock)
    for engine in (store, registry, ledger):
        engine.dispose()


@pytest.fixture
def console(world: World) -> Console:
    """Give a console whose follower moves only when a test calls it."""
    return Console(world.office, Follower(world.office))

"""Fixtures: an office with real stores on disk, and a console around it."""

import contextlib
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event

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
from tests import postgres
from tests.review.test_workflow import finished
from tests.review.walking import peopled_office
from tests.review.walking_postgres import postgres_offices
from tests.review.world import LIGHT, NOON, PEOPLE, SITE, Clock, Outside, World

STORES = ("office.db", "registry.db", "ledger.db")


@pytest.fixture
def entropy() -> Callable[[int], bytes]:
    """Give repeatable bytes."""
    return random.Random(7).randbytes


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the stores of an office with its people, a founded registry and a door, to be copied."""
    folder = tmp_path_factory.mktemp("office")
    store = open_office(f"sqlite:///{folder}/office.db")
    enter(store, PEOPLE, NOON, random.Random(1).randbytes, LIGHT)
    store.dispose()
    with opened_world(folder, random.Random(1).randbytes) as world:
        registry_tables.metadata.create_all(world.office.registry)
        ledger_tables.metadata.create_all(world.office.ledger)
        world.outside.found()
        world.outside.report()
        written_out(world)
    return folder


def copied(stores: Path, folder: Path) -> None:
    """Copy the stores of an office that is closed."""
    for name in STORES:
        (folder / name).write_bytes((stores / name).read_bytes())


def written_out(world: World) -> None:
    """Bring the stores of an office into their files, so that they can be copied."""
    for engine in (world.office.store, world.office.registry, world.office.ledger):
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


@pytest.fixture
def world(tmp_path: Path, template: Path, entropy: Callable[[int], bytes]) -> Iterator[World]:
    """Give an office whose registry is founded and whose door is there."""
    copied(template, tmp_path)
    with opened_world(tmp_path, entropy) as world:
        yield world


@pytest.fixture(scope="session")
def granted_stores(tmp_path_factory: pytest.TempPathFactory, template: Path) -> Path:
    """Make the stores of an office in which one holder has a right and a card, to be copied."""
    folder = tmp_path_factory.mktemp("granted")
    copied(template, folder)
    with opened_world(folder, random.Random(7).randbytes) as world:
        finished(world)
        written_out(world)
    return folder


@pytest.fixture
def granted(tmp_path: Path, granted_stores: Path) -> Iterator[World]:
    """Give an office in which one holder has a right and a card that every door knows."""
    copied(granted_stores, tmp_path)
    with opened_world(tmp_path, random.Random(8).randbytes) as world:
        yield world


@pytest.fixture(scope="session")
def peopled_stores(tmp_path_factory: pytest.TempPathFactory, granted_stores: Path) -> Path:
    """Make the stores of an office with people for every role, a right, and a server in its rack."""
    folder = tmp_path_factory.mktemp("peopled")
    copied(granted_stores, folder)
    with opened_world(folder, random.Random(9).randbytes) as world:
        peopled_office(world)
        written_out(world)
    return folder


@pytest.fixture
def peopled(tmp_path: Path, peopled_stores: Path) -> Iterator[World]:
    """Give an office with people for every role, a right that every door knows, and a server in its rack."""
    copied(peopled_stores, tmp_path)
    with opened_world(tmp_path, random.Random(10).randbytes) as world:
        yield world


@pytest.fixture(scope="session")
def offices() -> Iterator[str]:
    """Give a PostgreSQL database of an office, to be copied for each test."""
    programs = postgres.binaries()
    if programs is None:
        pytest.skip("this machine has no PostgreSQL")
    with postgres_offices(programs) as url:
        yield url


@dataclass(frozen=True, slots=True)
class Engines:
    """The engines of an office's three stores, and the place by which they come to its folder.

    An engine keeps what each statement became in SQL, which takes longer than most tests take to run it. So
    engines go from one office to the next, and the place leads to the folder of whoever uses them now.
    """

    place: Path
    store: Engine
    registry: Engine
    ledger: Engine

    def dispose(self) -> None:
        """Close every connection."""
        for engine in (self.store, self.registry, self.ledger):
            engine.dispose()


SPARE: list[Engines] = []
"""Engines that no office uses now."""


@contextlib.contextmanager
def lent(folder: Path) -> Iterator[Engines]:
    """Lend engines for the stores of a folder, new ones where none are spare."""
    engines = SPARE.pop() if SPARE else None
    place = folder.parent / f"stores-of-{folder.name}" if engines is None else engines.place
    place.unlink(missing_ok=True)
    place.symlink_to(folder)
    lent = engines or _engines(place)
    try:
        yield lent
    finally:
        lent.dispose()
        SPARE.append(lent)


def _engines(place: Path) -> Engines:
    names = ("office", "registry", "ledger")
    store, registry, ledger = (open_store(f"sqlite:///{place}/{name}.db", name) for name in names)
    for engine in (store, registry, ledger):
        event.listen(engine, "connect", _leave_to_the_system)
    return Engines(place, store, registry, ledger)


def _leave_to_the_system(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's own type
    """Wait for no disk: what a power cut leaves is proven where stores are opened as a program opens them."""
    connection.execute("PRAGMA synchronous=OFF")


@contextlib.contextmanager
def opened_world(folder: Path, entropy: Callable[[int], bytes]) -> Iterator[World]:
    """Open the three stores of a folder around one door."""
    (folder / "run").mkdir()
    sign = DoorSign(DoorId("ruang-server"), "Ruang Server", ControllerId("pengendali-1"))
    clock = Clock()
    with lent(folder) as at:
        stores = (at.store, at.registry, at.ledger)
        office = Office(*stores, SITE, folder / "run", (sign,), shipped(), clock, entropy)
        yield World(office, Outside(at.registry, at.ledger), clock)


@pytest.fixture
def console(world: World) -> Console:
    """Give a console whose follower moves only when a test calls it."""
    return Console(world.office, Follower(world.office))

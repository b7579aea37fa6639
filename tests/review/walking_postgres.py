"""The office of the walks on PostgreSQL: its three stores are schemas of one database of our own."""

import contextlib
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from sqlalchemy.schema import CreateSchema

from card_registry.stores import ledger as ledger_tables
from card_registry.stores import registry as registry_tables
from card_registry.stores.engine import open_store
from card_registry.words import ControllerId, DoorId
from review.accounts import enter
from review.inventory import Rack
from review.office import DoorSign, Office
from review.setting_up import open_office
from review.shelf import shipped
from tests import postgres
from tests.review.test_workflow import finished
from tests.review.walking import RACKS, peopled_office
from tests.review.world import LIGHT, NOON, PEOPLE, SITE, Clock, Outside, World


@contextlib.contextmanager
def postgres_offices(programs: Path) -> Iterator[str]:
    """Give a database of three stores with the founders' people, to be copied, on a cluster of its own."""
    with postgres.cluster(programs) as cluster, postgres.database(cluster) as url:
        store = open_office(url)
        enter(store, PEOPLE, NOON, random.Random(1).randbytes, LIGHT)
        with store.begin() as connection:
            for schema in ("registry", "ledger"):
                connection.execute(CreateSchema(schema))
        registry, ledger = open_store(url, "registry"), open_store(url, "ledger")
        registry_tables.metadata.create_all(registry)
        ledger_tables.metadata.create_all(ledger)
        outside = Outside(registry, ledger)
        outside.found()
        outside.report()
        for engine in (store, registry, ledger):
            engine.dispose()
        yield url


@contextlib.contextmanager
def postgres_world(folder: Path, offices: str) -> Iterator[World]:
    """Give an office with its founders' people, an empty room and one door, in a database of its own."""
    with postgres.copied(offices) as url:
        store, registry, ledger = (open_store(url, name) for name in ("office", "registry", "ledger"))
        clock = Clock()
        (folder / "run").mkdir()
        sign = DoorSign(DoorId("ruang-server"), "Ruang Server", ControllerId("pengendali-1"))
        chance = random.Random(7).randbytes
        office = Office(store, registry, ledger, SITE, folder / "run", (sign,), shipped(), clock, chance)
        yield World(office, Outside(registry, ledger), clock)
        for engine in (store, registry, ledger):
            engine.dispose()


HALL = replace(
    RACKS,
    racks=(Rack("a", "Ruang Server", "Rak A", 48, 40_000, 96),),
    addresses=tuple(f"203.0.113.{number}" for number in range(2, 98)),
    ports=tuple(f"sw1/{number}" for number in range(1, 97)),
    bandwidth_mbps=10_000,
)
"""A room in which whatever one test leaves behind, by chance, is in no other's way."""


@contextlib.contextmanager
def peopled_postgres(folder: Path, offices: str) -> Iterator[World]:
    """Give it with people for every role, a right that every door knows, and a server in its rack."""
    with postgres_world(folder, offices) as world:
        finished(world)
        peopled_office(world, HALL)
        yield world

"""The office on PostgreSQL: a case from form to card, and the follower's projection, as on SQLite."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.schema import CreateSchema

from card_registry.instant import DAY
from card_registry.stores import ledger as ledger_tables
from card_registry.stores import registry as registry_tables
from card_registry.stores.engine import open_store
from card_registry.words import CaseId, ControllerId, DoorId
from review.accounts import enter
from review.case import Advanced, CaseState
from review.notices.courier import Courier
from review.notices.parcel import ChannelName, ParcelState, Postponed
from review.office import DoorSign, Office
from review.setting_up import open_office
from review.shelf import shipped
from review.store import outbox
from review.store.orders import OrderState
from review.tables import occurrence
from review.workflow.reminding import remind
from tests import postgres
from tests.review.rooms import furnished
from tests.review.test_orders import given, now, obeyed, sign, wish
from tests.review.test_outbox import Way, reach
from tests.review.test_places import race
from tests.review.test_workflow import file_of, finished, opened, say
from tests.review.world import NOON, PEOPLE, SITE, Clock, Outside, World

PROGRAMS = postgres.binaries()
pytestmark = pytest.mark.skipif(PROGRAMS is None, reason="this machine has no PostgreSQL")


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Give an office whose three stores are schemas of one database."""
    assert PROGRAMS is not None
    with postgres.cluster(PROGRAMS) as url:
        store = open_office(url)
        enter(store, PEOPLE, NOON, random.Random(1).randbytes)
        with store.begin() as connection:
            for schema in ("registry", "ledger"):
                connection.execute(CreateSchema(schema))
        registry, ledger = open_store(url, "registry"), open_store(url, "ledger")
        registry_tables.metadata.create_all(registry)
        ledger_tables.metadata.create_all(ledger)
        outside, clock = Outside(registry, ledger), Clock()
        outside.found()
        outside.report()
        (tmp_path / "run").mkdir()
        sign = DoorSign(DoorId("ruang-server"), "Ruang Server", ControllerId("pengendali-1"))
        chance = random.Random(7).randbytes
        yield World(
            Office(store, registry, ledger, SITE, tmp_path / "run", (sign,), shipped(), clock, chance),
            outside,
            clock,
        )
        for engine in (store, registry, ledger):
            engine.dispose()


def test_a_case_runs_to_its_end(world: World) -> None:
    """Every act, the desk's result, the doors' confirmation and the last steps work on this database too."""
    case = finished(world)
    assert file_of(world, case).case.step == "6"
    say(world, case, "operator")
    say(world, case, "pemohon")

    assert file_of(world, case).case.state is CaseState.CLOSED
    with world.office.store.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(occurrence)) == 0


def test_an_order_finds_its_answer(world: World) -> None:
    """An order is given, numbered by the authority and answered by the door, as on SQLite."""
    order = given(world, "kabid", wish())
    sign(world, order)
    world.outside.happen(obeyed(order))

    assert now(world, order).state is OrderState.OBEYED


def test_messages_and_reminders_leave_once(world: World) -> None:
    """The outbox is claimed and marked, the daily turn taken once and the queue of a mail server kept."""
    reach(world, "pemohon")
    case = opened(world)
    way = Way([Postponed("nanti")])
    courier = Courier(world.office, {ChannelName.EMAIL: way})
    assert courier.once() == 1
    world.clock.now += 5 * DAY
    assert (courier.once(), remind(world.office), remind(world.office)) == (0, 1, 0)
    assert isinstance(say(world, case, "kadis"), Advanced)
    assert isinstance(say(world, case, "kabid", "ditolak", "tidak lengkap"), Advanced)
    assert courier.once() == 1
    with world.office.store.connect() as connection:
        states = [one.state for one in outbox.of_case(connection, CaseId(case))]
    assert states == [ParcelState.SENT, ParcelState.GIVEN_UP]


def test_ten_cases_at_once_get_each_place_once(world: World) -> None:
    """The stock's lock holds on this database as on SQLite."""
    race(furnished(world))

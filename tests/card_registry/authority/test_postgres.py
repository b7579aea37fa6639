"""The signer's stores on PostgreSQL: the same work, the same turns, two writers taking theirs in order."""

import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest

from card_registry.authority import floors
from card_registry.authority.devices import certificates
from card_registry.certifying import open_authority
from card_registry.stores import registry as tables
from card_registry.words import ControllerId, DoorId
from tests import postgres
from tests.card_registry.authority.house import (
    DESK,
    DOOR,
    HERE,
    PASSPHRASE,
    STARTED,
    House,
    approved,
    bound,
    request_of,
    store_of,
    verdict,
    withdrawal,
)
from tests.card_registry.authority.test_devices import cut
from tests.card_registry.authority.test_ordering import asked, give, on_sheet, report, status, wanted
from tests.card_registry.authority.test_restoring import Town
from tests.card_registry.test_certificate import POINT
from tests.card_registry.trust.made import Door, token

PROGRAMS = postgres.binaries()
pytestmark = pytest.mark.skipif(PROGRAMS is None, reason="this machine has no PostgreSQL")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A founded site whose three stores are schemas of one database."""
    assert PROGRAMS is not None
    with postgres.cluster(PROGRAMS) as url:
        house = House(tmp_path_factory.mktemp("postgres"), database=url)
        house.found()
        house.enrol(request_of(HERE, DOOR))
        house.enrol(request_of(DESK))
        yield house


def test_the_whole_work_on_postgresql(house: House) -> None:
    """Approval, card and withdrawal reach the door as they do from SQLite."""
    house.ask(approved(verdict()))
    house.journal(STARTED, bound())
    house.ask(withdrawal())
    house.work()
    door = Door(house.keys().root, house.folder, house.now)
    registry = door.learn(house.slots()).registry

    assert registry is not None
    assert door.cards() == {token("card of ani")}
    assert list(registry.serials.values()) == [1]
    assert [row[0] for row in house.rows(tables.outcome.c.applied)] == [True, True, True]


def test_two_writers_take_turns(house: House) -> None:
    """Enrolments and the signer at the same moment publish one after the other; no number is used twice."""
    house.ask(withdrawal("budi"))
    names = [ControllerId(f"lain-{number}") for number in range(4)]
    threads = [
        threading.Thread(target=house.enrol, args=(request_of(name, DoorId(f"pintu-{name}")),))
        for name in names
    ]
    threads.append(threading.Thread(target=house.work))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    house.work()
    slots = {name: bytes(body) for name, body in house.rows(tables.slot.c.name, tables.slot.c.body)}

    for name in (HERE, *names):
        door = Door(house.keys().root, house.folder, house.now, name)
        assert len(door.learn(slots).serials) == 2


def test_orders_are_signed_on_postgresql(house: House) -> None:
    """A request, the door's status and the sheet are in three schemas, as they are in three files."""
    report(house, status())

    assert give(house, asked(wanted())) == ""
    assert [signer for _, signer in on_sheet(house)] == ["order"]


def test_a_device_is_invited_renewed_and_cut_off_on_postgresql(house: House) -> None:
    """Invitations and certificates are rows of the same schema, in the same turns."""
    name = ControllerId("meja-9")
    house.enrol(replace(request_of(name), tls_key=POINT))
    authority = open_authority(house.folder / "tls", PASSPHRASE)
    with store_of(house.places.registry, "registry") as engine:
        renewer = certificates.Renewer(engine, house.keys().root, authority, house.folder, bytes)
        assert renewer.round(house.now) == (name,)
    assert (cut(house, name).certificates, cut(house, name).certificates) == (1, 0)


def test_a_restored_registry_goes_on_on_postgresql(house: House) -> None:
    """Held still, heard and waived, settled once: the notice and the numbers are rows as on SQLite."""
    town = Town(house, number=house.now)
    town.work()
    town.adopt()
    (house.folders.signer / floors.FLOORS_FILE).unlink()
    before = town.publication()
    town.work()
    assert {HERE, DESK} <= set(town.awaited())
    for name in town.awaited():
        town.report(name) if name in town.doors else town.waive(name)
    town.work()

    assert (town.awaited(), town.publication() > before) == ((), True)
    assert [row for row in house.rows(tables.outcome.c.source) if row == ("restore",)] == [("restore",)]
    town.adopt()

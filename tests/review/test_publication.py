"""A removal is done when every concerned door shows it under its own signature, and not before."""

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import insert, select, update

from card_registry import canonical
from card_registry.authority.recovery import Restore, RestoreNotice
from card_registry.authority.store import RESTORE
from card_registry.signing import Purpose, Sealed, seal
from card_registry.statements import Kept, Status
from card_registry.stores import ledger as ledger_tables
from card_registry.stores import registry as registry_tables
from card_registry.words import ControllerId, DoorId, Staleness
from mqtt_bridge.rollback import OLDER
from review import outside
from review.publication import speaks_of_now
from review.web.doors import OLDER_STANDS, doors_now
from review.workflow import publishing
from tests.review.world import NOON, STATUS_KEY, World

DOOR = ControllerId("pengendali-1")


def stored(world: World) -> Status:
    """Give the status in the ledger."""
    with world.outside.ledger.connect() as connection:
        body = connection.scalar(select(ledger_tables.status.c.body)) or b""
    return canonical.decode(canonical.decode(body, Sealed, "it").body.encode(), Status, "it")


def store(world: World, said: Status, key: Ed25519PrivateKey = STATUS_KEY) -> None:
    """Let the ledger hold another status."""
    with world.outside.ledger.begin() as connection:
        connection.execute(update(ledger_tables.status).values(body=seal(Purpose.STATUS, said, key)))


@pytest.mark.parametrize("forged", [False, True])
def test_only_the_controllers_own_signature_proves(world: World, *, forged: bool) -> None:
    """A row that the ledger's owner made, or another controller, leaves the door without it."""
    world.outside.report(deny=9)
    doors = publishing.look(world.office)
    assert doors is not None
    assert publishing.missing(doors, 9, None) == ()

    said = stored(world)
    if forged:
        store(world, said, Ed25519PrivateKey.from_private_bytes(b"m" * 32))
    else:
        store(world, replace(said, controller=ControllerId("meja-1")))
    doors = publishing.look(world.office)
    assert doors is not None
    assert publishing.missing(doors, 9, None) == (DOOR,)


def test_a_status_of_a_lost_time_proves_nothing(world: World) -> None:
    """What is beyond the newest publication, or refuses what is offered, does not speak of this one."""
    world.outside.report(deny=9)
    said = replace(stored(world), staleness=Staleness.FRESH)
    assert said.versions.timestamp == 1
    assert speaks_of_now(said, None)
    assert speaks_of_now(said, 1)
    assert not speaks_of_now(said, 0)
    assert not speaks_of_now(replace(said, kept=Kept(3, 1, "…")), 1)


def test_a_storage_that_went_back_is_an_alarm_at_its_door(world: World) -> None:
    """What the hub told stands before the door's own alarms for a week."""
    why = f"{DOOR} counts its statuses of epoch 1 anew: {OLDER}"
    with world.outside.ledger.begin() as connection:
        row = {"controller": DOOR, "why": why, "received": NOON}
        connection.execute(insert(ledger_tables.refusal).values(row))
    assert outside.fallen_back(world.outside.ledger, NOON) == {DOOR: NOON}
    (door,) = doors_now(world.office)
    assert (door.id, door.alarms) == (DoorId("ruang-server"), ("Penyimpanan pengendali memuat salinan lama",))
    world.clock.now = NOON + OLDER_STANDS + 1
    assert doors_now(world.office)[0].alarms == ()


def test_a_restored_registry_is_an_alarm_at_the_doors_it_waits_for(world: World) -> None:
    """The signer's notice names them; a notice that is settled raises nothing."""
    notice = RestoreNotice(Restore("ab" * 16, 1, 40, "an older copy"), (DOOR,))
    with world.outside.registry.begin() as connection:
        row = {"name": RESTORE, "value": canonical.encode(notice)}
        connection.execute(insert(registry_tables.site).values(row))
    (door,) = doors_now(world.office)
    assert door.alarms == ("Registri dipulihkan dari salinan lama, menunggu kabar pengendali ini",)
    with world.outside.registry.begin() as connection:
        connection.execute(update(registry_tables.site).values(value=b""))
    assert doors_now(world.office)[0].alarms == ()

"""A site of before 2026-11-21: its signer moves it to more shards, and nobody loses a right."""

from dataclasses import replace

from msgspec import UNSET
from sqlalchemy import delete, or_
from tuf.api.metadata import Delegations

from card_registry import canonical
from card_registry.authority import store
from card_registry.instant import MINUTE
from card_registry.registry import SHARDS, SPREAD, shard_of
from card_registry.shown import Plan, Shard
from card_registry.stores import registry as tables
from card_registry.trust.publish import Edition, SigningKeys, delegated, tuf_key
from card_registry.trust.slots import (
    Role,
    former_grants_role,
    grants_role,
    meta_slot,
    plan_slot,
    shard_slot,
    shard_slots,
)
from card_registry.words import ControllerId, HolderId
from tests.card_registry.authority.house import (
    DESK,
    HERE,
    House,
    approved,
    bound,
    store_of,
    verdict,
    withdrawal,
)
from tests.card_registry.trust.made import Door, token


def make_former(house: House) -> None:
    """Publish everything as a signer did before: sixteen shards, under roles as they were called."""
    keys = house.keys()
    with store_of(house.places.registry, "registry") as engine, engine.begin() as connection:
        number = store.lock(connection) + 1
        slots = dict(store.SlotRows(connection))
        name = tables.slot.c.name
        connection.execute(delete(tables.slot).where(or_(name.like("d/%"), name.like("meta/d-%"))))
        signing = SigningKeys(keys.grants, keys.online)
        edition = Edition(store.SlotRows(connection), signing, number, house.now)
        public = tuf_key(keys.grants)
        roles = {
            role: delegated(role, keys.grants, f"d/{one}/*")
            for one in (HERE, DESK)
            for role in (former_grants_role(one),)
        }
        edition.touch(Role.GRANTS).delegations = Delegations({public.keyid: public}, roles)
        for one in (HERE, DESK):
            put_former(edition, slots, one)
        store.publish(connection, edition.close(), number, house.now)


def put_former(edition: Edition, slots: dict[str, bytes], controller: ControllerId) -> None:
    """Put one controller's plan and rows as they were."""
    role = former_grants_role(controller)
    plan = canonical.decode(slots[plan_slot(controller)], Plan, "plan")
    edition.put(role, plan_slot(controller), canonical.encode(replace(plan, shards=UNSET)))
    names = [name for name in shard_slots(controller, SPREAD) if name in slots]
    shown = [canonical.decode(slots[name], Shard, name) for name in names]
    for number in range(SHARDS):
        rows = [row for shard in shown for row in shard.credentials if shard_of(row.holder) == number]
        grants = [row for shard in shown for row in shard.grants if shard_of(row.holder) == number]
        body = canonical.encode(Shard(1, controller, number, tuple(rows), tuple(grants)))
        edition.put(role, shard_slot(controller, number), body)


def admitted(house: House) -> House:
    """Let two people in."""
    for name in ("ani", "budi"):
        house.ask(approved(verdict(name)))
        house.journal(bound(name))
    house.work()
    return house


def test_a_former_site_moves_at_the_first_beat(house: House) -> None:
    """A door that knew the former site takes the new one with the same cards, and a denial after it."""
    make_former(admitted(house))
    door = Door(house.keys().root, house.folder, house.now)
    before = door.learn(house.slots())
    house.now += 6 * MINUTE
    house.work()
    after = door.learn(house.slots())

    assert before.registry is not None
    assert after.registry is not None
    assert meta_slot(former_grants_role(HERE)) in before.metadata
    assert meta_slot(grants_role(HERE)) in after.metadata
    assert len(after.registry.credentials) == 2
    assert after.registry.credentials == before.registry.credentials
    assert after.registry.grants == before.registry.grants
    place = shard_of(HolderId(token("ani")), SPREAD)
    assert token("ani").encode() in after.targets[shard_slot(HERE, place)]


def test_a_moved_site_moves_once_and_goes_on(house: House) -> None:
    """The next beat signs the timestamp alone; a grant and a denial reach the door as ever."""
    make_former(admitted(house))
    house.now += 6 * MINUTE
    house.work()
    moved = house.slots()
    house.now += 6 * MINUTE
    house.work()
    later = house.slots()
    house.ask(approved(verdict("tono")))
    house.journal(bound("tono"))
    house.ask(withdrawal("ani"))
    house.work()
    door = Door(house.keys().root, house.folder, house.now)
    learned = door.learn(house.slots())

    assert {name for name, data in later.items() if moved[name] != data} == {"meta/timestamp"}
    assert token("card of tono") in door.cards()
    assert [key[1] for key in learned.serials] == [token("card of ani")]


def test_a_former_site_takes_away_before_it_has_moved(house: House) -> None:
    """A denial does not wait for the move, and the door of before takes it."""
    make_former(admitted(house))
    door = Door(house.keys().root, house.folder, house.now)
    door.learn(house.slots())
    house.ask(withdrawal("budi"))
    house.work()
    learned = door.learn(house.slots())

    assert [key[1] for key in learned.serials] == [token("card of budi")]
    assert meta_slot(grants_role(HERE)) not in house.slots()


def test_a_grant_moves_a_former_site_first(house: House) -> None:
    """A right that is added before the first beat is shown beside all the others, in the new shards."""
    make_former(admitted(house))
    house.ask(approved(verdict("tono")))
    house.journal(bound("tono"))
    house.work()
    door = Door(house.keys().root, house.folder, house.now)
    door.learn(house.slots())

    assert door.cards() == {token(f"card of {name}") for name in ("ani", "budi", "tono")}
    assert b'"shards":256' in house.slots()[plan_slot(HERE)]

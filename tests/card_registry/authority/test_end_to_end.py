"""From an approval to a door's deciding value and back: the registry's whole work, without a network."""

import hashlib

from card_registry.pseudonym import match_of
from card_registry.shown import GrantRow
from card_registry.stores import registry as tables
from card_registry.trust.adoption import Trusted
from card_registry.trust.denials import read_denials
from card_registry.words import HolderId, Subject
from tests.card_registry.authority.house import (
    DOOR,
    HERE,
    STARTED,
    House,
    approved,
    bound,
    request_of,
    terms,
    verdict,
    withdrawal,
)
from tests.card_registry.trust.made import Door, token


def test_an_approved_card_opens_until_it_is_withdrawn(house: House) -> None:
    """Approval, card and withdrawal each reach the door's registry through nothing but slots."""
    bundle = house.enrol(request_of(HERE, DOOR))
    door = Door(bundle.root_bytes, house.folder, house.now, trusted=Trusted(floors=bundle.floors))
    match = match_of(bytes.fromhex(bundle.pseudonym_key), hashlib.sha256(b"ani").digest())

    serial = house.ask(approved(verdict()))
    house.work()
    registry = door.learn(house.slots()).registry
    assert registry is not None
    (grant,) = registry.grants[HolderId(token("ani"))]
    asked = terms()
    assert grant == GrantRow(
        asked.id,
        asked.holder,
        (DOOR,),
        "jam-kerja",
        asked.begins,
        asked.ends,
        asked.kind,
        escort=False,
        override=False,
        clears=0,
        weak=False,
    )
    assert "jam-kerja" in registry.schedules
    assert registry.credentials == {}

    house.journal(STARTED, bound())
    house.work()
    registry = door.learn(house.slots()).registry
    assert registry is not None
    assert registry.credentials[match].card == token("card of ani")
    assert registry.serials == {}

    house.ask(withdrawal())
    house.work()
    denied = {(Subject.CARD, token("card of ani")): 1}
    assert door.learn(house.slots()).serials == denied
    assert [one.serial for one in read_denials(house.slots(), door.trusted, bundle.root_bytes).denials] == [1]
    assert house.outcome(serial) == (True, "")
    (needs,) = [deny for (deny,) in house.rows(tables.outcome.c.deny) if deny]
    assert door.trusted.floors.deny == needs

"""What outlives a stolen online key, and how officers end it: versions, times and denials driven up."""

import pytest

from card_registry import canonical
from card_registry.errors import Expired
from card_registry.instant import DAY
from card_registry.journal.event import Versions
from card_registry.statements import Denial, DenyList
from card_registry.trust.adoption import Trusted, adopt_denials
from card_registry.trust.denials import read_denials
from card_registry.trust.slots import DENY_LIST
from card_registry.words import ControllerId, Subject
from tests.card_registry.authority.house import request_of, withdrawal
from tests.card_registry.authority.officers.chancery import Chancery
from tests.card_registry.authority.officers.test_stolen import steal
from tests.card_registry.authority.officers.thief import FAR, forged_denial, republished
from tests.card_registry.trust.made import Door, token

YEARS = 30 * 365 * DAY


def test_versions_driven_up_are_left_behind(chancery: Chancery) -> None:
    """A thief leaves no room above the versions; after the rotation the honest low ones are taken again."""
    stolen, door = steal(chancery), chancery.door()
    door.learn(republished(chancery.house.slots(), stolen["online"], version=FAR))
    assert door.trusted.floors.timestamp == FAR

    chancery.hold("rotate", *chancery.replace_signer_keys("online"))

    chancery.admit("budi")
    floors = door.learn(chancery.house.slots()).floors
    assert floors.root == 2
    assert floors.timestamp < 100
    assert door.cards() == {token("card of ani"), token("card of budi")}


def test_floors_without_memory_are_left_behind_as_well(chancery: Chancery) -> None:
    """A door that kept only the floors a thief drove up takes the rotated set; a new one begins there."""
    root = chancery.door().root
    lost = Door(
        root, chancery.folder / "scratch", now=chancery.house.now, trusted=Trusted(Versions(1, FAR, FAR, FAR))
    )

    chancery.hold("rotate", *chancery.replace_signer_keys("online"))

    assert lost.learn(chancery.house.slots()).floors.root == 2
    assert chancery.house.enrol(request_of(ControllerId("meja-9"))).floors.root == 2


def test_a_time_driven_up_is_set_back_once(chancery: Chancery) -> None:
    """A door that was made to believe in a far year takes the new root, and the officers' time; only once."""
    door = chancery.door()
    door.now += YEARS
    with pytest.raises(Expired):
        door.learn(chancery.house.slots())

    said = chancery.hold("rotate", *chancery.replace_signer_keys("online"), "--reset-clock")

    assert "counts its time from" in said
    verified = door.verify(chancery.house.slots())
    assert verified.recovery is not None
    assert verified.recovery.time is not None
    assert verified.recovery.time < chancery.house.now + DAY
    door.learn(chancery.house.slots())
    door.now = verified.recovery.time
    chancery.admit("budi")
    again = door.verify(chancery.house.slots())
    assert again.recovery is None
    chancery.hold("draft", "renewal")
    assert door.verify(chancery.house.slots()).recovery is None


def test_denials_made_up_by_a_thief_are_forgotten_and_the_offices_stay(chancery: Chancery) -> None:
    """After the reset only the signer's own denials hold at the door."""
    chancery.admit("budi")
    chancery.house.ask(withdrawal("budi"))
    chancery.house.work()
    stolen, door = steal(chancery), chancery.door()
    forged = forged_denial(chancery.house.slots(), stolen["online"], "ani", 2**53 - 1)
    door.trusted = adopt_denials(door.trusted, read_denials(forged, door.trusted, door.root).denials)
    assert set(door.trusted.serials) == {card("ani"), card("budi")}

    said = chancery.hold("rotate", *chancery.replace_signer_keys("online"), "--reset-denials")

    assert "forgets all denials but those on the signer's own list" in said
    door.learn(chancery.house.slots())
    assert set(door.trusted.serials) == {card("budi")}
    assert door.trusted.registry is not None
    assert set(door.trusted.registry.serials) == {card("budi")}
    listed = canonical.decode(chancery.house.slots()[DENY_LIST], DenyList, "the list")
    assert listed.denials == (Denial(Subject.CARD, token("card of budi"), 1),)


def test_without_the_officers_word_a_rotation_forgets_no_denial(chancery: Chancery) -> None:
    """A rotated root alone lowers nothing that a door keeps for ever."""
    stolen, door = steal(chancery), chancery.door()
    forged = forged_denial(chancery.house.slots(), stolen["online"], "ani", 7)
    door.trusted = adopt_denials(door.trusted, read_denials(forged, door.trusted, door.root).denials)

    chancery.hold("rotate", *chancery.replace_signer_keys("online"))

    assert door.learn(chancery.house.slots()).serials == {card("ani"): 7}


def card(name: str) -> tuple[Subject, str]:
    """Give what a denial of one person's card is kept under."""
    return Subject.CARD, token(f"card of {name}")

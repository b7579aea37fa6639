"""What the signer shows of its own log: each publication that applied something shows it, grown."""

from sqlalchemy import update

from card_registry import canonical
from card_registry.authority import sighting
from card_registry.authority.signer import BEAT
from card_registry.signing import public_hex
from card_registry.stores import registry as tables
from card_registry.trust.slots import AUTHORITY
from card_registry.witness import MOST, Kept, Sighting, witness
from tests.card_registry.authority.house import SITE, House, approved, store_of, verdict, withdrawal


def shown(house: House) -> bytes:
    """Give what the hub would publish."""
    slots = dict(house.rows(tables.slot.c.name, tables.slot.c.body))
    return bytes(slots[AUTHORITY])


def beat(house: House) -> None:
    """Let the signer do what waits, and its next beat."""
    house.work()
    house.now += BEAT
    house.work()


def test_what_takes_away_waits_for_the_beat_but_not_for_ever(house: House) -> None:
    """A removal alone shows no head; the beat does, and so does a stream of removals without a pause."""
    house.ask(approved(verdict()))
    house.work()
    before = shown(house)
    house.ask(withdrawal())
    house.work()
    assert shown(house) == before
    house.now += BEAT
    house.work()
    beaten = shown(house)
    assert beaten != before
    house.now += BEAT
    house.work()
    assert shown(house) == beaten
    for number in range(4):
        house.now += BEAT // 2 - 1
        house.ask(withdrawal(f"orang {number}"))
        house.work()
    keys = (public_hex(house.keys().authority),)
    assert witness(shown(house), SITE, keys, witness(beaten, SITE, keys, None)).size == 5


def test_a_witness_follows_the_log_through_its_life(house: House) -> None:
    """Many small changes, looked at after each, are one growing history."""
    keys, kept = (public_hex(house.keys().authority),), None
    assert AUTHORITY not in dict(house.rows(tables.slot.c.name, tables.slot.c.body))
    for number in range(MOST + 5):
        house.ask(withdrawal(f"orang {number}"))
        if number % 7 == 0:
            beat(house)
            kept = witness(shown(house), SITE, keys, kept)
            assert kept.size == number + 1
    beat(house)
    assert witness(shown(house), SITE, keys, kept).size == MOST + 5
    assert len(canonical.decode(shown(house), Sighting, "a sighting").leaves) <= MOST


def test_an_edited_base_is_made_anew(house: House) -> None:
    """The kept beginning of what is shown is only a saving: garbled, it is recomputed from the records."""
    house.ask(approved(verdict()))
    house.work()
    keys = (public_hex(house.keys().authority),)
    kept: Kept | None = witness(shown(house), SITE, keys, None)
    row = tables.site.c
    lie = (3).to_bytes(8) + b"\x01" * 64
    with store_of(house.places.registry, "registry") as engine, engine.begin() as connection:
        connection.execute(update(tables.site).where(row.name == sighting.BASE).values(value=lie))
    house.ask(withdrawal())
    beat(house)

    assert witness(shown(house), SITE, keys, kept).size == 2

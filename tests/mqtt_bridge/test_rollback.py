"""A controller whose storage is an older copy is found out by what it signs at first contact."""

from dataclasses import replace

import pytest

from card_registry.journal.event import Versions
from card_registry.signing import Purpose, seal
from card_registry.statements import Status
from card_registry.words import Staleness
from mqtt_bridge.ledger import Ledger, open_ledger
from mqtt_bridge.posting import Letter
from mqtt_bridge.rollback import OLDER, fell_back
from tests.mqtt_bridge.site import DOOR, SITE, Site, key

HELD = Versions(1, 57, 40, 57)
BEFORE = Status(1, SITE, DOOR, 1, (3 << 32) + 9, "0" * 32, 1_000, Staleness.FRESH, HELD, 5, 5, ())
LATER = replace(BEFORE, number=BEFORE.number + 1, at=2_000)


@pytest.mark.parametrize(
    ("now", "told"),
    [
        (BEFORE, ""),
        (LATER, ""),
        (replace(BEFORE, number=BEFORE.number - 1, at=900), ""),
        (replace(LATER, versions=replace(HELD, timestamp=58)), ""),
        (replace(LATER, versions=Versions()), ""),
        (replace(LATER, versions=Versions(2, 3, 2, 2)), ""),
        (replace(LATER, versions=replace(HELD, timestamp=56)), "decides by publication 56 and had 57"),
        (replace(LATER, number=BEFORE.number - 4), "counts its statuses of epoch 1 anew"),
        (replace(BEFORE, at=2_000), "counts its statuses of epoch 1 anew"),
        (replace(LATER, epoch=0), "counts its statuses of epoch 0 anew"),
    ],
)
def test_two_statuses_tell_whether_a_storage_went_back(now: Status, told: str) -> None:
    """What comes late or again is no copy; a number signed anew or an older registry is."""
    found = fell_back(BEFORE, now)
    assert found == (f"{DOOR} {told}: {OLDER}" if told else "")


def test_the_hub_tells_people_once(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The sentence is a row of the ledger, however often the controller says it; what it sends is kept."""
    site = Site(tmp_path_factory.mktemp("site"))
    engine = open_ledger(f"sqlite:///{site.folder}/books.db")
    ledger = Ledger(engine, SITE, key("receipt"))
    directory = {DOOR: site.entry(DOOR)}
    older = [replace(LATER, number=(3 << 32) + number, at=2_000 + number) for number in range(4)]
    older.append(replace(LATER, epoch=2, versions=replace(HELD, timestamp=30)))
    told: list[str] = []
    for status in (BEFORE, *older, replace(older[-1], number=LATER.number + 1)):
        letter = Letter(DOOR, seal(Purpose.STATUS, status, key(DOOR)))
        told += ledger.ingest([], [letter], directory, 5).refused
    assert [OLDER in sentence for sentence in told] == [True, True]
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE status SET body = x'7b7d'")
    assert Ledger(engine, SITE, key("receipt")).replies() == ()
    assert ledger.ingest([], [Letter(DOOR, b"")], directory, 6).statuses == 0
    engine.dispose()

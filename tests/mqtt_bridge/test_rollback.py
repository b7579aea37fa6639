"""A controller whose storage is an older copy is found out by what it signs at first contact."""

from dataclasses import replace
from pathlib import Path

import pytest

from card_registry.journal.batch import VERSION, Batch, encode_batch
from card_registry.journal.event import Exited, Moment, Position, Started, Versions, encode_event
from card_registry.journal.note import Checkpoint, origin, sign_checkpoint
from card_registry.journal.tree import Frontier, leaf
from card_registry.signing import Purpose, seal
from card_registry.statements import Status
from card_registry.words import DoorId, Staleness, TimeQuality
from mqtt_bridge.ledger import Ledger, open_ledger
from mqtt_bridge.posting import Letter
from mqtt_bridge.rollback import OLDER, began_short, fell_back
from tests.mqtt_bridge.site import DOOR, SITE, Pen, Site, key

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


def test_the_first_row_of_an_epoch_tells_how_short_the_journal_was() -> None:
    """Begun for a receipt with fewer rows than are stored, it was an older copy; any other was not."""
    at = Moment(1, 1, 1, TimeQuality.SYNC, "boot", 1)
    short = Started("akses", "receipt", Position(1, 3, "ab" * 32), Position(1, 4, "cd" * 32))

    def told(body: Started | Exited, stored: int = 4) -> str:
        return began_short(encode_event(SITE, DOOR, (2, 0), body, at, "00" * 12), lambda _: stored)

    assert told(short) == f"{DOOR} began epoch 2 with 3 rows of epoch 1, and 4 are stored: {OLDER}"
    assert told(short, 3) == ""
    assert told(replace(short, cause="journal-damaged")) == ""
    assert told(replace(short, previous=None)) == ""
    assert told(Exited(DoorId("ruang-server"))) == ""
    assert began_short(b"junk", lambda _: 4) == ""


def test_a_new_epoch_of_an_older_copy_is_told_of_by_the_hub(tmp_path: Path) -> None:
    """The row is stored as any other, and the sentence beside it."""
    site = Site(tmp_path)
    engine = open_ledger(f"sqlite:///{site.folder}/books.db")
    ledger, directory = Ledger(engine, SITE, key("receipt")), {DOOR: site.entry(DOOR)}
    pen = Pen(site)
    ledger.ingest([Letter(DOOR, encode_batch(pen.batch(4)))], [], directory, 5)
    at = Moment(1, 1, 1, TimeQuality.SYNC, "boot", 1)
    started = Started("akses", "receipt", Position(1, 3, "ab" * 32))
    row = encode_event(SITE, DOOR, (2, 0), started, at, "00" * 12)
    head = Checkpoint(origin(SITE, DOOR, 2), 1, Frontier().append(leaf(row)).root())
    batch = Batch(VERSION, DOOR, 2, 0, (row,), sign_checkpoint(head, key(DOOR)))
    outcome = ledger.ingest([Letter(DOOR, encode_batch(batch))], [], directory, 6)
    assert outcome.rows == 1
    assert "with 3 rows of epoch 1, and 4 are stored" in outcome.refused[0]
    engine.dispose()

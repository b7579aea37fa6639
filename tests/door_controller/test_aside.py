"""A database that cannot be read: kept for the auditor, replaced by a new one, with what it still says."""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from card_registry.errors import StoreBroken
from card_registry.journal.event import Alarmed, Body, Refused, Started, Versions, decode_body, decode_event
from card_registry.signing import public_hex
from card_registry.words import Mode, Staleness
from door_controller import inspection
from door_controller.aside import Past, past_of
from door_controller.daemon.diary import Diary
from door_controller.daemon.obeying import kept_mode
from door_controller.journal import Journal, place_of
from door_controller.opening import Opened, open_journal
from door_controller.outbox import Outbox, View
from tests.door_controller.site import CONTROLLER, DOOR, SITE, Site
from tests.door_controller.test_disk import AT, EXIT

PAGE = 4096


def reopen(path: Path, past: Past | None = None) -> Opened:
    """Open the journal as a start of the door does."""
    return open_journal(path, SITE, CONTROLLER, 1, "akses-door", past=past)


def lived(path: Path, rows: int = 400, receipt: int = 0) -> list[bytes]:
    """Leave a journal behind: rows, denial serials, floors, perhaps a receipt."""

    def floors(store: sqlite3.Connection) -> None:
        store.execute("INSERT INTO denial (subject, id, serial) VALUES ('card', 'a', 7)")
        store.execute("INSERT INTO fact (name, value) VALUES ('floor/grants', 9)")
        store.execute("INSERT INTO fact (name, value) VALUES ('mode:ruang-server', 'lockdown')")

    with Journal(path, SITE, CONTROLLER) as journal:
        for _ in range(rows):
            journal.append(EXIT, AT)
        journal.keep(floors)
        if receipt:
            sealed = Site().receipt(1, receipt, journal.root(1, receipt), 5)
            journal.keep(lambda store: _put_receipt(store, receipt, sealed))
        return journal.rows(1, 0, rows)


def _put_receipt(store: sqlite3.Connection, size: int, sealed: bytes) -> None:
    store.execute("INSERT INTO receipt (epoch, next, sealed) VALUES (1, ?, ?)", (size, sealed))


def spoil(path: Path, page: int, pages: int = 1) -> None:
    """Overwrite pages of the file, as a dying card does."""
    with path.open("r+b") as file:
        file.seek(page * PAGE)
        file.write(b"\xa5" * (PAGE * pages))


def replace_by(path: Path, data: bytes) -> None:
    """Put another file in its place."""
    path.write_bytes(data)


def last_page(path: Path) -> int:
    """Give the number of the newest rows' page."""
    return path.stat().st_size // PAGE - 1


def bodies(journal: Journal, epoch: int) -> list[Body]:
    """Give what an epoch says."""
    return [decode_body(decode_event(row)) for row in journal.rows(epoch, 0, 1 << 20)]


DESTRUCTIONS: dict[str, Callable[[Path], None]] = {
    "the header": lambda path: spoil(path, 0),
    "the newest rows": lambda path: spoil(path, last_page(path)),
    "every page": lambda path: spoil(path, 0, last_page(path) + 1),
    "the second half": lambda path: os.truncate(path, path.stat().st_size // 2 // PAGE * PAGE),
    "another file": lambda path: replace_by(path, b"no database" * 999),
}


@pytest.mark.parametrize("what", DESTRUCTIONS)
def test_a_broken_file_is_kept_and_a_new_journal_begins(tmp_path: Path, what: str) -> None:
    """The door comes up, says so by event and alarm, and the broken bytes stay for the auditor."""
    path = tmp_path / "door.db"
    lived(path)
    DESTRUCTIONS[what](path)
    broken = path.read_bytes()

    opened = reopen(path)
    with opened.journal as journal:
        assert journal.head.epoch == 2
        started, refused = bodies(journal, 2)
        assert isinstance(started, Started)
        assert started.cause == "journal-lost"
        assert isinstance(refused, Refused)
        assert refused.what == "journal"
        assert [(alarm.alarm, alarm.raised) for alarm in opened.alarms] == [("journal-lost", True)]
        assert (tmp_path / "door-broken-1.db").read_bytes() == broken
        assert journal.look("SELECT * FROM slot") == []
        assert [damage for _, _, damage in inspection.inspect_all(journal)] == [None] * (
            1 + bool(started.previous)
        )
    again = reopen(path)
    with again.journal:
        assert (again.journal.head.epoch, again.alarms) == (2, ())
        assert not (tmp_path / "door-broken-2.db").exists()


def test_what_can_be_read_is_carried_over(tmp_path: Path) -> None:
    """Serials, floors and modes stay; rows that were proved still go to the hub, up to the damage."""
    path = tmp_path / "door.db"
    rows = lived(path)
    spoil(path, last_page(path))

    with reopen(path).journal as journal:
        assert journal.look("SELECT subject, id, serial FROM denial") == [("card", "a", 7)]
        kept = dict(journal.look("SELECT name, value FROM fact"))
        assert (kept["floor/grants"], kept["mode:ruang-server"]) == (9, "lockdown")
        carried = journal.rows(1, 0, 400)
        assert 200 < len(carried) < 400
        assert carried == rows[: len(carried)]
        started = bodies(journal, 2)[0]
        assert isinstance(started, Started)
        assert started.previous is not None
        assert (started.previous.epoch, started.previous.size) == (1, len(carried))
        assert started.previous.root == journal.root(1, len(carried))
        outbox = Outbox(tmp_path / "outbox", journal, Ed25519PrivateKey.generate(), 2)
        assert outbox.refill()


def test_rows_under_a_receipt_stay_in_the_broken_file(tmp_path: Path) -> None:
    """Only what the hub has not acknowledged is carried over, proved by the receipt before it."""
    path = tmp_path / "door.db"
    rows = lived(path, receipt=350)
    spoil(path, 0)
    with closing(sqlite3.connect(path)) as store, pytest.raises(sqlite3.DatabaseError):
        store.execute("SELECT 1 FROM row")
    path.unlink()
    lived_rows = lived(path, receipt=350)
    spoil(path, last_page(path))

    with reopen(path).journal as journal:
        carried = journal.rows(1, 0, 400)
        assert carried == lived_rows[349 : 349 + len(carried)]
        assert len(carried) > 1
        assert inspection.receipted(journal, 1) == 350
        assert [damage for _, _, damage in inspection.inspect_all(journal)] == [None, None]
    assert len(rows) == 400


def test_a_row_that_was_edited_is_not_carried_over(tmp_path: Path) -> None:
    """What does not lead from the tree before it ends what is sent."""
    path = tmp_path / "door.db"
    lived(path)
    with closing(sqlite3.connect(path)) as store, store:
        store.execute("UPDATE row SET body = x'7b7d' WHERE place = ?", (place_of(1, 20),))
    spoil(path, last_page(path))

    with reopen(path).journal as journal:
        assert len(journal.rows(1, 0, 400)) == 20


def signed_past(tmp_path: Path, journal: Journal, start: int) -> Past | None:
    """Write a status as the courier does, and read it as the next start does."""
    key = Ed25519PrivateKey.generate()
    outbox = Outbox(tmp_path / "outbox", journal, key, start)
    outbox.write_status(View(5, Staleness.FRESH, Versions(1, 40, 9, 3)))
    assert past_of(tmp_path / "outbox", public_hex(Ed25519PrivateKey.generate())) is None
    return past_of(tmp_path / "outbox", public_hex(key))


def test_the_last_status_gives_back_what_the_file_cannot(tmp_path: Path) -> None:
    """With every page gone, epoch, start and floors come from what the controller signed itself."""
    path = tmp_path / "door.db"
    lived(path)
    with Journal(path, SITE, CONTROLLER) as journal:
        past = signed_past(tmp_path, journal, 6)
    assert past == Past(1, 400, 6, (("root", 1), ("timestamp", 40), ("grants", 9), ("deny", 3)))
    DESTRUCTIONS["every page"](path)

    opened = reopen(path, Past(5, 400, 6, past.floors, (DOOR,)))
    with opened.journal as journal:
        assert (journal.head.epoch, opened.start) == (6, 7)
        kept = dict(journal.look("SELECT name, value FROM fact WHERE name LIKE 'floor/%'"))
        assert kept == {"floor/root": 1, "floor/timestamp": 40, "floor/grants": 9, "floor/deny": 3}
        assert kept_mode(journal, DOOR) is Mode.LOCKDOWN


@pytest.mark.parametrize("empty", [True, False])
def test_a_file_that_is_gone_is_missed(tmp_path: Path, *, empty: bool) -> None:
    """A database that is empty or gone, where a status tells of an earlier life, is not a first start."""
    path = tmp_path / "door.db"
    if empty:
        path.touch()
    opened = reopen(path, Past(3, 40, 6, ()))
    with opened.journal as journal:
        assert (journal.head.epoch, opened.start) == (4, 7)
        assert opened.alarms[0].alarm == "journal-lost"
    reopen(path, Past(4, 2, 7, ())).journal.close()


def test_fewer_rows_than_were_signed_are_an_older_copy(tmp_path: Path) -> None:
    """A status is only signed for durable rows: a journal with fewer is not continued."""
    path = tmp_path / "door.db"
    lived(path, 40)
    opened = reopen(path, Past(1, 41, 6, ()))
    with opened.journal as journal:
        assert journal.head.epoch == 2
        started = bodies(journal, 2)[0]
        assert isinstance(started, Started)
        assert started.cause == "journal-damaged"
        assert [alarm.alarm for alarm in opened.alarms] == ["journal-gap"]


@pytest.mark.parametrize("cut", ["before the new file", "before the new epoch"])
def test_a_start_that_is_cut_short_is_taken_up_again(
    tmp_path: Path, cut: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever was done when power failed, the next start ends at a new epoch with all that was kept."""
    path = tmp_path / "door.db"
    lived(path)
    spoil(path, last_page(path))
    broken = path.read_bytes()
    name = "renew" if cut == "before the new file" else "_begin_lost"
    with monkeypatch.context() as patch:
        patch.setattr(f"door_controller.opening.{name}", _power_fails)
        with pytest.raises(KeyboardInterrupt):
            reopen(path)

    with reopen(path).journal as journal:
        assert journal.head.epoch == 2
        assert journal.look("SELECT serial FROM denial") == [(7,)]
        assert len(journal.rows(1, 0, 400)) > 200
    assert (tmp_path / "door-broken-1.db").read_bytes() == broken


def _power_fails(*_: object) -> None:
    raise KeyboardInterrupt


def test_a_journal_that_breaks_while_it_is_used_refuses_and_alarms(tmp_path: Path) -> None:
    """From the first page that cannot be read on nothing is written upon it; the next start sets it aside."""
    path = tmp_path / "door.db"
    lived(path)
    with reopen(path).journal as journal:
        diary = Diary(journal)
        assert diary.alarms() == ()
        _checkpoint(path)
        spoil(path, 1, last_page(path))
        with pytest.raises(StoreBroken):
            journal.rows(1, 0, 300)
        with pytest.raises(StoreBroken):
            journal.append(EXIT, AT)
        (alarm,) = diary.alarms()
        assert (alarm.alarm, alarm.raised) == ("journal-damaged", True)
        assert diary.alarms() == ()
        diary.note(EXIT, AT)
        assert not diary.write()
    assert isinstance(reopen(path).alarms[0], Alarmed)


def _checkpoint(path: Path) -> None:
    """Bring everything into the main file, by another connection, so that ours forgets what it cached."""
    with closing(sqlite3.connect(path)) as other:
        other.execute("DELETE FROM denial")
        other.commit()
        other.execute("PRAGMA wal_checkpoint(TRUNCATE)")

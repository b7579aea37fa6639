"""The journal on disk: durable before it answers, whole after any kill, and named where it was edited."""

import contextlib
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from card_registry import canonical
from card_registry.errors import StoreBroken
from card_registry.journal.event import (
    Body,
    Exited,
    Moment,
    Position,
    Refused,
    Started,
    decode_body,
    decode_event,
)
from card_registry.journal.tree import Frontier, leaf
from card_registry.words import DoorId, TimeQuality
from door_controller import inspection, store
from door_controller.journal import Journal, Place, place_of
from door_controller.opening import open_journal
from tests.door_controller.site import CONTROLLER, DOOR, SITE, Site

AT = Moment(5, 1, None, TimeQuality.FLOOR, "b" * 32, 7)
EXIT = Exited(DOOR)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the journal lies."""
    return tmp_path / "door.db"


@pytest.fixture
def journal(path: Path) -> Iterator[Journal]:
    """An empty journal."""
    with Journal(path, SITE, CONTROLLER) as opened:
        yield opened


def bodies(journal: Journal, epoch: int = 1) -> list[Body]:
    """Give what an epoch says."""
    return [decode_body(decode_event(row)) for row in journal.rows(epoch, 0, 1 << 20)]


def edit(path: Path, sql: str, *values: object) -> None:
    """Change the file by hand."""
    connection = sqlite3.connect(path)
    with connection:
        connection.execute(sql, values)
    connection.close()


def test_places_and_the_tree_grow_together(journal: Journal) -> None:
    """Each event takes the next place, and the head is the tree over the exact bytes."""
    places = [journal.append(EXIT, AT) for _ in range(5)]
    rows = journal.rows(1, 0, 9)

    assert places == [Place(1, seq) for seq in range(5)]
    expected = Frontier().extend(map(leaf, rows))
    assert journal.head == Position(1, 5, expected.root().hex())
    assert journal.frontier(1, 3) == Frontier().extend(map(leaf, rows[:3]))


def test_an_event_is_on_disk_before_append_returns(journal: Journal, path: Path) -> None:
    """Another process sees the row as soon as the place is known."""
    journal.append(EXIT, AT)
    other = sqlite3.connect(path)

    assert other.execute("SELECT count(*) FROM row").fetchone() == (1,)
    assert journal.look("PRAGMA synchronous") is not None
    other.close()


def test_commits_are_full(tmp_path: Path) -> None:
    """The writer uses WAL with synchronous=FULL, and the file is its owner's alone."""
    opened = store.open_store(tmp_path / "a.db")

    assert opened.execute("PRAGMA synchronous").fetchone() == (2,)
    assert opened.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert (tmp_path / "a.db").stat().st_mode & 0o777 == 0o600
    opened.close()


def test_reopening_continues(path: Path) -> None:
    """A second run goes on where the first one ended."""
    with Journal(path, SITE, CONTROLLER) as first:
        first.append(EXIT, AT)
        head = first.head
    with Journal(path, SITE, CONTROLLER) as second:
        assert second.head == head
        assert second.append(EXIT, AT) == Place(1, 1)


def fill(journal: Journal) -> None:
    """Let the disk take no more pages."""
    (pages,) = journal._store.execute("PRAGMA page_count").fetchone()  # noqa: SLF001 - the injected fault
    journal._store.execute(f"PRAGMA max_page_count={pages}")  # noqa: SLF001 - the same
    with contextlib.suppress(StoreBroken):
        for _ in range(100):
            journal.append(EXIT, AT)


def drain(journal: Journal) -> None:
    """Let the disk take pages again."""
    journal._store.execute("PRAGMA max_page_count=1000000")  # noqa: SLF001 - the injected fault


def test_a_full_disk_refuses_and_changes_nothing(journal: Journal) -> None:
    """The refusal is a sentence; when there is room again the next event takes the same place."""
    fill(journal)
    head = journal.head
    with pytest.raises(StoreBroken, match="took no event"):
        journal.append(EXIT, AT)
    assert journal.head == head

    drain(journal)
    assert journal.append(EXIT, AT) == Place(1, head.size)
    assert inspection.inspect_tail(journal) is None


def test_what_belongs_to_an_event_is_written_with_it_or_not_at_all(journal: Journal) -> None:
    """A failing companion takes the event down with it."""

    def beside(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO fact (name, value) VALUES ('a', 1)")

    def failing(connection: sqlite3.Connection) -> None:
        beside(connection)
        connection.execute("INSERT INTO nowhere VALUES (1)")

    with pytest.raises(StoreBroken):
        journal.append(EXIT, AT, failing)
    assert (journal.head.size, journal.look("SELECT * FROM fact")) == (0, [])
    journal.append(EXIT, AT, beside)
    assert journal.look("SELECT value FROM fact") == [(1,)]


@pytest.mark.parametrize("content", [b"no database at all" * 400, b""])
def test_a_file_that_is_none_of_ours_is_refused(path: Path, content: bytes) -> None:
    """What is no database is refused with a sentence; an empty file is a new journal."""
    path.write_bytes(content)
    if content:
        with pytest.raises(StoreBroken, match="damaged"):
            Journal(path, SITE, CONTROLLER)
    else:
        Journal(path, SITE, CONTROLLER).close()


def test_a_later_schema_is_refused(path: Path) -> None:
    """A database of a later program is not touched."""
    Journal(path, SITE, CONTROLLER).close()
    edit(path, "PRAGMA user_version=99")

    with pytest.raises(StoreBroken, match="schema 99"):
        Journal(path, SITE, CONTROLLER)


KILLED = """
import sys
from pathlib import Path
from card_registry.journal.event import Exited, Moment
from card_registry.words import ControllerId, DoorId, SiteId, TimeQuality
from door_controller.journal import Journal
journal = Journal(Path(sys.argv[1]), SiteId("contoh"), ControllerId("pengendali-1"))
at = Moment(5, 1, None, TimeQuality.FLOOR, "b" * 32, 7)
while True:
    print(journal.append(Exited(DoorId("ruang-server")), at).seq, flush=True)
"""


def test_kill_9_loses_nothing_that_was_acknowledged(path: Path) -> None:
    """Over several kills each acknowledged event is there once, in order, under a whole tree."""
    acknowledged = -1
    for wanted in (3, 17, 40):
        program = [sys.executable, "-c", KILLED, str(path)]
        with subprocess.Popen(program, stdout=subprocess.PIPE, text=True) as writer:
            assert writer.stdout is not None
            for _ in range(wanted):
                acknowledged = int(writer.stdout.readline())
            os.kill(writer.pid, signal.SIGKILL)
            rest = writer.stdout.read().split("\n")
            acknowledged = max([acknowledged, *(int(line) for line in rest[:-1] if line)])
        with Journal(path, SITE, CONTROLLER) as journal:
            assert journal.head.size >= acknowledged + 1
            assert [damage for _, _, damage in inspection.inspect_all(journal)] == [None]
            events = [decode_event(row) for row in journal.rows(1, 0, 1 << 20)]
            assert [event.seq for event in events] == list(range(journal.head.size))


def written(path: Path, count: int = 6) -> None:
    """Write a journal of some events."""
    with Journal(path, SITE, CONTROLLER) as journal:
        for _ in range(count):
            journal.append(EXIT, AT)


def changed_row(path: Path, seq: int) -> None:
    """Change one row's text, in its canonical form, by hand."""
    sql = """
    UPDATE row SET body = CAST(replace(CAST(body AS TEXT), '"count":1', '"count":2') AS BLOB) WHERE place = ?
    """
    edit(path, sql, place_of(1, seq))


EDITS: dict[str, tuple[str, Callable[[Path], None]]] = {
    "a changed row": ("row 2 of epoch 1 does not hash", lambda path: changed_row(path, 2)),
    "a removed row": (
        "row 2 of epoch 1 is missing",
        lambda path: edit(path, "DELETE FROM row WHERE place = ?", place_of(1, 2)),
    ),
    "a row in another's place": (
        "row 2 of epoch 1 says it is row 3",
        lambda path: edit(
            path,
            "UPDATE row SET body = (SELECT body FROM row WHERE place = ?) WHERE place = ?",
            place_of(1, 3),
            place_of(1, 2),
        ),
    ),
    "a row that is no event": (
        "row 2 of epoch 1 is not an event any more",
        lambda path: edit(path, "UPDATE row SET body = x'7b7d' WHERE place = ?", place_of(1, 2)),
    ),
    "a damaged last tree": (
        "tree stored with row 5",
        lambda path: edit(
            path,
            "UPDATE row SET frontier = (SELECT frontier FROM row WHERE place = ?) WHERE place = ?",
            place_of(1, 4),
            place_of(1, 5),
        ),
    ),
    "a cut last tree": (
        "row 5 of epoch 1 does not hash",
        lambda path: edit(path, "UPDATE row SET frontier = x'00' WHERE place = ?", place_of(1, 5)),
    ),
}


@pytest.mark.parametrize("name", EDITS)
def test_an_edited_row_is_named_and_left_for_a_new_epoch(path: Path, name: str) -> None:
    """The start says which row; a new epoch begins with the last good head; the old rows stay."""
    sentence, tamper = EDITS[name]
    written(path)
    tamper(path)

    with Journal(path, SITE, CONTROLLER) as journal:
        damage = inspection.inspect_tail(journal)
    assert damage is not None
    assert sentence in damage.sentence or "does not hash" in damage.sentence
    opened = open_journal(path, SITE, CONTROLLER, 1, "akses-door")
    with opened.journal as journal:
        started, refused = bodies(journal, 2)
        assert isinstance(started, Started)
        assert started.cause == "journal-damaged"
        assert started.previous is not None
        assert (started.previous.epoch, started.previous.size) == (1, damage.seq)
        assert isinstance(refused, Refused)
        assert refused.why == damage.sentence
        assert journal.look("SELECT count(*) FROM row WHERE place < ?", (place_of(2, 0),))[0][0] >= 5
        assert {epoch: found is None for epoch, _, found in inspection.inspect_all(journal)} == {
            1: False,
            2: True,
        }


def test_a_damaged_head_takes_no_event(path: Path) -> None:
    """Nothing is ever written upon a broken tree."""
    written(path)
    EDITS["a cut last tree"][1](path)

    with Journal(path, SITE, CONTROLLER) as journal, pytest.raises(StoreBroken):
        journal.append(EXIT, AT)


def test_a_whole_journal_is_continued(path: Path) -> None:
    """Every start writes Started in the same epoch, and is counted."""
    for start in (1, 2):
        opened = open_journal(path, SITE, CONTROLLER, 3, "akses-door")
        with opened.journal as journal:
            assert opened.start == start
            assert journal.head.epoch == 3
            assert bodies(journal, 3)[-1] == Started("akses-door", "start")


def test_the_floor_of_the_clock_survives(path: Path) -> None:
    """The newest row's proven time is where the next start's clock begins."""
    with Journal(path, SITE, CONTROLLER) as journal:
        journal.append(EXIT, Moment(9, 1_790_000_000_000, None, TimeQuality.FLOOR, "b" * 32, 7))
    opened = open_journal(path, SITE, CONTROLLER, 1, "akses-door")
    with opened.journal:
        assert opened.clock.floor() >= 1_790_000_000_000


def keep_receipt(path: Path, sealed: bytes, epoch: int, size: int) -> None:
    """Store a receipt by hand."""
    edit(path, "INSERT INTO receipt (epoch, next, sealed) VALUES (?, ?, ?)", epoch, size, sealed)


def test_rows_cut_off_behind_a_receipt_are_noticed(path: Path) -> None:
    """Who deletes the last rows does not delete the hub's word for them."""
    written(path)
    with Journal(path, SITE, CONTROLLER) as journal:
        sealed = Site().receipt(1, 6, journal.root(1, 6), 5)
    keep_receipt(path, sealed, 1, 6)
    edit(path, "DELETE FROM row WHERE place >= ?", place_of(1, 4))

    with Journal(path, SITE, CONTROLLER) as journal:
        damage = inspection.inspect_tail(journal)
    assert damage is not None
    assert "not the 6 rows the hub gave its receipt for" in damage.sentence


def test_a_lost_epoch_is_noticed_and_never_begun_again(path: Path) -> None:
    """A receipt for an epoch without rows leads to an epoch after it."""
    written(path)
    keep_receipt(path, Site().receipt(4, 6, "0" * 64, 5), 4, 6)

    opened = open_journal(path, SITE, CONTROLLER, 1, "akses-door")
    with opened.journal as journal:
        assert journal.head.epoch == 5


def test_a_rewritten_tree_is_caught_by_the_receipt(path: Path) -> None:
    """Who also rewrites every later tree still contradicts the hub's receipt."""
    written(path)
    with Journal(path, SITE, CONTROLLER) as journal:
        sealed = Site().receipt(1, 4, journal.root(1, 4), 5)
    keep_receipt(path, sealed, 1, 4)
    changed_row(path, 2)
    connection = sqlite3.connect(path)
    frontier = Frontier()
    with connection:
        for place, body in connection.execute("SELECT place, body FROM row ORDER BY place").fetchall():
            frontier = frontier.append(leaf(body))
            connection.execute("UPDATE row SET frontier = ? WHERE place = ?", (frontier.dump(), place))
    connection.close()

    with Journal(path, SITE, CONTROLLER) as journal:
        damage = inspection.inspect_tail(journal)
    assert damage is not None
    assert "receipt" in damage.sentence


def test_events_are_canonical(journal: Journal) -> None:
    """What is stored decodes from exactly its bytes, with a fresh salt each time."""
    for _ in range(2):
        journal.append(Exited(DoorId("gudang")), AT)
    rows = journal.rows(1, 0, 2)

    assert [canonical.encode(decode_event(row)) for row in rows] == rows
    assert decode_event(rows[0]).salt != decode_event(rows[1]).salt

"""The reserve: given in chunks when the disk is full, filled up again, and alarms for each state once."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from card_registry.errors import StoreBroken
from card_registry.journal.event import Alarmed, Body, Exited, Moment, Tapped, decode_body, decode_event
from card_registry.words import TimeQuality
from door_controller import inspection
from door_controller.daemon.diary import MOST_DENIALS, Diary
from door_controller.disk import NAME, Disk
from door_controller.journal import Journal
from door_controller.room import MIB, DiskState, Sizes
from tests.door_controller.site import CONTROLLER, DOOR, SITE
from tests.door_controller.test_repeats import DENIED
from tests.rigs.small_disk import SmallDisk, small_disk

AT = Moment(5, 1, None, TimeQuality.FLOOR, "b" * 32, 7)
EXIT = Exited(DOOR)
GRANTED = replace(DENIED, granted=True)
SMALL = Sizes(reserve=2 * MIB, chunk=MIB // 2, filling=8 * MIB, low=MIB)


@dataclass
class Book:
    """A journal with its diary on one disk, turned as the loop turns them."""

    folder: Path
    told: list[Alarmed] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Open it."""
        self.disk = Disk(self.folder, SMALL)
        self.journal = Journal(self.folder / "door.db", SITE, CONTROLLER, disk=self.disk)
        self.diary = Diary(self.journal)

    def turn(self) -> None:
        """Do what the loop does once a turn."""
        for alarm in self.diary.alarms():
            self.told.append(alarm)
            self.diary.note(alarm, AT)
        self.diary.write()

    def events(self) -> list[Body]:
        """Give what is written."""
        return [decode_body(decode_event(row)) for row in self.journal.rows(1, 0, 1 << 20)]

    def grants_until_refused(self) -> int:
        """Write grants until the disk takes no more; give how many it took."""
        for number in range(100_000):
            try:
                self.journal.append(GRANTED, AT)
            except StoreBroken:
                return number
        raise AssertionError("the disk was never full")


@contextlib.contextmanager
def book_on(disk: Path) -> Iterator[Book]:
    """Have a book for the length of a ``with`` block."""
    book = Book(disk)
    try:
        yield book
    finally:
        book.journal.close()


@pytest.fixture(params=["ext4", "tmpfs"])
def disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SmallDisk]:
    """A real small disk, of either kind."""
    with small_disk(tmp_path / "disk", kind=request.param) as made:
        yield made


def test_the_reserve_is_written_from_when_the_disk_is_full(disk: SmallDisk) -> None:
    """Grants and exits go on on a full disk while denials are counted; then cards are refused, by name."""
    with book_on(disk.folder) as book:
        book.turn()
        assert (book.disk.state, book.disk.left) == (DiskState.OK, SMALL.reserve)
        disk.fill()
        book.turn()
        assert book.disk.state is DiskState.RESERVE
        for _ in range(5):
            book.diary.note(DENIED, AT)
        book.turn()
        assert DENIED not in book.events()
        before = book.journal.head.size
        taken = book.grants_until_refused()
        assert taken > 200
        assert (book.disk.state, book.disk.left) == (DiskState.FULL, 0)
        assert book.journal.head.size == before + taken
        for _ in range(3):
            book.diary.note(EXIT, AT)
            book.turn()

        disk.drain()
        for _ in range(3):
            book.turn()
        assert (book.disk.state, book.disk.left) == (DiskState.OK, SMALL.reserve)
        events = book.events()
        assert sum(body.count for body in events if isinstance(body, Exited)) == 3
        assert [b.count for b in events if isinstance(b, Tapped) and not b.granted] == [5]
        assert inspection.inspect_tail(book.journal) is None
    raised = [alarm.alarm for alarm in book.told if alarm.raised]
    assert raised == ["disk-reserve", "disk-full"]
    assert [alarm.alarm for alarm in book.told if not alarm.raised] == raised


def test_a_start_on_a_full_disk_uses_what_is_left(disk: SmallDisk) -> None:
    """The file of the reserve outlives the program, so a start finds its room although the disk is full."""
    with book_on(disk.folder) as book:
        book.journal.append(EXIT, AT)
    disk.fill()
    with book_on(disk.folder) as book:
        assert book.disk.state is DiskState.RESERVE
        assert book.journal.append(GRANTED, AT).seq == 1


def test_a_filling_disk_alarms_and_writes_everything(disk: SmallDisk) -> None:
    """Below the first limit somebody should look; nothing else changes, and the alarm ends with a margin."""
    with book_on(disk.folder) as book:
        disk.fill(leave=4 * MIB)
        book.diary.note(DENIED, AT)
        book.turn()
        assert book.disk.state is DiskState.FILLING
        assert DENIED in book.events()
        disk.drain()
        book.turn()
    assert [(alarm.alarm, alarm.raised) for alarm in book.told] == [
        ("disk-filling", True),
        ("disk-filling", False),
    ]


def test_a_disk_that_turns_read_only_refuses_cards_and_counts_exits(tmp_path: Path) -> None:
    """A kernel that gives the disk up is a full disk, with its reason; the next boot goes on from there."""
    with small_disk(tmp_path / "disk") as disk:
        with book_on(disk.folder) as book:
            book.journal.append(GRANTED, AT)
            disk.give_up()
            with pytest.raises(StoreBroken):
                book.journal.append(GRANTED, AT)
            for _ in range(3):
                book.diary.note(EXIT, AT)
                book.turn()
            assert book.disk.state is DiskState.FULL
            assert [alarm.alarm for alarm in book.told] == ["disk-full"]
            assert "readonly" in book.told[0].detail or "I/O" in book.told[0].detail
        disk.mount_again()
        with book_on(disk.folder) as book:
            assert book.journal.append(GRANTED, AT).seq == 1
            assert inspection.inspect_tail(book.journal) is None


def test_sqlites_own_limit_is_a_full_disk_without_using_the_reserve(tmp_path: Path) -> None:
    """What more room would not cure takes none from the reserve, and ends when the limit does."""
    with book_on(tmp_path) as book:
        store = book.journal._store  # noqa: SLF001 - the injected fault
        (pages,) = store.execute("PRAGMA page_count").fetchone()
        store.execute(f"PRAGMA max_page_count={pages}")
        book.grants_until_refused()
        assert (book.disk.state, book.disk.left) == (DiskState.FULL, SMALL.reserve)
        book.diary.note(DENIED, AT)
        book.turn()
        store.execute("PRAGMA max_page_count=1000000")
        book.turn()
        assert book.disk.state is DiskState.OK
        assert DENIED in book.events()
        book.turn()
    assert [(alarm.alarm, alarm.raised) for alarm in book.told] == [("disk-full", True), ("disk-full", False)]


def test_denials_of_many_cards_are_counted_to_a_limit(tmp_path: Path) -> None:
    """Whoever presents a thousand cards to a full disk fills no memory; the rest is told as a number."""
    with book_on(tmp_path) as book:
        book.disk.state = DiskState.RESERVE
        book.disk.look = lambda: DiskState.RESERVE  # type: ignore[method-assign]
        for number in range(1_000):
            book.diary.note(replace(DENIED, credential=f"{number:064x}"), AT)
        book.diary.note(EXIT, AT)
        book.diary.write()
        book.disk.state = DiskState.OK
        book.diary.write()
        events = book.events()
    assert sum(isinstance(body, Tapped) for body in events) == MOST_DENIALS
    gap = next(body for body in events if isinstance(body, Alarmed))
    assert gap.alarm == "journal-gap"
    assert gap.detail.startswith(f"{1_000 - MOST_DENIALS} facts")


def test_a_reserve_that_was_cut_off_is_filled_up_again(tmp_path: Path) -> None:
    """A sparse or short file is no reserve."""
    with (tmp_path / NAME).open("wb") as file:
        file.truncate(SMALL.reserve)
    disk = Disk(tmp_path, SMALL)

    assert disk.left == SMALL.reserve
    assert not disk.give()


def test_a_disk_that_frees_nothing_is_asked_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where shortening the file gives no room, the event is refused; it is not tried for ever."""
    disk = Disk(tmp_path, SMALL)
    monkeypatch.setattr(disk, "_free", lambda _: 0)
    monkeypatch.setattr("os.truncate", lambda *_: None)

    assert not disk.give()
    assert disk.left == SMALL.reserve

"""The registry at a door: adopted when genuine, kept in one transaction, verified again at each start."""

import contextlib
import sqlite3
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from card_registry.instant import DAY
from card_registry.journal.event import Adopted, Alarmed, Body, Refused, decode_body, decode_event
from card_registry.trust.slots import POLICY, file_name, meta_slot, shard_slot
from card_registry.words import CardId, Staleness, Subject
from door_controller.adopter import Adopter, Place
from door_controller.clock import Clock
from door_controller.interval import Clocks
from door_controller.journal import Journal
from tests.door_controller.site import CONTROLLER, SITE, Site, deny_card, now_ms

SHARD = "the card's own shard"


@dataclass
class Post:
    """A door's registry side, with a clock of its own."""

    folder: Path
    site: Site = field(default_factory=Site)
    wall: int = field(default_factory=now_ms)
    mono: int = 1_000_000
    notes: list[Body] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Open the journal and begin as the program does."""
        self.scratch = self.folder / "scratch"
        self.scratch.mkdir()
        self.slots = self.folder / "slots"
        self.slots.mkdir()
        self.start()

    def start(self) -> None:
        """Start, or start again after a stop."""
        self.journal = Journal(self.folder / "door.db", SITE, CONTROLLER)
        self.clock = Clock(0, read=lambda: Clocks(self.wall, self.mono, synchronised=False))
        place = Place(self.slots, self.scratch, CONTROLLER)
        self.adopter = Adopter(place, self.site.bundle(), self.journal, self.clock, self.notes.append)
        self.adopter.boot()

    def again(self) -> None:
        """Stop and start."""
        self.journal.close()
        self.start()

    def deliver(self) -> None:
        """Let the bridge store what the site published, and look."""
        self.site.deliver(self.slots)
        self.adopter.look()

    def events(self) -> list[Body]:
        """Give what the journal says."""
        return [decode_body(decode_event(row)) for row in self.journal.rows(1, 0, 999)]

    def refusals(self) -> list[str]:
        """Give the sentences of what was refused."""
        return [body.why for body in self.notes if isinstance(body, Refused)]

    def known(self) -> int:
        """Give how many credentials decide."""
        registry = self.adopter.standing.registry
        return -1 if registry is None else len(registry.credentials)


@pytest.fixture
def post(tmp_path: Path) -> Iterator[Post]:
    """A door without a registry."""
    made = Post(tmp_path)
    yield made
    made.journal.close()


def test_before_the_first_adoption_there_is_no_registry(post: Post) -> None:
    """Nothing decides, and no receipt is believed."""
    post.adopter.look()

    assert post.adopter.standing.registry is None
    assert post.adopter.receipt_keys == ()


def test_a_genuine_set_decides_and_is_written_down(post: Post) -> None:
    """The registry is swapped, and the event names versions and counts."""
    post.site.admit(b"1" * 32)
    post.deliver()

    assert post.known() == 1
    assert post.adopter.standing.staleness is Staleness.FRESH
    (adopted,) = post.events()
    assert isinstance(adopted, Adopted)
    assert (adopted.versions.grants, adopted.credentials) == (post.site.number, 1)


def test_a_start_verifies_what_is_stored(post: Post) -> None:
    """The stored registry decides after a start without any slot, and no event says it again."""
    post.site.admit(b"1" * 32)
    post.deliver()
    for slot in post.slots.iterdir():
        slot.unlink()
    post.again()
    post.adopter.look()

    assert post.known() == 1
    assert len(post.events()) == 1
    assert post.refusals() == []


@pytest.mark.parametrize("name", [POLICY, shard_slot(CONTROLLER, 3), meta_slot("targets"), "root/1"])
def test_a_stored_part_that_was_edited_is_refused_at_the_start(post: Post, name: str) -> None:
    """A row of the store changed by hand leaves the door without a registry, with a sentence."""
    post.site.admit(b"1" * 32)
    post.deliver()
    with sqlite3.connect(post.folder / "door.db") as connection:
        connection.execute(
            "UPDATE slot SET body = CAST(replace(body, '1', '2') AS BLOB) WHERE name = ?", (name,)
        )
    connection.close()
    post.again()

    if name == "root/1":  # the pinned root stands in the enrolment, not in the store
        assert post.known() in {-1, 1}
    else:
        assert post.known() == -1
        assert post.refusals()
    post.adopter.look()
    assert post.known() == 1


def test_an_older_copy_put_back_into_the_store_is_refused(post: Post) -> None:
    """Genuine and old rows beside newer floors do not bring a card back at the next start."""
    post.site.admit(b"1" * 32)
    post.deliver()
    old = post.journal.look("SELECT name, body FROM slot")
    post.site.publish([], [])
    post.deliver()
    with contextlib.closing(sqlite3.connect(post.folder / "door.db")) as store, store:
        store.execute("DELETE FROM slot")
        store.executemany("INSERT INTO slot (name, body) VALUES (?, ?)", old)
    post.again()

    assert post.known() == -1
    assert "below the floor" in post.refusals()[0]


@pytest.mark.parametrize("name", [POLICY, SHARD, meta_slot("grants"), meta_slot("timestamp")])
def test_a_tampered_slot_never_decides(post: Post, name: str) -> None:
    """A slot edited by hand is refused; the registry before it decides on; the sentence comes once."""
    row, _ = post.site.admit(b"1" * 32)
    post.deliver()
    post.site.publish([], [])
    post.site.deliver(post.slots)
    if name == SHARD:
        name = shard_slot(CONTROLLER, int(row.holder[0], 16))
    path = post.slots / file_name(name)
    path.write_bytes(path.read_bytes().replace(b"1", b"2"))
    for _ in range(4):
        post.adopter.look()
        post.mono += 2_000

    kept = name == POLICY  # it did not change, so the copy kept here is the signed one
    assert post.known() == (0 if kept else 1)
    assert len(post.refusals()) == 1
    assert name in post.refusals()[0]
    post.deliver()
    assert post.known() == 0


def test_an_older_set_is_refused(post: Post) -> None:
    """A replayed set of slots does not bring a card back, not even after a start."""
    post.site.admit(b"1" * 32)
    post.deliver()
    old = {path: path.read_bytes() for path in post.slots.iterdir()}
    post.site.publish([], [])
    post.deliver()
    for path, data in old.items():
        path.write_bytes(data)
    post.adopter.look()
    post.again()
    post.adopter.look()

    assert post.known() == 0
    assert post.refusals()


def test_a_foreign_site_is_refused(post: Post) -> None:
    """Slots that lead to another root are refused."""
    post.site.deliver(post.slots)
    post.adopter.look()
    foreign = Site()
    foreign.admit(b"1" * 32)
    foreign.deliver(post.slots)
    post.adopter.look()

    assert post.known() == 0


def test_a_denial_is_taken_although_the_rest_has_expired(post: Post) -> None:
    """Taking away never needs freshness, and survives the next start."""
    row, _ = post.site.admit(b"1" * 32)
    post.deliver()
    post.site.deny(deny_card(row.card, 7))
    post.site.deliver(post.slots)
    post.wall += 90 * DAY
    post.mono += 90 * DAY
    post.adopter.look()

    def serial() -> int:
        registry = post.adopter.standing.registry
        assert registry is not None
        return registry.serials.get((Subject.CARD, row.card), 0)

    assert serial() == 7
    assert any("expire" in why.lower() or "over" in why for why in post.refusals())
    post.again()
    assert serial() == 7


def test_a_denial_is_taken_from_an_incomplete_set(post: Post) -> None:
    """A broker that holds back the snapshot cannot hold back a denial."""
    row, _ = post.site.admit(b"1" * 32)
    post.deliver()
    post.site.deny(deny_card(row.card, 7))
    held_back = post.slots / file_name(meta_slot("snapshot"))
    before = held_back.read_bytes()
    post.site.deliver(post.slots)
    held_back.write_bytes(before)
    post.adopter.look()

    registry = post.adopter.standing.registry
    assert registry is not None
    assert registry.serials[Subject.CARD, row.card] == 7
    assert post.adopter.standing.versions.deny < post.site.number


def test_a_denial_holds_although_the_disk_is_full(post: Post) -> None:
    """In memory the card is denied at once."""
    row, _ = post.site.admit(b"1" * 32)
    post.deliver()
    pages = post.journal._store.execute("PRAGMA page_count").fetchone()[0]  # noqa: SLF001 - the fault
    post.journal._store.execute(f"PRAGMA max_page_count={pages}")  # noqa: SLF001 - the same
    post.site.deny(*(deny_card(CardId(f"{n:032x}"), n + 1) for n in range(400)), deny_card(row.card, 999))
    post.deliver()

    registry = post.adopter.standing.registry
    assert registry is not None
    assert registry.serials[Subject.CARD, row.card] == 999
    assert any("took no event" in why for why in post.refusals())


def test_a_serial_is_never_forgotten(post: Post) -> None:
    """A later list without the id changes nothing."""
    post.site.deny(deny_card(CardId("a" * 32), 7))
    post.deliver()
    post.site.deny()
    post.deliver()
    post.again()

    registry = post.adopter.standing.registry
    assert registry is not None
    assert registry.serials[Subject.CARD, "a" * 32] == 7


def test_a_timestamp_signed_anew_is_kept_without_an_event(post: Post) -> None:
    """Its version and its time are stored, and the journal stays short."""
    post.site.admit(b"1" * 32)
    post.deliver()
    later = post.site.founded + 3_600_000
    post.site.slots.update(post.site.edition(later).close())
    post.deliver()

    assert len(post.events()) == 1
    assert post.adopter.standing.versions.timestamp == post.site.number
    assert post.clock.floor() >= later
    assert post.journal.look("SELECT value FROM fact WHERE name = 'time-floor'")[0][0] >= later


def test_growing_old_alarms_once_and_clears(post: Post) -> None:
    """A registry past its dates is stale, then expired; a new one is fresh again."""
    post.deliver()
    post.mono += 2 * DAY
    for _ in range(3):
        post.adopter.look()
    assert post.adopter.standing.staleness is Staleness.EXPIRED
    post.site.slots.update(post.site.edition(post.clock.floor()).close())
    post.deliver()

    alarms = [body.raised for body in post.notes if isinstance(body, Alarmed)]
    assert alarms == [True, False]


def test_a_missing_slot_folder_is_survived(post: Post) -> None:
    """No folder is a refusal said once, never a crash."""
    post.slots.rmdir()
    post.adopter.look()
    post.adopter.look()

    assert len(post.refusals()) == 1


def test_links_and_giants_are_not_read(post: Post) -> None:
    """A link in the slot folder is refused, whatever it leads to."""
    post.site.deliver(post.slots)
    path = post.slots / file_name(POLICY)
    path.rename(post.folder / "elsewhere")
    path.symlink_to(post.folder / "elsewhere")
    post.adopter.look()

    assert post.known() == -1
    assert any("plain file" in why for why in post.refusals())


OPENED: set[str] = set()
LISTENERS: list[set[str]] = []


def note_opened(event: str, given: tuple[object, ...]) -> None:
    """Tell who listens which file is opened; a hook stays for the life of the process."""
    for listener in LISTENERS:
        if event == "open":
            listener.add(str(given[0]))


sys.addaudithook(note_opened)


def test_a_revocation_reads_no_shard_again(post: Post) -> None:
    """Of the folder only what changed and the roles are opened, of the store nothing is read back."""
    row, _ = post.site.admit(b"1" * 32)
    post.deliver()
    post.site.deny(deny_card(row.card, 7))
    post.site.deliver(post.slots)
    asked: list[str] = []
    post.journal._store.set_trace_callback(asked.append)  # noqa: SLF001 - what the store is asked
    LISTENERS.append(OPENED)
    post.adopter.look()
    LISTENERS.clear()
    opened = {Path(name).name for name in OPENED if Path(name).parent == post.slots}
    post.journal._store.set_trace_callback(None)  # noqa: SLF001 - the same

    assert post.adopter.standing.registry is not None
    assert post.adopter.standing.registry.serials[Subject.CARD, row.card] == 7
    assert {"deny.list", "meta.deny", "meta.timestamp"} <= opened
    assert not any(name.startswith("d.") for name in opened)
    assert not any("SELECT body FROM slot" in one for one in asked)

"""A controller as a witness: what it saw of the authority log stands in its journal; a fork is alarmed."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from card_registry.durable import write_whole
from card_registry.errors import StoreBroken
from card_registry.journal.event import Alarmed, Body, Refused, Witnessed, decode_body, decode_event
from card_registry.journal.note import authority_origin, open_checkpoint
from card_registry.trust.slots import AUTHORITY
from door_controller.clock import Clock
from door_controller.interval import Clocks
from door_controller.journal import Journal
from door_controller.witnessing import Witnessing
from tests.card_registry.test_witness import KEY, NEXT, NEXT_KEY, Log
from tests.door_controller.process import House, house, wait_for
from tests.door_controller.site import CONTROLLER, SITE, now_ms


@dataclass
class Witness:
    """A controller's slot folder, journal and memory."""

    folder: Path
    log: Log = field(default_factory=Log)
    keys: tuple[str, ...] = (KEY,)
    notes: list[Body] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Begin."""
        self.start()

    def start(self) -> None:
        """Start the program, or start it again."""
        self.journal = Journal(self.folder / "door.db", SITE, CONTROLLER)
        clock = Clock(0, read=lambda: Clocks(now_ms(), 1_000_000, synchronised=False))
        self.witnessing = Witnessing(self.folder, self.journal, clock, lambda: self.keys, self.notes.append)

    def bring(self, data: bytes) -> None:
        """Let the bridge store a head, and look."""
        new = self.folder / ".new"
        new.write_bytes(data)
        new.rename(self.folder / AUTHORITY)
        self.witnessing.look()

    def seen(self) -> list[int]:
        """Give the sizes that the journal tells of."""
        bodies = [decode_body(decode_event(row)) for row in self.journal.rows(1, 0, 999)]
        return [body.size for body in bodies if isinstance(body, Witnessed)]


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Witness]:
    """A controller that has seen nothing."""
    made = Witness(tmp_path)
    yield made
    made.journal.close()


def test_each_newer_head_is_written_down_once(here: Witness) -> None:
    """The event names log, size and root; the same head again, or after a restart, is no news."""
    here.witnessing.look()
    for _ in range(3):
        here.bring(here.log.grow(2).shown())
        here.bring(here.log.shown())
    assert here.seen() == [2, 4, 6]
    (row,) = here.journal.rows(1, 2, 3)
    body = decode_body(decode_event(row))
    assert body == Witnessed(authority_origin(SITE), 6, here.log.root().hex())
    here.journal.close()
    here.start()
    here.witnessing.look()
    here.bring(here.log.grow(1).shown())
    assert here.seen() == [2, 4, 6, 7]
    assert here.notes == []


def test_a_fork_is_alarmed_with_its_evidence_and_what_was_seen_stays(here: Witness) -> None:
    """The alarm carries the signed head; it survives a restart, and ends when the log goes on as seen."""
    here.bring(here.log.grow(5).shown())
    other = Log().grow(7, "other")
    here.bring(other.shown())
    here.bring(other.grow(1).shown())
    (raised,) = here.notes
    assert isinstance(raised, Alarmed)
    assert (raised.alarm, raised.raised) == ("authority-forked", True)
    note = raised.detail.partition("; shown: ")[2]
    assert open_checkpoint(note.encode(), authority_origin(SITE), KEY).size == 7
    here.journal.close()
    here.start()
    here.witnessing.look()
    assert len(here.notes) == 2
    assert here.seen() == [5]
    here.bring(other.grow(99).shown())
    assert here.seen() == [5]
    here.bring(here.log.grow(1).shown())
    assert here.seen() == [5, 6]
    assert here.notes[-1] == Alarmed("authority-forked", "authority", raised=False)


def test_a_withdrawn_key_lets_the_log_begin_anew(here: Witness) -> None:
    """When the officers name another key only, what was kept under the old one is history."""
    here.bring(here.log.grow(5).shown())
    here.keys = (NEXT_KEY,)
    here.bring(Log().grow(2, "anew").shown(key=NEXT))

    assert here.seen() == [5, 2]
    assert [type(one) for one in here.notes] == []


def test_forgeries_are_told_once_and_not_without_end(here: Witness) -> None:
    """What anybody may put into the folder is written down a few times at most, and nothing is kept of it."""
    forged = Log().grow(3).shown(key=NEXT)
    for _ in range(2):
        here.bring(forged)
    for number in range(40):
        here.bring(b'{"%d"' % number)

    assert here.seen() == []
    assert isinstance(here.notes[0], Refused)
    assert 2 <= len(here.notes) <= 16


def test_nothing_is_believed_before_the_policy_names_a_key(here: Witness) -> None:
    """Without a registry there is no key; the head waits for it."""
    here.keys = ()
    here.bring(here.log.grow(1).shown())
    assert here.seen() == []
    here.keys = (KEY,)
    here.witnessing.look()
    assert here.seen() == [1]


def test_a_disk_that_refuses_is_tried_again(here: Witness, caplog: pytest.LogCaptureFixture) -> None:
    """While the database is locked by another process the head is not kept; afterwards it is, once."""
    other = sqlite3.connect(here.folder / "door.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    here.bring(here.log.grow(1).shown())
    assert caplog.text.count(StoreBroken.__name__) == 1
    other.execute("ROLLBACK")
    other.close()
    here.witnessing.look()
    assert here.seen() == [1]


def test_an_odd_file_is_refused(here: Witness) -> None:
    """A link in the head's place is not followed, and is said."""
    (here.folder / AUTHORITY).symlink_to("/etc/hostname")
    here.witnessing.look()
    (refused,) = here.notes
    assert isinstance(refused, Refused)
    assert here.seen() == []


def test_the_running_program_witnesses_and_alarms(tmp_path: Path) -> None:
    """The real door program writes down what its bridge brings, and alarms a fork, through a kill."""
    log = Log()
    with house(tmp_path) as home:
        home.admitted_card()
        slots = home.home / "slots"
        write_whole(slots / AUTHORITY, log.grow(3).shown())
        home.open()
        wait_for(lambda: [body.size for body in home.of(Witnessed) if isinstance(body, Witnessed)] == [3])
        assert home.door is not None
        home.door.kill()
        write_whole(slots / AUTHORITY, Log().grow(9, "other").shown())
        home.open()
        wait_for(lambda: any(one.raised for one in forks(home)))
        write_whole(slots / AUTHORITY, log.grow(1).shown())
        wait_for(lambda: not forks(home)[-1].raised)
        assert [body.size for body in home.of(Witnessed) if isinstance(body, Witnessed)] == [3, 4]


def forks(home: House) -> list[Alarmed]:
    """Give what the journal says of forks, newest last."""
    alarms = [body for body in home.events() if isinstance(body, Alarmed)]
    return [body for body in alarms if body.alarm == "authority-forked"]

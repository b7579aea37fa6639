"""The order of a tap: nothing opens that is not written down, and exit waits for nothing."""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Never

import pytest

from card_registry.journal.event import (
    Alarmed,
    Body,
    Exited,
    Tapped,
    Versions,
    decode_body,
    decode_event,
)
from card_registry.pseudonym import match_of
from card_registry.registry import assemble
from card_registry.shown import CredentialRow, Plan, Shard
from card_registry.statements import Policy
from card_registry.words import (
    Approval,
    CredentialKind,
    ExpiredPolicy,
    ReaderId,
    Reason,
    Side,
    Staleness,
    Subject,
    Tier,
)
from door_controller.clock import Clock, boottime
from door_controller.daemon.alarms import Alarms
from door_controller.daemon.diary import MOST, Diary
from door_controller.daemon.latch import Latch
from door_controller.daemon.loop import Loop
from door_controller.daemon.means import Eye, Means
from door_controller.daemon.ticker import Ticker
from door_controller.door import DoorState, Rex, Timing
from door_controller.journal import Journal
from door_controller.pin.tries import Tries
from door_controller.pseudonyms import Pseudonyms
from door_controller.readers import Doubt, Presented, Proven, ReaderFault, ReaderRestored, Trouble, Unproven
from door_controller.standing import Standing
from tests.door_controller.site import CONTROLLER, DOOR, SITE, Site, rule
from tests.door_controller.wood import Wood

KEY = b"k" * 32
DIGEST = b"d" * 32
READER = ReaderId("masuk")


@dataclass
class Room:
    """A door of wood with everything real behind it."""

    folder: Path
    wood: Wood = field(default_factory=Wood)
    standing: Standing = field(default_factory=Standing)
    site: Site | None = None

    def __post_init__(self) -> None:
        """Wire it up as the daemon does."""
        self.path = self.folder / "door.db"
        self.journal = Journal(self.path, SITE, CONTROLLER)
        self.clock = Clock(1_790_000_000_000)
        self.diary = Diary(self.journal)
        names = Pseudonyms(KEY, self.journal, lambda: self.clock.moment().wall)
        timing = Timing(release_ms=3_000, debounce_ms=0)
        self.latch = Latch(DoorState(DOOR, timing), self.wood, self._note, boottime)
        self.tries, self.alarms = Tries(self.journal), Alarms()
        self.loop = Loop(
            Means(
                self.journal, self.diary, self.clock, names, {DOOR: self.latch},
                {READER: Eye(DOOR, Side.IN)}, lambda: self.standing, self.tries, self.alarms,
            )
        )  # fmt: skip
        self.wood.driven.clear()

    def _note(self, body: Body) -> None:
        self.loop.note(body)

    def admit(self) -> None:
        """Let one card in, at any time."""
        policy = Policy(
            1, SITE, Approval.SIGNATURE, 0, ExpiredPolicy.KEEP, ntp_trusted=False, zone="Asia/Jakarta",
            receipt_keys=(), order_keys=(), authority_keys=(),
        )  # fmt: skip
        made = Site.__new__(Site)
        made.pseudonym_key, made.founded = KEY, self.clock.floor()
        row, grant = made.rows(DIGEST)
        shard = Shard(1, CONTROLLER, int(row.holder[0], 16), (row,), (grant,))
        plan = Plan(1, CONTROLLER, {}, (rule(),))
        self.standing = Standing(assemble(plan, [shard], {}, Versions(), policy), Staleness.FRESH)
        self.card = row.card

    def tap(self, digest: bytes = DIGEST) -> None:
        """Present a card that proves itself."""
        proof = Proven(CredentialKind.PKOC, Tier.PUBLIC_KEY, digest)
        self.loop.take(Presented(READER, proof, time.monotonic_ns()))

    def events(self) -> list[Body]:
        """Give everything written, what waits included."""
        self.diary.write()
        return [decode_body(decode_event(row)) for row in self.journal.rows(1, 0, 9_999)]

    def fill_disk(self) -> None:
        """Let the disk take no more."""
        store = self.journal._store  # noqa: SLF001 - the injected fault
        store.execute(f"PRAGMA max_page_count={store.execute('PRAGMA page_count').fetchone()[0]}")
        for _ in range(100):
            self.diary.note(Alarmed("filler", "disk", raised=True, detail="x" * 200), self.clock.moment())
        self.diary.write()
        assert self.diary.refused

    def free_disk(self) -> None:
        """Let the disk take events again."""
        self.journal._store.execute("PRAGMA max_page_count=1000000")  # noqa: SLF001 - the injected fault


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    """A room with one admitted card."""
    made = Room(tmp_path)
    made.admit()
    yield made
    made.journal.close()


def test_no_lock_is_released_before_its_event_is_committed(room: Room) -> None:
    """At the instant the relay moves, another connection already reads the event that explains it."""
    seen: list[list[str]] = []

    def look(state: str) -> None:
        connection = sqlite3.connect(room.path)
        rows = connection.execute("SELECT CAST(body AS TEXT) FROM row").fetchall()
        connection.close()
        seen.append([state, *(row for (row,) in rows if '"kind":"tapped"' in row)])

    room.wood.moved = look
    room.tap()

    (released,) = seen
    assert released[0] == "released"
    assert len(released) == 2
    assert f'"card":"{room.card}"' in released[1]
    assert '"granted":true' in released[1]


def test_a_full_disk_denies_the_card_and_exit_stays_free(room: Room) -> None:
    """The card is denied with JOURNAL_REFUSED; the button releases; both are written when there is room."""
    room.fill_disk()
    room.tap()
    assert room.wood.driven == []
    for _ in range(3):
        room.latch.take(Rex(pressed=True))
        room.latch.take(Rex(pressed=False))
    assert room.wood.driven == ["released"] * 3

    room.free_disk()
    events = room.events()
    tapped = [body for body in events if isinstance(body, Tapped)]
    assert [(body.granted, body.reason) for body in tapped] == [(False, Reason.JOURNAL_REFUSED)]
    assert sum(body.count for body in events if isinstance(body, Exited)) == 3


def test_exits_are_counted_together_while_the_disk_refuses(room: Room) -> None:
    """However long the disk is full, no exit is lost, and they take no room."""
    room.fill_disk()
    for _ in range(MOST * 2):
        room.latch.take(Rex(pressed=True))
        room.latch.take(Rex(pressed=False))
    for _ in range(MOST * 2):
        room.loop.note(Alarmed("a", "b", raised=True))
    room.free_disk()

    events = room.events()
    assert sum(body.count for body in events if isinstance(body, Exited)) == MOST * 2
    assert any(isinstance(body, Alarmed) and body.alarm == "journal-gap" for body in events)


def test_the_exit_button_does_not_wait_for_the_disk(room: Room) -> None:
    """While a card's commit hangs in the disk, the button releases."""
    blocker = sqlite3.connect(room.path, isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")
    tapping = threading.Thread(target=room.tap)
    tapping.start()
    began = time.monotonic()
    room.latch.take(Rex(pressed=True))
    took = time.monotonic() - began
    hung = tapping.is_alive()
    blocker.execute("ROLLBACK")
    blocker.close()
    tapping.join(5)

    assert room.wood.driven[0] == "released"
    assert hung
    assert took < 0.2


class Trap(dict[str, CredentialRow]):
    """A registry part that fails when asked."""

    def get(self, *_: object) -> Never:
        """Fail."""
        raise RuntimeError

    def __contains__(self, _: object) -> bool:
        """Fail."""
        raise MemoryError


def test_an_exception_while_deciding_is_a_denial(room: Room) -> None:
    """Whatever breaks inside, the door stays locked, says FAULT, and exit stays free."""
    good = room.standing.registry
    assert good is not None
    trapped = replace(good, credentials=Trap())
    room.standing = Standing(trapped, Staleness.FRESH)
    room.tap()

    assert room.wood.driven == []
    (tapped,) = room.events()
    assert isinstance(tapped, Tapped)
    assert (tapped.granted, tapped.reason, tapped.card) == (False, Reason.FAULT, None)
    room.latch.take(Rex(pressed=True))
    assert room.wood.driven == ["released"]
    room.standing = Standing(good, Staleness.FRESH)
    room.tap()
    assert room.wood.driven == ["released", "released"]


def test_an_unforeseen_failure_of_the_journal_is_a_denial(room: Room) -> None:
    """Not only a full disk: a journal closed under the loop denies as well."""
    room.journal._store.close()  # noqa: SLF001 - the injected fault
    room.tap()

    assert room.wood.driven == []


def test_a_lock_that_cannot_be_driven_raises_an_alarm(room: Room) -> None:
    """A pin that fails is an alarm, said once, and the loop lives on."""

    def fail(state: str) -> None:
        raise OSError(state)

    room.wood.moved = fail
    room.tap()
    room.tap()
    room.wood.moved = lambda _: None

    alarms = [body.alarm for body in room.events() if isinstance(body, Alarmed)]
    assert alarms == ["wires-failed"]
    assert not room.latch.view().released


def test_wires_that_obey_again_end_the_alarm(room: Room) -> None:
    """While the lock cannot be driven the alarm stands; when it can, it is cleared once, and cards open."""

    def fail(state: str) -> None:
        raise OSError(state)

    room.wood.moved = fail
    room.tap()
    room.latch.look()
    standing = [room.loop.alarms]

    room.wood.moved = lambda _: None
    room.latch.look()
    room.latch.look()
    standing.append(room.loop.alarms)
    assert standing == [("wires-failed ruang-server",), ()]
    assert [body.raised for body in room.events() if isinstance(body, Alarmed)] == [True, False]

    room.tap()
    room.wood.driven.clear()
    room.latch.look()
    assert room.latch.view().released
    assert room.wood.driven == []


@pytest.mark.parametrize("why", Doubt)
def test_an_unproven_card_is_denied_and_names_nobody(room: Room, why: Doubt) -> None:
    """A card that proved nothing accuses no holder."""
    room.loop.take(Presented(READER, Unproven(CredentialKind.UID, "e" * 64, why), 0))

    (tapped,) = room.events()
    assert isinstance(tapped, Tapped)
    assert (tapped.reason, tapped.card, tapped.credential) == (Reason.PROOF_FAILED, None, "e" * 64)


def test_known_and_unknown_cards_have_pseudonyms_only(room: Room) -> None:
    """A known credential is named under the door's key, an unknown one under the month's, never as shown."""
    room.tap()
    room.tap(b"u" * 32)
    known, unknown = (body for body in room.events() if isinstance(body, Tapped))

    assert known.credential == match_of(KEY, DIGEST)
    assert unknown.reason is Reason.UNKNOWN_CREDENTIAL
    assert unknown.credential not in {match_of(KEY, b"u" * 32), (b"u" * 32).hex()}
    assert b"u" * 32 not in room.path.read_bytes()


def test_repeats_are_counted(room: Room) -> None:
    """The same denial again and again is one event, then one that counts the rest."""
    for _ in range(5):
        room.tap(b"u" * 32)
    assert len(room.events()) == 1
    room.loop.stop()
    room.loop.run(lambda: None)

    assert [body.count for body in room.events() if isinstance(body, Tapped)] == [1, 4]


def test_a_card_at_no_door_does_nothing(room: Room) -> None:
    """A reader that serves no door is ignored."""
    proof = Proven(CredentialKind.PKOC, Tier.PUBLIC_KEY, DIGEST)
    room.loop.take(Presented(ReaderId("lain"), proof, 0))

    assert (room.wood.driven, room.events()) == ([], [])


def test_a_failing_reader_alarms_until_it_works(room: Room) -> None:
    """A fault raises, its end clears; the first opening says nothing."""
    room.loop.take(ReaderRestored(READER, 0))
    room.loop.take(ReaderFault(READER, Trouble.BROKEN, 1))
    standing = [room.loop.alarms]
    room.loop.take(ReaderRestored(READER, 2))
    standing.append(room.loop.alarms)

    assert standing == [("reader-failed masuk",), ()]
    assert [body.raised for body in room.events() if isinstance(body, Alarmed)] == [True, False]


def wait_for(condition: Callable[[], bool], seconds: float = 6.0) -> None:
    """Wait until something holds, or fail."""
    ends = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < ends
        time.sleep(0.01)


def test_a_release_ends_although_the_loop_hangs(room: Room) -> None:
    """Nobody but the ticker runs, the disk is blocked, and the lock is locked in time."""
    blocker = sqlite3.connect(room.path, isolation_level=None)
    room.tap()
    blocker.execute("BEGIN IMMEDIATE")
    ticker = Ticker([room.latch], boottime)
    began = time.monotonic()
    ticker.start()
    wait_for(lambda: room.wood.driven == ["released", "locked"])
    took = time.monotonic() - began
    ticker.close()
    blocker.close()

    assert took < 4


def test_an_edge_that_was_missed_is_seen(room: Room) -> None:
    """The ticker reads levels: a button and a door that reported no edge are noticed."""
    ticker = Ticker([room.latch], boottime)
    ticker.start()
    room.wood.down = True
    wait_for(lambda: "released" in room.wood.driven, 0.4)
    room.wood.open = True
    wait_for(lambda: room.latch.view().state == "open", 0.4)
    ticker.close()


def test_denied_registry_kinds(room: Room) -> None:
    """Without a registry, with a denied card: no, with the reason."""
    good = room.standing.registry
    assert good is not None
    serials = {(Subject.CARD, str(room.card)): 3}
    denying = replace(good, serials=serials)
    for standing in (Standing(), Standing(denying, Staleness.FRESH)):
        room.standing = standing
        room.tap()

    assert room.wood.driven == []
    reasons = [body.reason for body in room.events() if isinstance(body, Tapped)]
    assert reasons == [Reason.NO_REGISTRY, Reason.CARD_DENIED]

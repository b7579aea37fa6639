"""A PIN from the keypad's cable to the lock: nothing of it stays anywhere, and no answer comes too early."""

import logging
import queue
from collections.abc import Callable, Generator
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from card_registry.journal.event import Alarmed
from card_registry.rule import DoorRule
from card_registry.words import Clockless, DoorId, PinDemand, PinResult, ReaderId, Reason, Tier
from door_controller.daemon.latch import Latch
from door_controller.door import Accepted, Input, TurnedAway
from door_controller.journal import Journal
from door_controller.pin.checker import PinChecked
from door_controller.pin.tries import Tries
from door_controller.readers import ReaderRestored
from door_controller.readers.keypad import KeypadReader, KeypadSettings
from door_controller.simulator.keypad import VirtualKeypad
from tests.door_controller.house import House, Person
from tests.door_controller.site import CONTROLLER, SITE

ROOM = DoorId("ruang-server")
READER = ReaderId("ruang-server-in")
RIGHT, DURESS, WRONG = "73951846", "60284913", "82640197"
SARI = Person(5, pin=(RIGHT, DURESS))


class Died(BaseException):
    """Stands for a power cut: nothing of ours catches it."""


class Watched:
    """A latch that tells what it is given before it takes it."""

    def __init__(self, latch: Latch, told: Callable[[Input], None]) -> None:
        self._latch, self._told = latch, told

    def take(self, given: Input) -> None:
        """Tell, then take."""
        self._told(given)
        self._latch.take(given)

    def __getattr__(self, name: str) -> object:
        """Be the latch in everything else."""
        return getattr(self._latch, name)


class Room(House):
    """A house with one door that asks for PINs of eight digits."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            folder, (DoorRule(ROOM, Tier.PUBLIC_KEY, Clockless.DENY, pin=PinDemand.ALWAYS),), (SARI,)
        )

    def start(self) -> None:
        """Come up, with the longer PINs in the officers' policy."""
        super().start()
        registry = self.standing.registry
        assert registry is not None
        longer = replace(registry, policy=replace(registry.policy, pin_digits=8))
        self.standing = replace(self.standing, registry=longer)
        self.checked: queue.SimpleQueue[PinChecked] = queue.SimpleQueue()
        self.loop._checker._report = self.checked.put  # noqa: SLF001 - the test waits where the loop would

    def watch(self, told: Callable[[Input], None]) -> None:
        """Have everything told that the door's latch is given."""
        self.latches[ROOM] = cast("Latch", Watched(self.latches[ROOM], told))

    def enter(self, keys: str) -> None:
        """Present the card, type, and let the loop have the checker's answer."""
        self.tap(SARI, READER)
        self.type(READER, keys)
        self.answer()

    def answer(self) -> None:
        """Wait for the checker, and let the loop take its answer."""
        self.loop.take(self.checked.get(timeout=20))
        self.loop.settle()


@pytest.fixture
def room(tmp_path: Path) -> Generator[Room]:
    """The room."""
    made = Room(tmp_path)
    yield made
    made.stop()


def on_disk(folder: Path) -> tuple[list[str], int]:
    """Read what another process would find: the reasons of the taps, and the wrong tries."""
    with Journal(folder / "door.db", SITE, CONTROLLER) as journal:
        rows = journal.rows(1, 0, 9_999)
        tries = journal.look("SELECT coalesce(sum(wrong), 0) FROM pin_try")[0][0]
    return [part.split(b'"')[1].decode() for row in rows for part in row.split(b'"reason":')[1:]], int(tries)


def test_a_wrong_try_is_on_disk_before_the_light(room: Room) -> None:
    """Who looks at the disk when the light is told *wrong* finds event and try; none is lost by a cut."""
    found: list[tuple[list[str], int]] = []

    def dying(given: Input) -> None:
        if isinstance(given, TurnedAway):
            found.append(on_disk(room.folder))
            raise Died

    for number in range(1, 4):
        room.watch(dying)
        with pytest.raises(Died):
            room.enter(WRONG)
        room.restart()
        assert found[-1] == ([Reason.PIN_WRONG] * number, number) == on_disk(room.folder)


@pytest.mark.parametrize("typed", [RIGHT, DURESS, WRONG])
def test_a_disk_that_refuses_answers_every_pin_alike(typed: str, room: Room) -> None:
    """Neither light nor lock tells a right PIN from a wrong one, so a full disk makes no try free."""
    told: list[Input] = []
    room.tap(SARI, READER)
    room.type(READER, typed)
    store = room.journal._store  # noqa: SLF001 - the injected fault
    store.execute("PRAGMA query_only=ON")
    room.watch(told.append)
    room.answer()
    store.execute("PRAGMA query_only=OFF")

    assert [one for one in told if isinstance(one, TurnedAway)] == [TurnedAway(Reason.JOURNAL_REFUSED)]
    assert "released" not in room.wood[ROOM].driven


def test_right_and_duress_do_the_same_at_the_door(tmp_path: Path) -> None:
    """Same inputs to the latch, same moves of the lock, same alarms and log lines; only the event differs."""
    seen = []
    for name, typed in (("right", RIGHT), ("duress", DURESS)):
        folder = tmp_path / name
        folder.mkdir()
        room = Room(folder)
        told: list[Input] = []
        room.watch(told.append)
        room.enter(typed)
        (tapped,) = room.taps()
        status = room.latches[ROOM].view()
        seen.append((told, room.wood[ROOM].driven, room.loop.alarms, status, tapped.reason, tapped.grant))
        assert [isinstance(body, Alarmed) for body in room.events()].count(True) == 0
        assert tapped.circumstances.pin is (PinResult.RIGHT if typed == RIGHT else PinResult.DURESS)
        room.stop()

    assert seen[0] == seen[1]
    assert any(isinstance(one, Accepted) for one in seen[0][0])


def test_no_digit_is_found_anywhere_afterwards(
    room: Room, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Typed at a real keypad driver, right, wrong and under threat: not in log, events, files or status."""
    keypad, restored = VirtualKeypad(tmp_path / "keypad"), queue.SimpleQueue[object]()
    keys: queue.SimpleQueue[object] = queue.SimpleQueue()

    def report(event: object) -> None:
        if isinstance(event, ReaderRestored):
            restored.put(event)
        else:
            keys.put(event)

    driver = KeypadReader(KeypadSettings(READER, str(tmp_path / "keypad")), report)
    with caplog.at_level(logging.DEBUG):
        driver.start()
        restored.get(timeout=8)
        for typed in (WRONG, DURESS, RIGHT):
            room.tap(SARI, READER)
            keypad.press(typed, 0)
            for _ in typed:
                room.loop.take(keys.get(timeout=8))  # type: ignore[arg-type] # a key, or the test fails
            room.answer()
            room.pass_through(ROOM)
            room.wait(60_000)
        driver.close()
        keypad.close()
    shown = repr((room.events(), room.latches[ROOM].view(), room.loop.alarms, room.loop.__dict__))
    files = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())

    assert [tap.reason for tap in room.taps()] == [Reason.PIN_WRONG, Reason.GRANTED, Reason.GRANTED]
    for code in (RIGHT, DURESS, WRONG):
        assert code not in caplog.text + shown
        assert code.encode() not in files


@settings(max_examples=12)
@given(st.lists(st.sampled_from([RIGHT, DURESS, WRONG, "1#", "**"]), max_size=8))
def test_whatever_is_typed_the_door_opens_only_for_a_right_pin(
    tmp_path_factory: pytest.TempPathFactory, typed: list[str]
) -> None:
    """Each grant has its PIN, each wrong one its try, and the lock moves as often as the journal grants."""
    room = Room(tmp_path_factory.mktemp("room"))
    for keys in typed:
        if keys == "**":
            room.tap(SARI, READER)
            room.type(READER, "9**")
        else:
            room.enter(keys)
        room.pass_through(ROOM)
        room.wait(30_000)
    results = [tap.circumstances.pin for tap in room.taps()]
    right = {RIGHT: PinResult.RIGHT, DURESS: PinResult.DURESS, "**": PinResult.NOT_ASKED}

    assert results == [right.get(keys, PinResult.WRONG) for keys in typed]
    assert [tap.granted for tap in room.taps()] == [keys in {RIGHT, DURESS} for keys in typed]
    assert room.wood[ROOM].driven.count("released") == sum(tap.granted for tap in room.taps())
    assert not Tries(room.journal).locked(SARI.holder)
    room.stop()

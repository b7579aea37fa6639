"""The keypad driver before a pseudo-terminal: keys come through, noise and pulled cables are faults."""

import contextlib
import queue
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from card_registry.words import DoorId, ReaderId, SiteId
from door_controller.parts import _make_reader
from door_controller.readers import KEYS, Keyed, ReaderEvent, ReaderFault, ReaderRestored, Trouble
from door_controller.readers.keypad import (
    KEYS_A_SECOND,
    KEYS_AT_ONCE,
    NOISE_MOST,
    KeypadReader,
    KeypadSettings,
    Pace,
)
from door_controller.simulator.keypad import VirtualKeypad
from door_controller.simulator.words import Fault
from firmware_config.model import Driver, Reader

READER = ReaderId("tombol")
CANARY = "73951846"


class Pad:
    """A real keypad driver and what it reported."""

    def __init__(self, port: Path) -> None:
        self.events: queue.SimpleQueue[ReaderEvent] = queue.SimpleQueue()
        self.reader = KeypadReader(KeypadSettings(READER, str(port)), self.events.put)

    def next(self) -> ReaderEvent:
        """The next event; at the latest when an alarm would be due."""
        return self.events.get(timeout=8)

    def keys(self, number: int) -> str:
        """The next keys, whatever else is reported between them."""
        typed = ""
        while len(typed) < number:
            event = self.next()
            if isinstance(event, Keyed):
                typed += event.key
        return typed


@contextlib.contextmanager
def listening(port: Path) -> Generator[Pad]:
    """Run a driver for the length of a ``with`` block, from when it works."""
    pad = Pad(port)
    pad.reader.start()
    try:
        assert isinstance(pad.next(), ReaderRestored)
        yield pad
    finally:
        pad.reader.close()


@pytest.fixture
def virtual(tmp_path: Path) -> Generator[VirtualKeypad]:
    """A keypad whose port is ``tmp_path/keypad``."""
    keypad = VirtualKeypad(tmp_path / "keypad")
    yield keypad
    keypad.close()


def test_each_key_is_reported_once_and_in_order(virtual: VirtualKeypad, tmp_path: Path) -> None:
    """Every key the keypad has comes out as a ``Keyed`` of this reader; line ends are passed over."""
    with listening(tmp_path / "keypad") as pad:
        virtual.press(KEYS[:6], 0)
        virtual.press("\r\n", 0)
        virtual.press(KEYS[6:], 1)
        assert pad.keys(len(KEYS)) == KEYS
        assert pad.events.empty()


def test_what_was_typed_before_the_door_listened_is_forgotten(virtual: VirtualKeypad, tmp_path: Path) -> None:
    """Keys that lay in the port from before the opening reach nobody."""
    virtual.press("111", 0)
    with listening(tmp_path / "keypad") as pad:
        virtual.press("2", 0)
        assert pad.keys(1) == "2"


def test_an_unplugged_keypad_is_an_alarm_and_works_again_when_it_is_back(
    virtual: VirtualKeypad, tmp_path: Path
) -> None:
    """Unplugged: one fault within 8 s, however long it lasts; plugged in again, it is restored and types."""
    with listening(tmp_path / "keypad") as pad:
        virtual.break_down(Fault.UNPLUG)
        fault = pad.next()
        assert isinstance(fault, ReaderFault)
        assert fault.why in {Trouble.BROKEN, Trouble.UNREACHABLE}
        virtual.break_down(Fault.REPLUG)
        assert isinstance(pad.next(), ReaderRestored)
        virtual.press("5#", 0)
        assert pad.keys(2) == "5#"


def test_a_keypad_that_is_not_there_is_an_alarm_at_once(tmp_path: Path) -> None:
    """Without a port the first report is that it cannot be reached, and closing does not wait for one."""
    pad = Pad(tmp_path / "keypad")
    pad.reader.start()
    fault = pad.next()
    pad.reader.close()
    pad.reader.close()

    assert isinstance(fault, ReaderFault)
    assert fault.why is Trouble.UNREACHABLE
    assert not any(thread.is_alive() for thread in (pad.reader._thread, pad.reader._watchdog))  # noqa: SLF001


def test_a_file_is_no_keypad(tmp_path: Path) -> None:
    """A port that is no serial port is refused like one that is missing."""
    (tmp_path / "keypad").write_bytes(b"1234")
    pad = Pad(tmp_path / "keypad")
    pad.reader.start()
    fault = pad.next()
    pad.reader.close()

    assert isinstance(fault, ReaderFault)
    assert fault.why is Trouble.UNREACHABLE


def test_noise_is_a_fault_until_the_line_is_quiet(virtual: VirtualKeypad, tmp_path: Path) -> None:
    """A line that sends what is no key is reported broken, no key comes of it, and quiet mends it."""
    with listening(tmp_path / "keypad") as pad:
        virtual.break_down(Fault.GARBLE)
        fault = pad.next()
        assert isinstance(fault, ReaderFault)
        assert fault.why is Trouble.BROKEN
        assert isinstance(pad.next(), ReaderRestored)
        virtual.press("9", 0)
        assert pad.keys(1) == "9"


def test_a_dead_keypad_looks_like_an_idle_one(virtual: VirtualKeypad, tmp_path: Path) -> None:
    """What cannot be probed is not claimed: a keypad that says nothing raises no alarm."""
    with listening(tmp_path / "keypad") as pad:
        virtual.break_down(Fault.DEAD)
        virtual.press("1", 0)
        with pytest.raises(queue.Empty):
            pad.events.get(timeout=1.2)


def test_a_keypad_that_runs_wild_is_slowed(virtual: VirtualKeypad, tmp_path: Path) -> None:
    """Of a thousand keys at once only a hand's worth reaches the loop."""
    with listening(tmp_path / "keypad") as pad:
        virtual.press("7" * 1000, 0)
        pad.keys(1)
        virtual.break_down(Fault.UNPLUG)
        taken = 1
        while isinstance(pad.next(), Keyed):
            taken += 1
        assert taken < 500


@given(st.lists(st.floats(0, 5), max_size=200))
def test_the_pace_lets_no_more_through_than_a_hand_presses(gaps: list[float]) -> None:
    """However keys arrive, at most a burst and twenty a second are taken; a slow hand loses none."""
    pace, now, taken = Pace(0.0), 0.0, 0
    for gap in gaps:
        now += gap
        taken += pace.allows(now)
    assert taken <= KEYS_AT_ONCE + now * KEYS_A_SECOND + 1
    slow = Pace(0.0)
    assert all(slow.allows(number / 10) for number in range(100))


@given(st.binary(max_size=64))
def test_whatever_comes_only_keys_are_reported(data: bytes) -> None:
    """Any bytes either end the port as noise or give exactly their keys, up to the pace."""
    reader = KeypadReader(KeypadSettings(READER, "/nowhere"), lambda _: None)
    found: list[str] = []
    noise = worst = 0
    for byte in data:
        noise = 0 if chr(byte) in KEYS else noise + (byte not in b"\r\n")
        worst = max(worst, noise)
    with contextlib.suppress(OSError):
        found.extend(reader._keys(data))  # noqa: SLF001 - the pure part of the driver
    reader.close()

    assert set(found) <= set(KEYS)
    if worst <= NOISE_MOST:
        assert found == [chr(byte) for byte in data if chr(byte) in KEYS][: len(found)]
        assert len(found) >= min(KEYS_AT_ONCE, sum(chr(byte) in KEYS for byte in data))


def test_a_pressed_key_is_not_shown(caplog: pytest.LogCaptureFixture) -> None:
    """Neither the event's ``repr`` nor a log line holds the digit."""
    with caplog.at_level(0):
        shown = "".join(repr(Keyed(READER, key, 0)) for key in CANARY)

    assert "key" not in shown.replace("Keyed", "")
    assert not caplog.records


def test_the_site_file_gives_a_keypad(virtual: VirtualKeypad, tmp_path: Path) -> None:
    """A reader listed with ``driver = "keypad"`` is this driver at the listed port."""
    listed = Reader(READER, str(tmp_path / "keypad"), Driver.KEYPAD, DoorId("utama"), baud=9600)
    events: queue.SimpleQueue[ReaderEvent] = queue.SimpleQueue()
    made = _make_reader(SiteId("kantor"), listed, events.put, str)
    made.start()
    try:
        assert isinstance(events.get(timeout=8), ReaderRestored)
        virtual.press("4", 0)
        assert isinstance(events.get(timeout=8), Keyed)
    finally:
        made.close()

"""The cable: frames out of any stream, a chip found at whatever speed it was left, and no shell."""

import errno
import os
import pty
import subprocess
import sys
import threading
import tty
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from door_controller.readers.port import ACK, Port, frame_length, open_chip
from door_controller.simulator.frame import wrap
from door_controller.simulator.wire import VirtualReader


@pytest.fixture
def ends() -> Generator[tuple[int, Port]]:
    """The chip's end of a terminal, and our port on the other."""
    master, slave = pty.openpty()
    tty.setraw(slave)
    port = Port(os.ttyname(slave))
    yield master, port
    port.close()
    os.close(slave)
    os.close(master)


@given(st.integers(0, 255), st.binary(max_size=262), st.integers(0, 280))
def test_a_frame_knows_its_length(code: int, data: bytes, seen: int) -> None:
    """Whatever part of a frame has come, its length is right or not yet known."""
    frame = wrap(code & 0xFE, data)

    assert frame_length(frame[:seen]) in (len(frame), None)
    assert frame_length(frame + b"more") == len(frame)
    assert frame_length(ACK + frame) == len(ACK)


def test_frames_are_cut_from_the_stream(ends: tuple[int, Port]) -> None:
    """Noise before, an acknowledgement, and a frame in two parts: read one by one."""
    master, port = ends
    frame = wrap(0x42, bytes(300))
    os.write(master, b"\x55\x55\x00\x00" + ACK + frame[:7])
    assert port.read(500) == ACK
    later = threading.Timer(0.02, os.write, (master, frame[7:]))
    later.start()

    assert port.read(2000) == frame
    later.join()


def test_silence_and_noise_are_no_frame(ends: tuple[int, Port]) -> None:
    """Without a frame the wait ends in time."""
    master, port = ends
    os.write(master, b"\x12\x34" * 50)
    with pytest.raises(OSError, match=r".") as caught:
        port.read(1)

    assert caught.value.errno == errno.ETIMEDOUT


def test_a_port_given_up(ends: tuple[int, Port]) -> None:
    """After ``abort`` from another thread, waiting ends at once and nothing works any more."""
    _, port = ends
    later = threading.Timer(0.05, port.abort)
    later.start()
    for use in (lambda: port.read(8000), lambda: port.write(ACK), lambda: port.read(8000)):
        with pytest.raises(OSError, match="given up"):
            use()
    later.join()


def test_one_program_for_each_port(tmp_path: Path) -> None:
    """A second opening of the same port is refused while the first lasts."""
    virtual = VirtualReader(tmp_path / "reader", paced=False)
    first = Port(str(tmp_path / "reader"))
    try:
        with pytest.raises(OSError, match="lock"):
            Port(str(tmp_path / "reader"))
    finally:
        first.close()
        virtual.close()


def test_a_chip_left_at_its_working_speed(tmp_path: Path) -> None:
    """A killed process leaves the chip at 921600; the next one finds it there."""
    virtual = VirtualReader(tmp_path / "reader", paced=False)
    try:
        left = Port(str(tmp_path / "reader"))
        open_chip(left, 921600, 64)
        left.close()
        port = Port(str(tmp_path / "reader"))
        device = open_chip(port, 921600, 64)
        device.close()
    finally:
        virtual.close()


def test_nothing_that_answers(ends: tuple[int, Port]) -> None:
    """A port without a PN532 behind it is refused after all calls went unheard."""
    _, port = ends
    with pytest.raises(OSError, match="PN532"):
        open_chip(port, 921600, 64)


def test_nothing_is_executed(tmp_path: Path) -> None:
    """Opening a reader starts no program, and importing it leaves warnings and nfcpy's log alone."""
    program = f"""
import logging, sys, warnings
def watch(event, args):
    assert event not in ("os.system", "subprocess.Popen", "os.exec", "os.posix_spawn", "os.fork"), event
sys.addaudithook(watch)
before = warnings.showwarning
from door_controller.readers.port import Port, open_chip
assert warnings.showwarning is before
assert not logging.getLogger("nfc.clf.pn532").isEnabledFor(logging.CRITICAL)
open_chip(Port({str(tmp_path / "reader")!r}), 921600, 64).close()
"""
    virtual = VirtualReader(tmp_path / "reader", paced=False)
    try:
        subprocess.run([sys.executable, "-c", program], check=True, timeout=20)
    finally:
        virtual.close()

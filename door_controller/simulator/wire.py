"""One virtual reader: a PN532 on a pseudo-terminal, with a thread that keeps its time and can break it.

It decides when bytes move. What they mean is left to ``frame`` and ``pn532``. Paced, every byte costs what
it costs on a serial line at the chip's speed, every exchange what it costs on the air; unpaced, only waiting
for a card and a card's own thinking take time. A host that talks at another speed than the chip is not
understood.
"""

import contextlib
import os
import pty
import queue
import select
import termios
import threading
import time
import tty
from collections.abc import Callable
from pathlib import Path

from door_controller.simulator.frame import ACK, SYNTAX_ERROR, Abort, Command, FrameBuffer, wrap
from door_controller.simulator.picc import Card
from door_controller.simulator.pn532 import FOREVER, TIMEOUT, TRY_SECONDS, Answer, Chip, Look, Unknown
from door_controller.simulator.words import Fault

BITS_A_BYTE = 10
_COMMUNICATE = 0x42
_READ_MOST = 4096
_ORDER_SECONDS = 5.0
_SPEEDS = {
    termios.B9600: 9600,
    termios.B19200: 19200,
    termios.B38400: 38400,
    termios.B57600: 57600,
    termios.B115200: 115200,
    termios.B230400: 230400,
    termios.B460800: 460800,
    termios.B921600: 921600,
}


class VirtualReader:
    """A reader that programs open by the symlink ``link``; runs from making until ``close``."""

    def __init__(self, link: Path, *, paced: bool) -> None:
        self._link = link
        self._paced = paced
        self._chip = Chip()
        self._fault = Fault.NONE
        self._cable: tuple[int, int] | None = None
        self._frames = FrameBuffer()
        self._orders: queue.SimpleQueue[tuple[Callable[[], None], threading.Event]] = queue.SimpleQueue()
        self._wake = os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK)
        self._stop = False
        self._spent = 0.0
        self._link_seconds: float | None = None
        self._plug()
        self._thread = threading.Thread(target=self._run, name=f"virtual-{link.name}", daemon=True)
        self._thread.start()

    def present(self, card: Card) -> None:
        """Hold a card before the reader, in place of any other; returns when it is in the field."""
        self._order(lambda: self._put(card))

    def remove(self) -> float | None:
        """Take the card away; give the seconds that link and card needed until its last answer, if any."""
        self._order(lambda: self._chip.put(None))
        return self._link_seconds

    def break_down(self, fault: Fault) -> None:
        """Break the reader, or mend it."""
        self._order(lambda: self._set_fault(fault))

    def close(self) -> None:
        """Pull the cable for good and end the thread."""
        self._order(self._end)
        self._thread.join()
        os.close(self._wake)

    # What the chip's thread does on behalf of others.

    def _order(self, act: Callable[[], None]) -> None:
        done = threading.Event()
        self._orders.put((act, done))
        os.eventfd_write(self._wake, 1)
        done.wait(_ORDER_SECONDS)

    def _obey(self) -> None:
        with contextlib.suppress(BlockingIOError):
            os.eventfd_read(self._wake)
        with contextlib.suppress(queue.Empty):
            while True:
                act, done = self._orders.get_nowait()
                act()
                done.set()

    def _put(self, card: Card) -> None:
        self._chip.put(card)
        self._spent = 0.0
        self._link_seconds = None

    def _set_fault(self, fault: Fault) -> None:
        if fault is Fault.UNPLUG:
            self._unplug()
        elif fault is Fault.REPLUG:
            self._unplug()
            self._plug()
        self._fault = fault

    def _end(self) -> None:
        self._stop = True
        self._unplug()

    def _plug(self) -> None:
        master, slave = pty.openpty()
        tty.setraw(slave)
        os.set_blocking(master, False)
        beside = self._link.with_name(f".{self._link.name}.new")
        beside.unlink(missing_ok=True)
        beside.symlink_to(os.ttyname(slave))
        beside.replace(self._link)
        self._cable = (master, slave)
        self._chip.wake()
        self._frames = FrameBuffer()

    def _unplug(self) -> None:
        if self._cable is not None:
            self._link.unlink(missing_ok=True)
            for end in self._cable:
                os.close(end)
            self._cable = None

    # The chip's own life.

    def _run(self) -> None:
        while not self._stop:
            for frame in self._receive(None):
                match frame:
                    case Command():
                        self._execute(frame)
                    case Abort():
                        pass

    def _receive(self, until: float | None) -> list[Command | Abort]:
        """Wait for frames of the host until a monotonic time; an order or noise ends the wait early."""
        ends = [self._wake] if self._cable is None else [self._wake, self._cable[0]]
        left = None if until is None else max(0.0, until - time.monotonic())
        ready, _, _ = select.select(ends, [], [], left)
        self._obey_if(ready)
        if self._cable is None or self._cable[0] not in ready:
            return []
        with contextlib.suppress(OSError):
            data = os.read(self._cable[0], _READ_MOST)
            if self._understands():
                return self._frames.feed(data)
        return []

    def _obey_if(self, ready: list[int]) -> None:
        if self._wake in ready:
            self._obey()

    def _understands(self) -> bool:
        if self._cable is None:
            return False
        return _SPEEDS.get(termios.tcgetattr(self._cable[1])[5]) == self._chip.baud

    def _execute(self, command: Command) -> None:
        if self._fault is Fault.DEAD:
            return
        cable = self._cable
        due = self._wait_for(time.monotonic(), self._on_wire(command.wire + len(ACK)))
        self._write(ACK)
        spoke, card = self._chip.baud, self._chip.card
        answer = self._chip.execute(command.code, command.data)
        if isinstance(answer, Look):
            found = self._look(answer.tries)
            if found is None:
                return
            answer, due = found, time.monotonic()
        # A new speed counts after this answer.
        speaks, self._chip.baud = self._chip.baud, spoke
        self._answer(command, answer, due, card)
        if self._cable is cable:
            self._chip.baud = speaks

    def _answer(self, command: Command, answer: Answer | Unknown, due: float, card: Card | None) -> None:
        cable = self._cable
        frame = SYNTAX_ERROR if isinstance(answer, Unknown) else wrap(command.code, answer.data)
        self._wait_for(due, self._cost(answer, len(frame)))
        if self._cable is not cable:  # pulled meanwhile, and with it the chip's power
            return
        if command.code == _COMMUNICATE:
            if card is not self._chip.card:  # it was taken away while it was thinking
                frame = wrap(command.code, TIMEOUT)
            self._link_seconds = self._spent
        self._write(self._garbled(frame))

    def _cost(self, answer: Answer | Unknown, length: int) -> float:
        wire = self._on_wire(length)
        if isinstance(answer, Unknown):
            return wire
        return wire + answer.card_seconds + (answer.link_seconds if self._paced else 0.0)

    def _on_wire(self, length: int) -> float:
        return length * BITS_A_BYTE / self._chip.baud if self._paced else 0.0

    def _wait_for(self, begins: float, seconds: float) -> float:
        """Let ``seconds`` pass after ``begins``, obeying orders meanwhile; give what time should be now."""
        due = begins + seconds
        self._spent += seconds
        while not self._stop and (left := due - time.monotonic()) > 0:
            self._obey_if(select.select([self._wake], [], [], left)[0])
        return due

    def _look(self, tries: int) -> Answer | None:
        """Look for a card as often as asked; None when the host lost patience."""
        began = time.monotonic()
        ends = None if tries == FOREVER else began + tries * TRY_SECONDS
        while not self._stop and self._fault is not Fault.DEAD and self._cable is not None:
            if self._chip.card is not None:
                self._await_next_try(began)
                if (found := self._chip.found()) is not None:
                    return found
            if ends is not None and time.monotonic() >= ends:
                return Answer(b"\x00")
            if self._receive(ends):
                return None
        return None

    def _await_next_try(self, began: float) -> None:
        if not self._paced:
            return
        now = time.monotonic()
        passed = now - began
        due = began + TRY_SECONDS * (int(passed / TRY_SECONDS) + 1)
        self._wait_for(now, due - now)

    def _garbled(self, frame: bytes) -> bytes:
        if self._fault is not Fault.GARBLE:
            return frame
        return frame[:-2] + bytes([frame[-2] ^ 1]) + frame[-1:]

    def _write(self, data: bytes) -> None:
        if self._cable is not None and self._fault is not Fault.DEAD:
            with contextlib.suppress(OSError):
                os.write(self._cable[0], data)

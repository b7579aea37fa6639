"""A virtual keypad: a pseudo-terminal on which keys appear, one byte each, and whose cable can be pulled.

It decides when bytes move. What programs make of them is left to their driver. It answers nothing, like the
keypads it stands for.
"""

import contextlib
import os
import pty
import threading
import tty
from pathlib import Path

from door_controller.simulator.words import Fault

_NOISE = bytes(range(128, 256))


class VirtualKeypad:
    """A keypad that programs open by the symlink ``link``; runs from making until ``close``."""

    def __init__(self, link: Path) -> None:
        self._link = link
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._fault = Fault.NONE
        self._cable: tuple[int, int] | None = None
        self._plug()

    def press(self, keys: str, gap_ms: int) -> None:
        """Press keys one after the other, ``gap_ms`` apart; a dead or unplugged keypad says nothing."""
        for number, key in enumerate(keys):
            if number and self._stop.wait(gap_ms / 1000):
                return
            with self._lock:
                if self._fault is Fault.NONE:
                    self._write(key.encode("ascii"))

    def break_down(self, fault: Fault) -> None:
        """Break the keypad, or mend it; GARBLE sends bytes that are no keys, once."""
        with self._lock:
            if fault in {Fault.UNPLUG, Fault.REPLUG}:
                self._unplug()
            if fault is Fault.REPLUG:
                self._plug()
            if fault is Fault.GARBLE:
                self._write(_NOISE)
            self._fault = fault if fault in {Fault.DEAD, Fault.UNPLUG} else Fault.NONE

    def close(self) -> None:
        """Pull the cable for good."""
        self._stop.set()
        with self._lock:
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

    def _unplug(self) -> None:
        if self._cable is not None:
            self._link.unlink(missing_ok=True)
            for end in self._cable:
                os.close(end)
            self._cable = None

    def _write(self, data: bytes) -> None:
        if self._cable is not None:
            with contextlib.suppress(OSError):  # nobody reads and the line is full
                os.write(self._cable[0], data)

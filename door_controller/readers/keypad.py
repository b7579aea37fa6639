"""An ASCII keypad on a serial port as a supervised reader: one byte a key, ``0`` to ``9``, ``*`` and ``#``.

It decides which bytes are keys, how many keys a second a person can press, and when a line is only noise.
What the keys mean is left to ``door_controller.pin.dialogue``, health to ``supervision``.

Such a keypad only ever talks: there is no question it would answer. So what can be told is that its port is
gone (unplugged USB adapter, hung-up line), that the port cannot be opened, that what it sends is noise, and
that our own thread hangs; each is an alarm within 8 s. What cannot be told is a keypad that is dead or cut
off behind a serial port of the board itself: it looks like one that nobody uses. Choose a USB keypad or
adapter where that matters, and try each keypad at the commissioning.

2026-11-21: carriage return and line feed are passed over in silence, because keypads send them after a key;
every other byte is noise, and so much of it without a key between is a wrong speed or a broken cable.
2026-11-21: the keypad counts as restored at its first key or its first quiet half second, not at the opening
of its port, because a line full of noise can be opened again and again.
2026-11-21: keys beyond what a hand can press are dropped, because a keypad that runs wild (or is replaced by
something that types) must not bury the taps in the loop's queue.
"""

import contextlib
import errno
import os
import select
import termios
import threading
import time
from collections.abc import Generator, Iterator
from dataclasses import dataclass

import serial

from card_registry.words import ReaderId
from door_controller.readers import KEYS, Keyed, Report, Trouble
from door_controller.readers.supervision import Supervision, watch

QUIET_SECONDS = 0.5
"""How long one turn waits for a key."""

KEYS_A_SECOND = 20
KEYS_AT_ONCE = 24
"""A hand presses fewer than ten a second; more at once only wait in the port while this process was busy."""

NOISE_MOST = 16
"""So many bytes that are no key, and no key between them, are a fault."""

REOPEN_SECONDS = (0.1, 0.25, 0.5, 1.0)
CLOSE_SECONDS = 2.0
_READ_MOST = 256
_PASSED_OVER = frozenset(b"\r\n")


@dataclass(frozen=True, slots=True)
class KeypadSettings:
    """Which keypad, on which port, at what speed (bits a second, 8 data bits, no parity, 1 stop bit)."""

    reader: ReaderId
    port: str
    baud: int = 9600


class Pace:
    """How many keys may still be taken: ``KEYS_AT_ONCE``, and ``KEYS_A_SECOND`` more with time."""

    def __init__(self, now: float) -> None:
        self._left, self._at = float(KEYS_AT_ONCE), now

    def allows(self, now: float) -> bool:
        """Say whether one more key is taken at ``now`` (monotonic seconds)."""
        self._left = min(KEYS_AT_ONCE, self._left + (now - self._at) * KEYS_A_SECOND)
        self._at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True


class KeypadReader:
    """One keypad: a thread that reads, and a thread that watches it."""

    def __init__(self, settings: KeypadSettings, report: Report) -> None:
        self._settings = settings
        self._report = report
        self._stop = threading.Event()
        self._health = Supervision(settings.reader, report)
        self._ended = os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK)
        self._noise = 0
        self._failures = 0
        self._pace = Pace(time.monotonic())
        name = f"reader-{settings.reader}"
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._watchdog = threading.Thread(
            target=watch, args=(self._health, self._wake, self._stop), name=f"{name}-watch", daemon=True
        )

    def start(self) -> None:
        """Begin to open the port and to read; returns at once."""
        self._thread.start()
        self._watchdog.start()

    def close(self) -> None:
        """Stop, and wait until the port is closed (at most a few seconds)."""
        if self._stop.is_set():
            return
        self._stop.set()
        self._wake()
        if self._thread.ident is not None:
            self._thread.join(CLOSE_SECONDS)
            self._watchdog.join()
        if not self._thread.is_alive():
            os.close(self._ended)

    def _wake(self) -> None:
        os.eventfd_write(self._ended, 1)

    def _run(self) -> None:
        while not self._stop.is_set():
            self._health.beat()
            try:
                with self._opened() as tty:
                    self._read_keys(tty)
            except Exception:  # noqa: BLE001 - whatever a cable or a driver does, the thread lives on
                self._health.fault(Trouble.BROKEN)
            self._stop.wait(REOPEN_SECONDS[min(self._failures, len(REOPEN_SECONDS) - 1)])
            self._failures += 1

    @contextlib.contextmanager
    def _opened(self) -> Generator[int]:
        try:
            tty = _open(self._settings)
        except OSError:
            self._health.fault(Trouble.UNREACHABLE)
            raise
        self._noise = 0
        with contextlib.suppress(BlockingIOError):
            os.eventfd_read(self._ended)  # what woke the last opening is over
        try:
            yield tty.fileno()
        finally:
            tty.close()

    def _read_keys(self, tty: int) -> None:
        """Report keys until told to stop.

        Raises:
            OSError: The cable is gone, or sends nothing but noise.
        """
        while not self._stop.is_set():
            self._health.beat()
            ready, _, _ = select.select([tty, self._ended], [], [], QUIET_SECONDS)
            if self._ended in ready:
                raise OSError(errno.ENODEV, "the port was given up")
            if not ready:
                self._noise = 0
                self._works()
                continue
            data = os.read(tty, _READ_MOST)
            if not data:
                raise OSError(errno.ENODEV, "the cable was pulled")
            for key in self._keys(data):
                self._works()
                self._report(Keyed(self._settings.reader, key, time.monotonic_ns()))

    def _works(self) -> None:
        self._failures = 0
        self._health.restored()

    def _keys(self, data: bytes) -> Iterator[str]:
        """Give the keys among some bytes, as many as a hand can press.

        Raises:
            OSError: There was too much between them that is no key.
        """
        for byte in data:
            key = chr(byte)
            if key in KEYS:
                self._noise = 0
                if self._pace.allows(time.monotonic()):
                    yield key
            elif byte not in _PASSED_OVER:
                self._noise += 1
                if self._noise > NOISE_MOST:
                    raise OSError(errno.EIO, "the line sends what is no key; check its speed and cable")


def _open(settings: KeypadSettings) -> serial.Serial:
    """Open the port for this process alone; what was typed before is forgotten.

    Raises:
        OSError: There is no such port, it is in use, or it is not a serial port.
    """
    try:
        return serial.Serial(settings.port, settings.baud, timeout=0, exclusive=True)
    except (termios.error, ValueError) as error:
        raise OSError(errno.ENODEV, f"{settings.port} is not a serial port") from error

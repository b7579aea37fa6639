"""The machine's clocks, read and used: wall, CLOCK_BOOTTIME, boot id, and whether the kernel syncs the wall.

What the readings prove is decided in ``interval``; here they are taken, and the knowledge is shared between
threads. Nothing here sets a clock.
"""

import ctypes
import functools
import threading
import time
from collections.abc import Callable
from pathlib import Path

from card_registry.instant import SECOND, Instant
from card_registry.journal.event import Moment
from door_controller import interval
from door_controller.interval import Clocks, Timekeeping

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_TIMESYNCD = Path("/run/systemd/timesync/synchronized")
"""Made by systemd-timesyncd once it has set the clock; asked where a sandbox forbids adjtimex(2)."""

_UNSYNCHRONISED = 0x40
_TIME_ERROR = 5


class _Timex(ctypes.Structure):
    """The beginning of the kernel's ``struct timex``, and room for the rest."""

    _fields_ = (
        ("modes", ctypes.c_uint),
        ("offset", ctypes.c_long),
        ("freq", ctypes.c_long),
        ("maxerror", ctypes.c_long),
        ("esterror", ctypes.c_long),
        ("status", ctypes.c_int),
        ("rest", ctypes.c_byte * 256),
    )


def boottime() -> int:
    """Give the milliseconds since boot, sleep included."""
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000


def boot_id() -> str:
    """Give the kernel's random name of this boot, 32 hex digits."""
    return _BOOT_ID.read_text(encoding="ascii").strip().replace("-", "")


@functools.cache
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def synchronised() -> bool:
    """Say whether the kernel holds the wall clock in step with something (adjtimex(2), read only)."""
    timex = _Timex()
    state = _libc().adjtimex(ctypes.byref(timex))
    if state == -1:
        return _TIMESYNCD.exists()
    return state != _TIME_ERROR and not timex.status & _UNSYNCHRONISED


def read_clocks() -> Clocks:
    """Read all clocks now."""
    return Clocks(time.time_ns() // 1_000_000, boottime(), synchronised())


JUMP_MS = 2 * SECOND
"""How far the wall clock may move against the boot clock between two looks."""


class Clock:
    """What this controller knows of the time, for many threads."""

    def __init__(
        self, floor: int, *, ntp_trusted: bool = False, read: Callable[[], Clocks] = read_clocks
    ) -> None:
        """Start from a stored floor (0: unknown)."""
        self._read = read
        self._lock = threading.Lock()
        clocks = read()
        self._keep = Timekeeping(floor, clocks.mono)
        self._apart = clocks.wall - clocks.mono
        self.boot = boot_id()
        self.ntp_trusted = ntp_trusted

    def now(self) -> tuple[Instant, Moment]:
        """Give the interval to decide with, and the same as an event records it."""
        clocks = self._read()
        instant = interval.instant(self._keep, clocks, ntp_trusted=self.ntp_trusted)
        wall = interval.estimate(instant, clocks.wall)
        moment = Moment(wall, instant.lo, instant.hi, instant.quality, self.boot, clocks.mono)
        return instant, moment

    def moment(self) -> Moment:
        """Give the time as an event records it."""
        return self.now()[1]

    def mono(self) -> int:
        """Give the boot clock, in milliseconds."""
        return self._read().mono

    @property
    def synchronised(self) -> bool:
        """Say whether the kernel holds the wall clock in step."""
        return self._read().synchronised

    def jumped(self) -> int | None:
        """Give how far (ms) the wall clock was moved since the last look; None up to ``JUMP_MS``."""
        clocks = self._read()
        apart, self._apart = self._apart, clocks.wall - clocks.mono
        moved = self._apart - apart
        return moved if abs(moved) > JUMP_MS else None

    def floor(self) -> int:
        """Give the moment that is certainly past: what is stored for the next start."""
        return interval.counted(self._keep, self._read().mono)

    def learn_signed(self, time: int) -> None:
        """Learn from a verified signature of unknown age."""
        with self._lock:
            self._keep = interval.signed(self._keep, time, self._read().mono)

    def obey_officers(self, time: int) -> None:
        """Count from a time that the officers set, whatever was taken for proven before."""
        with self._lock:
            self._keep = interval.reset(time, self._read().mono)

    def learn_answer(self, time: int, asked: int) -> None:
        """Learn from a verified signature over something that did not exist before ``asked`` (boot time)."""
        with self._lock:
            self._keep = interval.answered(self._keep, time, asked, self._read().mono)

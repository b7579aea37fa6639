"""The machine's clocks: whether the kernel keeps the wall in step, and when somebody moved it."""

import ctypes
from dataclasses import dataclass

import pytest

from door_controller import clock
from door_controller.clock import JUMP_MS, Clock
from door_controller.interval import Clocks


@dataclass
class Hands:
    """Clocks that are moved by hand."""

    wall: int = 1_790_000_000_000
    mono: int = 5_000
    synchronised: bool = True

    def read(self) -> Clocks:
        """Show them."""
        return Clocks(self.wall, self.mono, self.synchronised)

    def pass_time(self, ms: int, moved: int = 0) -> None:
        """Let time pass, and move the wall clock besides."""
        self.wall, self.mono = self.wall + ms + moved, self.mono + ms


@pytest.mark.parametrize("moved", [JUMP_MS + 1, -JUMP_MS - 1, 86_400_000, -86_400_000])
def test_a_jump_is_told_once_and_by_how_much(moved: int) -> None:
    """The wall clock against the boot clock: what moved is told at the next look, and not again."""
    hands = Hands()
    kept = Clock(0, read=hands.read)
    hands.pass_time(60_000)
    assert kept.jumped() is None
    hands.pass_time(1_000, moved)
    assert kept.jumped() == moved
    hands.pass_time(3_600_000)
    assert kept.jumped() is None


def test_a_clock_that_is_kept_in_step_does_not_jump() -> None:
    """NTP moves a clock by little at a time: an hour of it is no jump."""
    hands = Hands()
    kept = Clock(0, read=hands.read)
    for _ in range(3_600):
        hands.pass_time(1_000, 2)
        assert kept.jumped() is None


def test_the_kernel_says_whether_it_is_synchronised(monkeypatch: pytest.MonkeyPatch) -> None:
    """adjtimex(2) answers for the machine; where a sandbox forbids it, systemd-timesyncd's mark does."""

    class Kernel:
        """A C library whose adjtimex answers as told."""

        def __init__(self, state: int, status: int) -> None:
            self.state, self.status = state, status

        def adjtimex(self, timex: clock._Timex) -> int:
            """Fill in the status and give the state."""
            timex.status = self.status
            return self.state

    monkeypatch.setattr(ctypes, "byref", lambda timex: timex)
    for state, status, said in ((0, 0, True), (5, 0, False), (0, 0x40, False), (5, 0x40, False)):
        monkeypatch.setattr(clock, "_libc", lambda state=state, status=status: Kernel(state, status))
        assert clock.synchronised() is said
    monkeypatch.setattr(clock, "_libc", lambda: Kernel(-1, 0))
    assert clock.synchronised() is clock._TIMESYNCD.exists()  # noqa: SLF001 - the mark asked instead


def test_the_sync_state_is_read_and_never_kept() -> None:
    """What the kernel says now is what is told now."""
    hands = Hands()
    kept = Clock(0, read=hands.read)
    assert kept.synchronised
    hands.synchronised = False
    assert not kept.synchronised

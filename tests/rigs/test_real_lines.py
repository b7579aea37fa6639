"""Real GPIO lines, a real unit: whatever happens to the door program, the relay ends locked and never pulses.

The chip is the kernel's own gpio-sim, made to keep a line driven after its owner is gone, as a Raspberry Pi's
kernel does; the program, its unit, its lgpio and the safe-lock's gpiod are those that are shipped. Everything
here runs with ``--long`` but the first test, because a guest takes half a minute to come up.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.rigs.guest import Guest, guest, prepare, script
from tests.rigs.system import Payload, made, site_toml

RELAY, CONTACT, REX = 17, 27, 22
KILL_SECONDS, WATCHDOG_SECONDS = 1.0, 5.0
SLOW_GUEST = 2.0
"""What the guest may take more: a program starts about ten times slower in it than on the machine."""

IN_GUEST = """\
[Service]
# a Raspberry Pi's own word about itself, by which gpiozero knows its header
BindReadOnlyPaths=/rig/cpuinfo:/proc/cpuinfo
TimeoutStartSec=120
"""


@dataclass(frozen=True)
class Seen:
    """What one line did: its levels with the seconds since the command, and every value it was told."""

    levels: list[tuple[float, int]]
    sets: list[int]

    @property
    def locked_after(self) -> float:
        """Give when the relay was last seen to become locked."""
        assert self.levels[-1][1] == 0, self
        return self.levels[-1][0]


@dataclass(frozen=True)
class Header:
    """A booted controller and the lines of its header."""

    box: Guest
    lines: str

    def pull(self, line: int, *, up: bool) -> None:
        """Set what is wired to an input."""
        self.box.must(f"echo pull-{'up' if up else 'down'} >{self.lines}/sim_gpio{line}/pull")

    def level(self, line: int) -> int:
        """Give a line's level."""
        return int(self.box.must(f"cat {self.lines}/sim_gpio{line}/value"))

    def watch(self, command: str, seconds: float) -> Seen:
        """Follow the relay from the start of a command on."""
        said = self.box.must(
            f"python3 /rig/line_watch.py {self.lines} {RELAY} {seconds} '{command}'", seconds + 60
        )
        seen = json.loads(said.splitlines()[-1])
        return Seen([(at, level) for at, level in seen["levels"]], seen["sets"])

    def release(self) -> None:
        """Let somebody out with the exit button; the relay is released when this returns."""
        self.pull(REX, up=False)
        looked = f"grep -q 1 {self.lines}/sim_gpio{RELAY}/value"
        self.box.must(f"for i in $(seq 100); do {looked} && exit 0; sleep 0.05; done; exit 1")
        self.pull(REX, up=True)

    def start(self) -> None:
        """Start the unit, and wait for READY."""
        self.box.must("systemctl reset-failed akses-door 2>/dev/null; systemctl start akses-door")

    def signal(self, name: str) -> str:
        """Give the command that sends the door program a signal."""
        return f"kill -{name} $(systemctl show akses-door -p MainPID --value)"


def booted(tmp: Path, persist: int) -> Iterator[Header]:
    """Boot a guest with one controller whose door is on real lines."""
    system = made()
    payload = Payload(tmp, site_toml('factory = "lgpio"'))
    payload.text("etc/systemd/system/akses-door.service.d/rig.conf", IN_GUEST)
    with guest(system, tmp) as box:
        lines = prepare(box, payload.close(), persist)
        box.put("/rig/line_watch.py", script("line_watch.py"))
        header = Header(box, lines)
        header.pull(CONTACT, up=False)
        header.pull(REX, up=True)
        yield header


@pytest.fixture(scope="module")
def header(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Header]:
    """One guest for all tests of this file, with a kernel that keeps lines driven."""
    yield from booted(tmp_path_factory.mktemp("guest"), persist=1)


def test_killed_while_released_it_ends_locked_and_the_restart_is_still(header: Header) -> None:
    """SIGKILL: locked by the safe-lock within a second; then started again without one call that releases."""
    header.start()
    assert header.level(RELAY) == 0
    header.release()
    seen = header.watch(header.signal("KILL"), 12)

    assert seen.levels[0][1] == 1, "the kernel keeps a dead program's line driven, or this proves nothing"
    assert [level for _, level in seen.levels] == [1, 0]
    assert seen.locked_after < KILL_SECONDS + SLOW_GUEST
    assert set(seen.sets) == {0}

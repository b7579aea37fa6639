"""Real GPIO lines, a real unit: whatever happens to the door program, the relay ends locked and never pulses.

The chip is the kernel's own gpio-sim, made to keep a line driven after its owner is gone, as a Raspberry Pi's
kernel does; the program, its unit, its lgpio and the safe-lock's gpiod are those that are shipped. Everything
here runs with ``--long`` but the first test, because a guest takes half a minute to come up.
"""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.rigs.guest import Guest, guest, prepare, script
from tests.rigs.system import Payload, made, site_toml

RELAY, CONTACT, REX = 17, 27, 22
KILL_SECONDS, WATCHDOG_SECONDS = 1.0, 5.0

SAFE_LOCK = "/opt/akses/.venv/bin/python -m card_registry.command door safe-lock --dir /var/lib/akses-door"
HOLD = f"""\
import time
import gpiod
from gpiod.line import Direction
settings = gpiod.LineSettings(direction=Direction.OUTPUT)
with gpiod.request_lines("/dev/gpiochip0", config={{{RELAY}: settings}}):
    time.sleep(60)
"""

IN_GUEST = """\
[Service]
# a Raspberry Pi's own word about itself, by which gpiozero knows its header
BindReadOnlyPaths=/rig/cpuinfo:/proc/cpuinfo
# an emulated machine beside other work is slow beyond any Pi; what is measured is compared with its own pace
TimeoutStartSec=300
TimeoutStopSec=300
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
    pace: float
    """Seconds that one safe-lock takes here by itself: far more than on a Pi where emulation is busy."""

    def pull(self, line: int, *, up: bool) -> None:
        """Set what is wired to an input."""
        self.box.must(f"echo pull-{'up' if up else 'down'} >{self.lines}/sim_gpio{line}/pull")

    def level(self, line: int) -> int:
        """Give a line's level."""
        return int(self.box.must(f"cat {self.lines}/sim_gpio{line}/value"))

    def watch(self, command: str, seconds: float = 12.0) -> Seen:
        """Follow the relay from the start of a command on, longer where the guest is slow."""
        seconds += 8 * self.pace
        said = self.box.must(
            f"python3 /rig/line_watch.py {self.lines} {RELAY} {seconds} '{command}'", seconds + 300
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
        self.box.must("systemctl reset-failed akses-door 2>/dev/null; systemctl start akses-door", 300)

    def signal(self, name: str) -> str:
        """Give the command that sends the door program a signal."""
        return f"kill -{name} $(systemctl show akses-door -p MainPID --value)"


def booted(tmp: Path, persist: int) -> Iterator[Header]:
    """Boot a guest with one controller whose door is on real lines."""
    system = made()
    payload = Payload(tmp, site_toml('factory = "lgpio"', release_ms=60_000))
    payload.text("etc/systemd/system/akses-door.service.d/rig.conf", IN_GUEST)
    with guest(system, tmp) as box:
        lines = prepare(box, payload.close(), persist)
        box.put("/rig/line_watch.py", script("line_watch.py"))
        began = time.monotonic()
        box.must(SAFE_LOCK, 300)
        header = Header(box, lines, time.monotonic() - began)
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
    seen = header.watch(header.signal("KILL"))

    assert seen.levels[0][1] == 1, "the kernel keeps a dead program's line driven, or this proves nothing"
    assert [level for _, level in seen.levels] == [1, 0]
    assert seen.locked_after < KILL_SECONDS + 2 * header.pace
    assert set(seen.sets) == {0}


@pytest.mark.long
def test_hung_while_released_it_ends_locked(header: Header) -> None:
    """SIGSTOP: the watchdog kills, the safe-lock locks, and the restart is as still as any."""
    header.start()
    header.release()
    seen = header.watch(header.signal("STOP"), 18)

    assert [level for _, level in seen.levels] == [1, 0]
    assert seen.locked_after < WATCHDOG_SECONDS + 2 + 2 * header.pace
    assert set(seen.sets) == {0}


@pytest.mark.long
def test_the_kernel_keeps_what_no_safe_lock_ends(header: Header) -> None:
    """The control: without the unit's two safe-locks a killed program's lock stays released."""
    header.start()
    header.release()
    without = "[Service]\nExecStartPre=\nExecStopPost=\nRestart=no\n"
    header.box.put("/run/systemd/system/akses-door.service.d/without.conf", without.encode())
    header.box.must("systemctl daemon-reload")
    seen = header.watch(header.signal("KILL"))
    header.box.must("rm /run/systemd/system/akses-door.service.d/without.conf && systemctl daemon-reload")

    assert [level for _, level in seen.levels] == [1]


@pytest.mark.long
def test_what_was_left_driven_is_locked_before_the_start(header: Header) -> None:
    """The safe-lock before the start ends what the control above left released; the start adds no pulse."""
    assert header.level(RELAY) == 1
    seen = header.watch("systemctl reset-failed akses-door; systemctl start akses-door")

    assert [level for _, level in seen.levels] == [1, 0]
    assert set(seen.sets) == {0}


@pytest.mark.long
def test_restarts_never_pulse_the_relay(header: Header) -> None:
    """Stopped and started again, three times: not one call that releases."""
    header.start()
    seen = header.watch("for i in 1 2 3; do systemctl restart akses-door; done")

    assert [level for _, level in seen.levels] == [0]
    assert set(seen.sets) == {0}


@pytest.mark.long
def test_a_line_that_somebody_holds_is_named_and_the_start_refused(header: Header) -> None:
    """Another program drives the relay: the safe-lock waits its three seconds, then says so."""
    header.box.must("systemctl stop akses-door")
    header.box.put("/rig/hold.py", HOLD.encode())
    begin = "/opt/akses/.venv/bin/python /rig/hold.py & sleep 5"
    code, said = header.box.run(f"{begin}; {SAFE_LOCK}; code=$?; kill $!; exit $code")

    assert code == 1
    assert f"line {RELAY} (BCM, door ruang-server) cannot be driven to locked" in said


@pytest.mark.long
def test_only_the_named_devices_can_be_opened(header: Header) -> None:
    """What a container cannot show: the unit's own list of devices is enforced."""
    header.start()
    pid = header.box.must("systemctl show akses-door -p MainPID --value").strip()
    group = header.box.must(f"sed -n s/^0::// /proc/{pid}/cgroup").strip().rpartition(":")[2]
    enter = f"echo $$ >/sys/fs/cgroup{group}/cgroup.procs"
    code, said = header.box.run(f"({enter} && head -c 1 /dev/vda >/dev/null)")
    assert code != 0
    assert "Operation not permitted" in said
    header.box.must(f"({enter} && head -c 0 /dev/gpiochip0)")


@pytest.mark.long
def test_strict_gpiod_lets_go_by_itself(tmp_path: Path) -> None:
    """The other kind of kernel (`dtparam=strict_gpiod`): a killed program's line is let go at once."""
    for header in booted(tmp_path, persist=0):
        header.start()
        header.release()
        seen = header.watch(header.signal("KILL"))
        assert [level for _, level in seen.levels][-1] == 0
        assert seen.locked_after < KILL_SECONDS + header.pace
        assert 1 not in seen.sets

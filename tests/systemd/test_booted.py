"""The door's unit booted: a real systemd, our own sandbox, and every way a program can end.

What a container cannot enforce (devices, network addresses, memory) and real lines are left to the guest.
"""

import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from door_controller.simulator.client import SimulatorClient
from tests.door_controller.process import CONTACT, RELAY, REX, wait_for
from tests.rigs.container import Container, container
from tests.rigs.system import SIMULATOR, Payload, made, simulated, site_toml

KILL_SECONDS = 1.0
WATCHDOG_SECONDS = 5.0
SLACK_SECONDS = 2.0
"""A hung door is locked within its watchdog's time and this much (DESIGN §5, invariant 1)."""

HOLD = """
import ctypes, os, sys
call, held = ctypes.CDLL(None, use_errno=True).ptrace, int(sys.argv[1])
for request in (0x4206, 0x4207):  # PTRACE_SEIZE, PTRACE_INTERRUPT
    assert call(request, held, None, None) == 0
for _ in range(2):  # stopped, then ended
    os.waitpid(held, 0x40000000)
"""

WRITABLE = ["/tmp", "/var/tmp", "/dev/shm", "/var/lib/akses-door", "/run/akses-door"]  # noqa: S108 - in the rig

AFTER_SIMULATOR = "[Unit]\nAfter=akses-simulator.service\n"
"""The simulator stands for hardware, which is there before any unit starts."""


@dataclass
class Rig:
    """A booted controller with a simulator, and the door's unit started in it."""

    box: Container
    client: SimulatorClient

    def relay(self) -> int:
        """Give the relay's level: 1 is released."""
        return self.client.lines()[RELAY].level

    def release(self) -> None:
        """Let somebody out, with the program running."""
        self.client.press(REX, 450)
        wait_for(lambda: self.relay() == 1, 10)

    def pid(self) -> int:
        """Give the door program's process id, as the container counts."""
        return int(self.box.show("akses-door", "MainPID"))

    def restarts(self) -> int:
        """Say how often systemd started it again."""
        return int(self.box.show("akses-door", "NRestarts"))

    def back(self, before: int) -> None:
        """Wait until it runs again after its ``before``-th restart."""
        wait_for(
            lambda: self.restarts() > before and self.box.show("akses-door", "SubState") == "running", 40
        )

    def kill(self, number: signal.Signals) -> None:
        """Send the door program a signal."""
        self.box.must(f"kill -{number.value} {self.pid()}")

    def inside(self, program: str) -> str:
        """Run Python where the door lives, as its user, and give what it complained of."""
        user = self.box.must("id -u akses-door").strip()
        sees = f"nsenter -t {self.pid()} -m -S {user} -G {user}"
        return self.box.run(f'{sees} /opt/akses/.venv/bin/python -c "{program}"')[1]

    def hold_main_thread(self) -> "subprocess.Popen[bytes]":
        """Stop the deciding thread, and no other, until the process given is ended."""
        return self.box.begin(f"python3 -c '{HOLD}' {self.pid()}")

    def levels(self, since: int) -> list[int]:
        """Give the relay's changes after the first ``since``."""
        return [change.level for change in self.client.history(RELAY).changes][since:]


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    """One boot for all tests of this file."""
    system = made() / "root"
    folder = tmp_path_factory.mktemp("rig")
    payload = Payload(folder, site_toml(simulated()))
    payload.text("etc/systemd/system/akses-door.service.d/rig.conf", AFTER_SIMULATOR)
    with container(system, payload.close(), folder) as box:
        box.must("systemctl start akses-simulator")
        control = Path(f"{SIMULATOR}/run/control.sock")
        wait_for(lambda: box.run(f"test -S {control}")[0] == 0)
        with SimulatorClient(box.root / control.relative_to("/")) as client:
            client.set(CONTACT, 0)
            client.set(REX, 1)
            box.must("systemctl start akses-door")
            yield Rig(box, client)


def test_it_reaches_ready_in_its_sandbox(rig: Rig) -> None:
    """The unit as shipped starts, says READY, lets out, and has neither rights nor new ones."""
    rig.release()
    status = rig.box.must(f"cat /proc/{rig.pid()}/status")
    wanted = {"CapEff:\t0000000000000000", "CapBnd:\t0000000000000000", "NoNewPrivs:\t1", "Seccomp:\t2"}

    assert rig.box.show("akses-door", "ActiveState") == "active"
    assert wanted <= set(status.splitlines())


@pytest.mark.parametrize("program", ["/bin/sh", "/usr/bin/stty", "/bin/true", "/usr/sbin/ldconfig"])
def test_it_can_execute_nothing_but_the_interpreter(rig: Rig, program: str) -> None:
    """Where the door lives no shell and no stty can be started, by whomever."""
    code, said = rig.box.run(f"nsenter -t {rig.pid()} -m {program}")
    assert code != 0
    assert "Permission denied" in said
    assert rig.box.run(f"nsenter -t {rig.pid()} -m /opt/akses/.venv/bin/python -c 0") == (0, "")


@pytest.mark.parametrize("folder", WRITABLE)
def test_what_it_can_write_it_cannot_execute(rig: Rig, folder: str) -> None:
    """A program that was led to write a file cannot run it."""
    copied = f"{folder}/copied"
    said = rig.inside(f"import os, shutil; shutil.copy('/bin/true', '{copied}'); os.execv('{copied}', ['x'])")
    assert "PermissionError" in said


@pytest.mark.parametrize(
    "path", ["/etc/x", "/opt/akses/x", "/usr/lib/x", "/var/lib/x", "/var/lib/akses-simulator/x"]
)
def test_it_writes_nowhere_else(rig: Rig, path: str) -> None:
    """The system, our own programs and others' folders are read-only to it."""
    assert "Read-only file system" in rig.inside(f"open('{path}', 'w')")


def test_it_has_no_network(rig: Rig) -> None:
    """In its network there is a loopback that is down, and nothing else."""
    assert rig.box.must(f"nsenter -t {rig.pid()} -n cat /proc/net/dev").count(":") == 1


def test_killed_while_released_it_ends_locked_and_comes_back_without_a_pulse(rig: Rig) -> None:
    """SIGKILL leaves the line driven; the safe-lock ends that within a second; the restart moves nothing."""
    rig.release()
    before, changes = rig.restarts(), len(rig.client.history(RELAY).changes)
    rig.kill(signal.SIGKILL)
    wait_for(lambda: rig.relay() == 0, KILL_SECONDS)
    rig.back(before)

    assert set(rig.levels(changes)) == {0}


def test_hung_while_released_it_ends_locked_and_comes_back(rig: Rig) -> None:
    """A stopped process answers nothing; the watchdog ends it, and the safe-lock the release."""
    rig.release()
    before, changes = rig.restarts(), len(rig.client.history(RELAY).changes)
    rig.kill(signal.SIGSTOP)
    wait_for(lambda: rig.relay() == 0, WATCHDOG_SECONDS + SLACK_SECONDS)
    rig.back(before)

    assert rig.box.show("akses-door", "Result") == "success"
    assert set(rig.levels(changes)) == {0}


def test_the_watchdog_watches_the_loop_that_decides(rig: Rig) -> None:
    """With that one thread held still the exit button works on, and the program is replaced all the same."""
    before = rig.restarts()
    held = rig.hold_main_thread()
    rig.client.press(REX, 450)
    wait_for(lambda: rig.relay() == 1, 2)
    rig.back(before)
    held.wait(10)

    assert rig.relay() == 0


def test_stopped_it_is_locked(rig: Rig) -> None:
    """A stop in the middle of a release ends it; the safe-lock runs as well."""
    rig.release()
    rig.box.must("systemctl stop akses-door")
    assert rig.relay() == 0
    rig.box.must("systemctl start akses-door")


def test_a_broken_site_file_does_not_leave_a_relay_driven(rig: Rig) -> None:
    """Spoilt while the door is released, then the program dies: locked by what was kept, not started."""
    rig.release()
    site = rig.box.root / "var/lib/akses-door/site.toml"
    whole = site.read_text()
    site.write_text("spoilt")
    rig.kill(signal.SIGKILL)
    wait_for(lambda: rig.relay() == 0, KILL_SECONDS)
    wait_for(lambda: "it named before are locked" in rig.box.run("journalctl -u akses-door -o cat")[1], 20)
    site.write_text(whole)
    wait_for(lambda: rig.box.show("akses-door", "SubState") == "running", 40)

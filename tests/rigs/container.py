"""A booted container: the rigs' system under a real systemd, on this machine's kernel, in less than a second.

Enforced in it: users, read-only system, seccomp, what may be executed, watchdog, restarts. Not enforced, for
want of control groups: DeviceAllow, IPAddressDeny, MemoryMax. The guest (``guest``) is for those and pins.
"""

import contextlib
import os
import signal
import subprocess
import tarfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from tests.door_controller.process import wait_for
from tests.rigs.system import which

BOOT_SECONDS = 60.0
STATES = ("running", "degraded")
PATH = "PATH=/usr/bin:/bin:/usr/sbin:/sbin"


class Container:
    """One running container; ``leader`` is its first process as this machine counts."""

    def __init__(self, tree: Path) -> None:
        """Boot the system in ``tree``."""
        self._log = (tree.parent / "console.log").open("wb")
        self._nspawn = subprocess.Popen(
            [which("systemd-nspawn"), "-q", "-D", str(tree), "--boot", "--register=no", "--keep-unit",
             "--private-network", "--console=read-only"],
            stdin=subprocess.DEVNULL, stdout=self._log, stderr=subprocess.STDOUT,
        )  # fmt: skip
        self.leader = 0
        try:
            wait_for(self._has_leader, BOOT_SECONDS)
            wait_for(self._is_up, BOOT_SECONDS)
        except AssertionError:
            self.close()
            raise

    def _has_leader(self) -> bool:
        children = Path(f"/proc/{self._nspawn.pid}/task/{self._nspawn.pid}/children").read_text().split()
        self.leader = int(children[0]) if children else 0
        return self.leader != 0

    def _is_up(self) -> bool:
        return self._has_leader() and self.run("systemctl is-system-running")[1].strip() in STATES

    @property
    def root(self) -> Path:
        """Give its root as a path here: files, and Unix sockets too."""
        return Path(f"/proc/{self.leader}/root")

    def _entered(self, text: str) -> list[str]:
        """Give the words of a command that runs shell text in it, with an empty environment."""
        into = ["nsenter", "-t", str(self.leader), "-m", "-u", "-i", "-n", "-p", "-C"]
        return [*into, "env", "-i", PATH, "sh", "-c", text]

    def run(self, text: str, seconds: float = 60) -> tuple[int, str]:
        """Run shell text in it; give exit code and output."""
        ran = subprocess.run(
            self._entered(text), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, timeout=seconds, check=False,
        )  # fmt: skip
        return ran.returncode, ran.stdout

    def begin(self, text: str) -> "subprocess.Popen[bytes]":
        """Start shell text in it, and go on."""
        return subprocess.Popen(self._entered(text), stdin=subprocess.DEVNULL)

    def must(self, text: str, seconds: float = 60) -> str:
        """Run shell text that has to succeed; give its output."""
        code, said = self.run(text, seconds)
        assert code == 0, f"{text}: {said}\n{self.run('journalctl -o cat -n 40 --no-pager')[1]}"
        return said

    def show(self, unit: str, name: str) -> str:
        """Give one property of a unit."""
        return self.must(f"systemctl show {unit} -p {name} --value").strip()

    def close(self) -> None:
        """End its first process, and with it everything; what it wrote is thrown away."""
        if self._nspawn.poll() is None and self._has_leader():
            os.kill(self.leader, signal.SIGKILL)
        try:
            self._nspawn.wait(10)
        except subprocess.TimeoutExpired:
            self._nspawn.kill()
            self._nspawn.wait()
        self._log.close()


@contextlib.contextmanager
def container(system: Path, payload: bytes, folder: Path) -> Iterator[Container]:
    """Boot ``system`` with ``payload`` unpacked over it; what it writes is gone afterwards."""
    tree, upper, scratch = folder / "tree", folder / "upper", folder / "scratch"
    for made in (tree, upper, scratch):
        made.mkdir()
    layers = f"lowerdir={system},upperdir={upper},workdir={scratch}"
    subprocess.run([which("mount"), "-t", "overlay", "-o", layers, "rig", str(tree)], timeout=30, check=True)
    try:
        with tarfile.open(fileobj=BytesIO(payload)) as archive:
            archive.extractall(tree, filter="fully_trusted")  # noqa: S202 - made by us
        subprocess.run(
            [which("systemd-sysusers"), f"--root={tree}"], capture_output=True, timeout=30, check=True
        )
        booted = Container(tree)
        try:
            yield booted
        finally:
            booted.close()
    finally:
        subprocess.run([which("umount"), "-l", str(tree)], timeout=30, check=False)

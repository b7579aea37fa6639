"""A simulator as a process of its own, and waiting for what threads and processes will do."""

import contextlib
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from pathlib import Path

from door_controller.simulator.client import SimulatorClient

PROGRAM = """
import sys
from pathlib import Path
from door_controller.simulator.serve import serve
serve(Path(sys.argv[1]), sys.argv[3].split(","), Path(sys.argv[2]), paced=sys.argv[4] == "paced")
"""
READERS = ("masuk", "meja")


def until(condition: Callable[[], bool], what: str, seconds: float = 10.0) -> None:
    """Wait until ``condition`` holds, or fail with ``what`` was awaited."""
    ends = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > ends:
            raise AssertionError(f"waited {seconds} s in vain: {what}")
        time.sleep(0.002)


class Running:
    """One running simulator process."""

    def __init__(self, data: Path, *, paced: bool = False) -> None:
        self.data, self.run = data, data / "run"
        self._paced = paced
        self.process = self._start()

    @property
    def control(self) -> Path:
        """Its control socket."""
        return self.run / "control.sock"

    @property
    def pins(self) -> Path:
        """Its pin socket."""
        return self.run / "pins.sock"

    def reader(self, name: str) -> str:
        """The port of a reader."""
        return str(self.run / f"reader-{name}")

    def client(self) -> SimulatorClient:
        """A new connection to the control socket."""
        return SimulatorClient(self.control)

    def kill(self) -> None:
        """End it as a crash would."""
        self.process.kill()
        self._end()

    def stop(self) -> int:
        """Ask it to end, and give its exit status."""
        self.process.terminate()
        return self._end()

    def restart(self) -> None:
        """Start it again in the same folders."""
        self.process = self._start()

    def _start(self) -> "subprocess.Popen[str]":
        speed = "paced" if self._paced else "unpaced"
        command = [sys.executable, "-c", PROGRAM, str(self.data), str(self.run), ",".join(READERS), speed]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        assert process.stdout.readline() == "siap\n"
        return process

    def _end(self) -> int:
        status = self.process.wait(5)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return status


@contextlib.contextmanager
def running(data: Path, *, paced: bool = False) -> Generator[Running]:
    """Run a simulator process for the length of a ``with`` block."""
    simulator = Running(data, paced=paced)
    try:
        yield simulator
    finally:
        if simulator.process.poll() is None:
            simulator.stop()

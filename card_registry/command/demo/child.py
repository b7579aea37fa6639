"""One supervised process: how it is started, heard, and ended.

It runs in its own session, so that a Ctrl-C reaches only the supervisor; the kernel tells it to end (SIGTERM)
when the supervisor dies, however it dies. Its standard output is read for the one line ``siap``; everything
it says goes to its log. When to start and end it is decided in ``supervise``.
"""

import ctypes
import os
import select
import signal
import subprocess
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from card_registry.command.demo.table import began

READY_LINE = b"siap"
LOG_LIMIT = 1024 * 1024
_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True, slots=True)
class Program:
    """One program of the system.

    ``needs`` are the programs that must be ready before its first start; ``guard`` is run before each start
    and after each end; programs of a lower ``wave`` are ended first.
    """

    name: str
    argv: tuple[str, ...]
    log: Path
    needs: tuple[str, ...] = ()
    guard: tuple[str, ...] = ()
    wave: int = 0
    ready_within: float = 30.0


class Child:
    """One running process of a program."""

    def __init__(self, program: Program, environment: Mapping[str, str]) -> None:
        """Start it; it counts as ready once it has printed ``siap``."""
        turn_over(program.log)
        self._log = program.log.open("ab", buffering=0)
        self._heard = b""
        self.program = program
        self.ready = False
        self.process = subprocess.Popen(
            program.argv,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=self._log,
            env=dict(environment),
            start_new_session=True,
            preexec_fn=tied_to(os.getpid()),  # noqa: PLW1509 - the supervisor has one thread
        )
        os.set_blocking(self.output, False)
        self.began = began(self.process.pid) or 0
        self.watch = os.pidfd_open(self.process.pid)

    @property
    def output(self) -> int:
        """Give the descriptor of its standard output."""
        assert self.process.stdout is not None  # noqa: S101 - opened as a pipe above
        return self.process.stdout.fileno()

    def hear(self) -> bytes | None:
        """Take what it printed: None when there is nothing just now, empty once it has closed its output."""
        try:
            said = os.read(self.output, 4096)
        except BlockingIOError:
            return None
        self._log.write(said)
        self._heard = (self._heard + said)[-4096:]
        self.ready = self.ready or READY_LINE in self._heard.split(b"\n")[:-1]
        return said

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to it and to all it started."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)

    def close(self) -> None:
        """End what is left of its group and let go of it."""
        self.signal(signal.SIGKILL)
        self.process.wait()
        os.close(self.watch)
        if self.process.stdout is not None:
            self.process.stdout.close()
        self._log.close()

    def wait(self, seconds: float) -> None:
        """Wait until it has ended, at most ``seconds``."""
        select.select([self.watch], [], [], seconds)


def tied_to(parent: int) -> Callable[[], None]:
    """Give what a new process does first: ask the kernel to end it with its parent."""

    def tie() -> None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, int(signal.SIGTERM), 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return tie


def turn_over(log: Path) -> None:
    """Set a log aside that has grown past the limit; one older copy is kept."""
    with suppress(FileNotFoundError):
        if log.stat().st_size > LOG_LIMIT:
            log.replace(log.with_name(f"{log.name}.1"))

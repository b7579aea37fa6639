"""Opening a stranger's file in a process of its own, which holds nothing but that file and ends with it.

What decodes a file keeps what it decoded, may take long or fall over it; here that ends with the process.

Decisions:

* 2026-11-21: decoded pictures stayed in the console's memory, 150 MB each, until its unit ended it; hence a
  process for each file. Two at a time, so that many uploads wait instead of filling the machine.
"""

import contextlib
import resource
import subprocess
import sys
import tempfile
import threading

from review.attachment import opening
from review.attachment.kinds import Kind
from review.attachment.portable import CUT

SECONDS = 30
"""How long a file may be looked at."""

MEMORY = 1536 * 1024 * 1024
"""The most address space of that process, in bytes: a picture of the largest size, and what decodes it."""

WAIT = 10
"""How long (seconds) a file waits for its turn: whoever serves its sender serves nobody else meanwhile."""

BUSY = "Konsol sedang memeriksa banyak berkas lain. Silakan coba lagi sebentar lagi."

_turn = threading.BoundedSemaphore(2)


def fault(kind: Kind, body: bytes, seconds: float = SECONDS, turn: threading.BoundedSemaphore = _turn) -> str:
    """Say in Indonesian why a file cannot be opened; empty when it can."""
    if not turn.acquire(timeout=min(WAIT, seconds)):
        return BUSY
    try:
        return _asked(kind, body, seconds)
    finally:
        turn.release()


def _asked(kind: Kind, body: bytes, seconds: float) -> str:
    command = (sys.executable, "-I", "-m", __spec__.name, kind.value)
    with tempfile.TemporaryDirectory() as folder:
        try:
            ended = subprocess.run(
                command,
                input=body,
                capture_output=True,
                timeout=seconds,
                check=False,
                env={"TMPDIR": folder},
                cwd=folder,
            )
        except subprocess.TimeoutExpired:
            return opening.LARGE if kind is Kind.PDF else opening.UNDECODED
    return ended.stdout.decode() if ended.returncode == 0 else _unopened(kind)


def _unopened(kind: Kind) -> str:
    """Say that the process fell over the file."""
    return CUT if kind is Kind.PDF else opening.UNDECODED


def _bound() -> None:
    """Take less than the machine has; where a unit's filter forbids that, the unit's own limits stand."""
    limits = ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, SECONDS), (resource.RLIMIT_CORE, 0))
    for limit, most in limits:
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(limit, (most, most))


def _main() -> None:
    _bound()
    said = opening.fault(Kind(sys.argv[1]), sys.stdin.buffer.read())
    sys.stdout.buffer.write(said.encode())


if __name__ == "__main__":
    _main()

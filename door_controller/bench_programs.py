"""The programs of an invented site, run for a measurement: started, waited for, weighed, ended."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

KIB_PER_MIB = 1024


@contextlib.contextmanager
def running(*words: str) -> Iterator[tuple[subprocess.Popen[str], float]]:
    """Run a command until the block ends; give it and the seconds until it was ready."""
    command = (sys.executable, "-m", "card_registry.command", *words)
    began = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        try:
            if process.stdout is None or process.stdout.readline() != "siap\n":
                raise RuntimeError(f"akses {' '.join(words[:2])} did not come up")
            yield process, time.perf_counter() - began
        finally:
            os.kill(process.pid, signal.SIGTERM)


@contextlib.contextmanager
def simulator(folder: Path, readers: Sequence[str] = ("masuk",)) -> Iterator[Path]:
    """Run a simulator in a folder until the block ends; give the folder of its sockets."""
    data = folder / "simulator"
    with running("door", "simulate", "--data", str(data), "--readers", ",".join(readers)):
        yield data / "run"


def wait_adopted(home: Path) -> None:
    """Wait until the door of this folder decides by its registry."""
    ends = time.monotonic() + 60
    while time.monotonic() < ends:
        with contextlib.suppress(FileNotFoundError, ValueError, KeyError):
            status = json.loads(json.loads((home / "outbox" / "status").read_text())["body"])
            if status["versions"]["grants"] > 0:
                return
        time.sleep(0.05)
    raise RuntimeError("the door adopted nothing within a minute")


def memory_mib(pid: int, what: str) -> float:
    """Read a process's memory in MiB."""
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith(f"{what}:"):
            return int(line.split()[1]) / KIB_PER_MIB
    raise RuntimeError(f"the kernel does not say {what} of process {pid}")

"""A running demo for scenarios: started by its command, looked at through its table, ended by its own id."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

from card_registry.command.demo.table import Running, Table, alive, look

PROCESSES = (
    "broker",
    "simulator",
    "hub",
    "signer",
    "console",
    "bridge-pengendali-1",
    "bridge-meja-1",
    "door",
    "desk",
)
PATIENCE = 120.0


def demo(data: Path, *words: str) -> list[str]:
    """Give the command line of a demo on this data, on a free port."""
    return [
        *(sys.executable, "-P", "-m", "card_registry.command", "demo"),
        *("--data", str(data), "--port", "0", *words),
    ]


def wait_until(what: str, condition: Callable[[], bool], seconds: float = PATIENCE) -> None:
    """Poll a condition until it holds; fail after a deadline."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"{what}: not within {seconds:.0f} s"
        time.sleep(0.02)


def table_of(data: Path) -> Table | None:
    """Give the table of what runs on this data."""
    return look(data / "running.json")


def all_ready(data: Path) -> bool:
    """Say whether all processes of the demo live and are ready."""
    table = table_of(data)
    return table is not None and sorted(one.name for one in alive(table) if one.ready) == sorted(PROCESSES)


def kill(data: Path, name: str) -> Running:
    """Kill -9 one process of the demo, as soon as it lives again, and give which it was."""
    found: list[Running] = []

    def strike() -> bool:
        table = table_of(data)
        found[:] = [one for one in alive(table) if one.name == name] if table is not None else []
        for one in found:
            os.kill(one.pid, signal.SIGKILL)
        return bool(found)

    wait_until(f"{name} alive, to be killed", strike)
    return found[0]


@contextlib.contextmanager
def started(data: Path, *words: str) -> Iterator[subprocess.Popen[str]]:
    """Run a demo for the length of a ``with`` block, and prove that its end leaves nothing running."""
    with subprocess.Popen(
        demo(data, *words), stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        try:
            wait_until("the demo ready", lambda: all_ready(data) or process.poll() is not None)
            assert process.poll() is None, process.stderr and process.stderr.read()
            yield process
        finally:
            left = table_of(data)
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
            drain(process.stderr)
            process.wait(30)
    assert left is None or not alive(left)
    assert process.returncode == 0
    assert table_of(data) is None


def drain(stream: IO[str] | None) -> str:
    """Read what is left of a stream."""
    return stream.read() if stream else ""


def play(data: Path, *words: str, between: Callable[[int], None] = lambda _: None) -> tuple[int, list[str]]:
    """Play the story; ``between`` is called after each act with its number; give exit code and lines."""
    lines: list[str] = []
    with subprocess.Popen(
        demo(data, "--story", *words), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as player:
        assert player.stdout is not None
        for line in player.stdout:
            lines.append(line.rstrip())
            if line.startswith(("ok", "FAIL")):
                between(sum(one.startswith(("ok", "FAIL")) for one in lines))
        complaint = drain(player.stderr)
    return player.returncode, [*lines, complaint]


def report(lines: list[str]) -> dict[str, Any]:
    """Read the one object that ``--json`` promises."""
    objects = [json.loads(line) for line in lines if line.startswith("{")]
    assert len(objects) == 1
    found: dict[str, Any] = objects[0]
    return found

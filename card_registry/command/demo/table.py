"""The table of what runs now: written by the supervisor at every change, read by the story and the bench.

It holds no secret. A table whose supervisor is gone says which processes a killed supervisor may have left
behind; a process is told from a later one with the same id by the moment it started.
"""

import contextlib
from dataclasses import dataclass
from pathlib import Path

from card_registry import canonical
from card_registry.durable import read_plain, write_whole
from card_registry.errors import Malformed


@dataclass(frozen=True, slots=True)
class Running:
    """One process: its id, when it started (kernel ticks since boot), how often it was started before."""

    name: str
    pid: int
    began: int
    restarts: int
    ready: bool


@dataclass(frozen=True, slots=True)
class Table:
    """What one supervisor runs; ``address`` is the console's."""

    address: str
    broker: str
    processes: tuple[Running, ...]

    def find(self, name: str) -> Running:
        """Give one process by name."""
        return next(process for process in self.processes if process.name == name)


def began(pid: int) -> int | None:
    """Say when a process started, in kernel ticks since boot; None when it is gone or a zombie."""
    with contextlib.suppress(OSError):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return None if fields[0] in "ZX" else int(fields[19])
    return None


def publish(path: Path, table: Table) -> None:
    """Replace the table."""
    write_whole(path, canonical.encode(table), 0o600)


def look(path: Path) -> Table | None:
    """Read the table, None when there is none that can be read."""
    try:
        return canonical.decode(read_plain(path), Table, path.name)
    except (OSError, Malformed):
        return None


def alive(table: Table) -> tuple[Running, ...]:
    """Give the processes of a table that still live."""
    return tuple(process for process in table.processes if began(process.pid) == process.began)

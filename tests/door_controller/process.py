"""The door program as it is started in the field, beside a simulator, each a process of its own."""

import contextlib
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from card_registry import canonical
from card_registry.journal.event import Body, decode_body, decode_event
from door_controller import enrol
from door_controller.simulator.client import SimulatorClient
from tests.door_controller.site import CONTROLLER, SITE, TOML, Site, rule

RELAY, CONTACT, REX = 17, 27, 22
AKSES = (sys.executable, "-m", "card_registry.command")
READY_SECONDS = 20.0


def wait_for(condition: Callable[[], bool], seconds: float = 30.0) -> None:
    """Wait until something holds, or fail."""
    ends = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < ends, "it did not happen in time"
        time.sleep(0.01)


@dataclass
class Program:
    """One running command."""

    process: subprocess.Popen[str]

    @property
    def pid(self) -> int:
        """Give its process id."""
        return self.process.pid

    def kill(self) -> None:
        """End it as a power cut would."""
        if self.process.poll() is None:
            os.kill(self.pid, signal.SIGKILL)
            self.process.wait(10)
        self._forget()

    def stop(self) -> tuple[int, float]:
        """End it politely; give its exit code and the seconds it took."""
        began = time.monotonic()
        self.process.terminate()
        code = self.process.wait(15)
        self._forget()
        return code, time.monotonic() - began

    def _forget(self) -> None:
        if self.process.stdout is not None:
            self.process.stdout.close()


def start(*words: str, environment: dict[str, str] | None = None) -> Program:
    """Start a command and wait for its one line."""
    process = subprocess.Popen(
        [*AKSES, *words], stdout=subprocess.PIPE, text=True, env={**os.environ, **(environment or {})}
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "siap\n", f"{words} did not come up"
    return Program(process)


@dataclass
class House:
    """A simulator, a controller's folder enrolled at an invented site, and the door program in it."""

    folder: Path
    site: Site = field(default_factory=Site)

    def __post_init__(self) -> None:
        """Lay out the folder and start the simulator."""
        self.data, self.home = self.folder / "simulator", self.folder / "pengendali-1"
        self.home.mkdir()
        socket, port = self.data / "run" / "pins.sock", self.data / "run" / "reader-masuk"
        (self.home / "site.toml").write_text(TOML.format(socket=socket, port=port))
        state = self.home / "state"
        enrol.init(self.home, state, SITE, CONTROLLER, (rule(),))
        enrol.accept(state, SITE, CONTROLLER, canonical.encode(self.site.bundle()))
        self.simulator = start("door", "simulate", "--data", str(self.data), "--readers", "masuk")
        self.client = SimulatorClient(self.data / "run" / "control.sock")
        self.client.set(CONTACT, 1)
        self.door: Program | None = None

    def open(self) -> Program:
        """Start the door program."""
        self.door = start("door", "run", "--dir", str(self.home))
        return self.door

    def admitted_card(self) -> str:
        """Make a card and publish a grant for it."""
        card = self.client.new_card("satu")
        assert card.digest is not None
        self.row, _ = self.site.admit(bytes.fromhex(card.digest))
        self.site.deliver(self.home / "slots")
        return card.id

    def relay(self) -> int:
        """Give the relay's level: 1 is released."""
        return self.client.lines()[RELAY].level

    def events(self) -> list[Body]:
        """Give what the journal says, of all epochs."""
        with contextlib.closing(sqlite3.connect(self.home / "state" / "door.db")) as store:
            rows = store.execute("SELECT body FROM row ORDER BY place").fetchall()
        return [decode_body(decode_event(row)) for (row,) in rows]

    def of(self, kind: type[Body]) -> list[Body]:
        """Give the events of one kind."""
        return [body for body in self.events() if isinstance(body, kind)]

    def close(self) -> None:
        """End everything this house started."""
        self.client.close()
        for program in (self.door, self.simulator):
            if program is not None:
                program.kill()


@contextlib.contextmanager
def house(folder: Path) -> Iterator[House]:
    """Have a house for the length of a ``with`` block."""
    made = House(folder)
    try:
        yield made
    finally:
        made.close()

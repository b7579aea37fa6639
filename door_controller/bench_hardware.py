"""What a controller's hardware costs: idle CPU, an input's way to its effect, memory with all its doors.

The door program is the one of the field, beside a simulator, each a process of its own; the way of an input
is taken from the simulator's own record of its lines, so it includes the socket between them, twice, and is
more than real lines take.
"""

import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from card_registry.command.bench_row import Row
from card_registry.words import DoorId
from door_controller import bench_site
from door_controller.bench_programs import memory_mib, running, simulator, wait_adopted
from door_controller.bench_site import CARDS, DOOR, ONE_DOOR
from door_controller.simulator.client import SimulatorClient

IDLE_SECONDS, ROUNDS = 20.0, 25
PRESS_MS, RELEASE_SECONDS = 20, 3.3
IDLE_PERCENT, EDGE_MS, STEADY_MIB = 2.0, 20.0, 64.0

_OUT = """\
[[reader]]
id = "keluar"
door = "ruang-server"
side = "out"
driver = "pn532"
port = "{run}/reader-keluar"
"""
_HEAD = """\
site = "contoh"
controller = "pengendali-1"
kind = "door"
[gpio]
factory = "simulated"
socket = "{run}/pins.sock"
"""
_DOOR = """\
[[door]]
id = "%(id)s"
name = "%(id)s"
fail_mode = "secure"
clockless = "allow-flagged"
release_ms = 3000
[door.pins]
relay = %(relay)d
relay_released = "high"
contact = %(contact)d
contact_closed = "low"
contact_pull = "%(pull)s"
rex = %(rex)d
rex_pressed = "%(pressed)s"
rex_pull = "%(pull)s"
[[reader]]
id = "%(id)s"
door = "%(id)s"
driver = "pn532"
port = "{run}/reader-%(id)s"
"""

RELAYS = range(16, 24)
CONTACTS = (9, 10, 11, 12, 13, 15, 24, 25)
BUTTONS = (2, 3, 4, 5, 6, 7, 8, 26)
EIGHT = tuple(DoorId(f"pintu-{number}") for number in range(1, 9))


def hardware_rows() -> Iterator[Row]:
    """Measure one door with two readers, then eight doors with eight."""
    with tempfile.TemporaryDirectory(prefix="akses-bench-") as folder:
        yield _idle_row(Path(folder))
    with tempfile.TemporaryDirectory(prefix="akses-bench-") as folder:
        yield from _eight_rows(Path(folder))


def _idle_row(folder: Path) -> Row:
    """Measure the door process while nothing happens, two readers polling."""
    home = folder / "pengendali-1"
    with simulator(folder, ("masuk", "keluar")) as run:
        bench_site.lay_out(home, run, toml=ONE_DOOR + _OUT, doors=(DOOR,))
        with running("door", "run", "--dir", str(home)) as (process, _):
            wait_adopted(home)
            percent = _idle_percent(process.pid)
    name = "idle CPU of the door process, two readers polling"
    return Row(name, "door", percent, "% of a core", "≤ 2 %", None, None, percent <= IDLE_PERCENT)


def _eight_rows(folder: Path) -> Iterator[Row]:
    home = folder / "pengendali-1"
    with simulator(folder, EIGHT) as run:
        bench_site.lay_out(home, run, toml=_eight_doors(), doors=EIGHT)
        with running("door", "run", "--dir", str(home)) as (process, _):
            wait_adopted(home)
        with running("door", "run", "--dir", str(home)) as (process, _):
            percent = _idle_percent(process.pid)
            steady = memory_mib(process.pid, "VmRSS")
            with SimulatorClient(run / "control.sock") as client:
                ways = sorted(_ways(client))
    name = "idle CPU of the door process, eight doors with a reader each"
    yield Row(name, "door", percent, "% of a core", "for comparison", None, None, met=True)
    name = f"door process memory, 8 doors, {CARDS} cards, steady"
    yield Row(name, "door", steady, "MiB", "≤ 64 MiB", None, None, steady <= STEADY_MIB)
    worst = ways[int(len(ways) * 0.99)]
    name = f"exit button's edge → relay, eight doors at once (p99 of {len(ways)})"
    yield Row(name, "door", worst, "ms", "≤ 20 ms", None, None, worst <= EDGE_MS)


def _eight_doors() -> str:
    """Write the site file of eight doors, each with contact and exit button."""
    text = _HEAD
    for id, relay, contact, rex in zip(EIGHT, RELAYS, CONTACTS, BUTTONS, strict=True):
        up = rex in BUTTONS[:2]  # these two have a pull-up on the board
        pull, pressed = ("up", "low") if up else ("down", "high")
        text += _DOOR % {
            "id": id, "relay": relay, "contact": contact, "rex": rex, "pressed": pressed, "pull": pull
        }  # fmt: skip
    return text


def _ways(client: SimulatorClient) -> Iterator[float]:
    """Press all buttons at once, round after round; give each edge's milliseconds to its relay."""
    for _ in range(ROUNDS):
        seen = {line: view.changes for line, view in client.lines().items()}
        for button in BUTTONS:
            client.press(button, PRESS_MS)
        time.sleep(RELEASE_SECONDS)  # a measurement, not a synchronisation: every release must be over
        for button, relay in zip(BUTTONS, RELAYS, strict=True):
            pressed = client.history(button, seen[button]).changes[0].ms
            yield client.history(relay, seen[relay]).changes[0].ms - pressed


def _idle_percent(pid: int) -> float:
    """Give the share of one core that a process uses while left alone."""
    time.sleep(3)  # let the start be over
    began, used = time.monotonic(), _cpu_seconds(pid)
    time.sleep(IDLE_SECONDS)
    return 100 * (_cpu_seconds(pid) - used) / (time.monotonic() - began)


def _cpu_seconds(pid: int) -> float:
    """Read the processor time of a process, of all its threads."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

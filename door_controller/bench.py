"""The door's numbers of DESIGN §10, each beside its limit in the same run: tap, append, start, memory.

References and our own work take turns in one folder, so that a slow disk or a busy machine slows both.
"""

import contextlib
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from gpiozero.pins.mock import MockFactory

from card_registry.command.bench_row import Row
from card_registry.journal.event import Body, Exited
from card_registry.words import CredentialKind, ReaderId, Side, Staleness, Tier
from door_controller import bench_site
from door_controller.bench_hardware import hardware_rows
from door_controller.bench_machine import machine_rows
from door_controller.bench_programs import memory_mib, running, simulator, wait_adopted
from door_controller.bench_site import CARDS, CONTROLLER, DOOR, SITE
from door_controller.bench_year import year_rows
from door_controller.clock import Clock, boottime
from door_controller.daemon.alarms import Alarms
from door_controller.daemon.diary import Diary
from door_controller.daemon.latch import Latch
from door_controller.daemon.loop import Loop
from door_controller.daemon.means import Eye, Means
from door_controller.door import DoorState, Timing
from door_controller.hardware import GpioWires
from door_controller.journal import Journal
from door_controller.pin.tries import Tries
from door_controller.pseudonyms import Pseudonyms
from door_controller.readers import Presented, Proven
from door_controller.standing import Standing
from firmware_config.model import Door, FailMode, Level, Pins

TAPS, APPENDS, STARTS = 400, 2_000, 5
READER = ReaderId("masuk")
STEADY_MIB, PEAK_MIB, START_SECONDS = 64, 90, 0.6


def door_rows() -> Iterator[Row]:
    """Measure tap to relay, start to ready, memory, inputs, and the machine under random lives."""
    with tempfile.TemporaryDirectory(prefix="akses-bench-") as folder:
        yield _tap_row(Path(folder))
    with tempfile.TemporaryDirectory(prefix="akses-bench-") as folder, simulator(Path(folder)) as run:
        home = Path(folder) / "pengendali-1"
        bench_site.lay_out(home, run)
        yield from _memory_rows(home)
        yield _start_row(home)
    yield from hardware_rows()
    yield from machine_rows()
    yield from year_rows()


def journal_rows() -> Iterator[Row]:
    """Measure the append of one event at a time."""
    with tempfile.TemporaryDirectory(prefix="akses-bench-") as folder:
        yield _append_row(Path(folder))


class Raw:
    """The reference: one row in one table, WAL and synchronous=FULL, one commit each."""

    def __init__(self, path: Path, row: bytes) -> None:
        self._store = sqlite3.connect(path, isolation_level=None)
        self._store.execute("PRAGMA journal_mode=WAL")
        self._store.execute("PRAGMA synchronous=FULL")
        self._store.execute("CREATE TABLE row (place INTEGER PRIMARY KEY, body BLOB NOT NULL)")
        self._row = row

    def commit(self) -> None:
        """Write one row durably."""
        self._store.execute("INSERT INTO row (body) VALUES (?)", (self._row,))

    def close(self) -> None:
        """Close the file."""
        self._store.close()


@dataclass
class _Stamped:
    """Real wires on gpiozero's mock pins, that remember when the relay was on."""

    wires: GpioWires
    on: float = 0.0
    driven: list[str] = field(default_factory=list)

    def release(self) -> None:
        self.wires.release()
        self.on = time.perf_counter()

    def lock(self) -> None:
        self.wires.lock()

    def opened(self) -> bool | None:
        return self.wires.opened()

    def pressed(self) -> bool | None:
        return self.wires.pressed()

    def feedback(self) -> bool | None:
        return self.wires.feedback()

    def tampered(self) -> bool | None:
        return self.wires.tampered()

    def light(self, *, green: bool, red: bool, buzzer: bool) -> None:
        self.wires.light(green=green, red=red, buzzer=buzzer)

    def watch(self, changed: Callable[[], None]) -> None:
        self.wires.watch(changed)

    def close(self) -> None:
        self.wires.close()


@contextlib.contextmanager
def _tapping(folder: Path) -> Iterator[tuple[Loop, Journal, _Stamped]]:
    """A loop over ten thousand cards, with everything real but the pins and the reader."""
    people = bench_site.populate()
    standing = Standing(people.registry(), Staleness.FRESH)
    wires = _Stamped(
        GpioWires(Door(DOOR, "Ruang Server", Pins(17, Level.HIGH), FailMode.SECURE), MockFactory())
    )
    with Journal(folder / "door.db", SITE, CONTROLLER) as journal:
        clock = Clock(time.time_ns() // 1_000_000)
        names = Pseudonyms(people.key, journal, lambda: clock.moment().wall)
        later: list[Body] = []
        latch = Latch(DoorState(DOOR, Timing()), wires, later.append, boottime)
        eyes = {READER: Eye(DOOR, Side.IN)}
        means = Means(
            journal,
            Diary(journal),
            clock,
            names,
            {DOOR: latch},
            eyes,
            lambda: standing,
            Tries(journal),
            Alarms(),
        )
        yield Loop(means), journal, wires
    wires.close()


def _tap_row(folder: Path) -> Row:
    """Measure from the accepted proof to the relay on, in turns with one raw commit of as many bytes."""
    ours, raw = [], []
    with _tapping(folder) as (loop, journal, wires):
        _tap(loop, wires, 0)
        reference = Raw(folder / "raw.db", journal.rows(1, 0, 1)[0])
        for number in range(TAPS):
            ours.append(_tap(loop, wires, number * 7 % CARDS))
            began = time.perf_counter()
            reference.commit()
            raw.append(time.perf_counter() - began)
        reference.close()
    value, limit = statistics.median(ours) * 1e3, statistics.median(raw) * 1e3
    name = "credential accepted → relay on, journal durable (median)"
    target = "≤ 1.6 × one raw SQLite FULL commit"
    return Row(name, "door", value, "ms", target, limit, value / limit, met=value <= 1.6 * limit)


def _tap(loop: Loop, wires: _Stamped, card: int) -> float:
    proof = Proven(CredentialKind.PKOC, Tier.PUBLIC_KEY, bench_site.digest_of(card))
    began = time.perf_counter()
    loop.take(Presented(READER, proof, time.monotonic_ns()))
    return wires.on - began


def _append_row(folder: Path) -> Row:
    """Measure appends a second, in turns of a hundred with raw inserts of as many bytes."""
    body, clock = Exited(DOOR), Clock(time.time_ns() // 1_000_000)
    with Journal(folder / "door.db", SITE, CONTROLLER) as journal:
        journal.append(body, clock.moment())
        reference = Raw(folder / "raw.db", journal.rows(1, 0, 1)[0])
        ours = raw = 0.0
        for _ in range(APPENDS // 100):
            ours += _seconds(lambda: journal.append(body, clock.moment()), 100)
            raw += _seconds(reference.commit, 100)
        reference.close()
    value, limit = APPENDS / ours, APPENDS / raw
    target = "≥ 75 % of raw sqlite3 FULL at batch 1"
    return Row(
        "journal append", "journal", value, "events/s", target, limit, value / limit, value >= 0.75 * limit
    )


def _seconds(work: Callable[[], object], times: int) -> float:
    began = time.perf_counter()
    for _ in range(times):
        work()
    return time.perf_counter() - began


def _memory_rows(home: Path) -> Iterator[Row]:
    """Measure the memory of a door that adopts ten thousand cards, and then runs with them."""
    with running("door", "run", "--dir", str(home)) as (process, _):
        wait_adopted(home)
        peak = memory_mib(process.pid, "VmHWM")
    with running("door", "run", "--dir", str(home)) as (process, _):
        time.sleep(2)  # a measurement, not a synchronisation: steady is what stays
        steady = memory_mib(process.pid, "VmRSS")
    name = f"door process memory, {CARDS} cards"
    yield Row(f"{name}, steady", "door", steady, "MiB", "≤ 64 MiB", None, None, steady <= STEADY_MIB)
    yield Row(f"{name}, peak (adopting)", "door", peak, "MiB", "≤ 90 MiB", None, None, peak <= PEAK_MIB)


def _start_row(home: Path) -> Row:
    """Measure from the start of the process to its line, with the registry in its own store."""
    took = []
    for _ in range(STARTS):
        with running("door", "run", "--dir", str(home)) as (_, seconds):
            took.append(seconds)
    value = statistics.median(took)
    name = f"process start → ready, {CARDS} cards verified (median)"
    return Row(name, "door", value, "s", "≤ 0.6 s", None, None, value <= START_SECONDS)

"""What only the whole running system can show, measured from outside: by commands, files and signals.

The start: from the command to every process ready, on data set up before. The revocation: from the commit of
a withdrawal in the console's database to the denial committed in the door's own, through signer, hub, broker
(TLS) and bridge, all of them processes on this machine.
"""

import os
import secrets
import signal
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from card_registry import canonical
from card_registry.command.bench_row import Row
from card_registry.command.demo.layout import DOOR_CONTROLLER, Layout
from card_registry.command.demo.programs import command
from card_registry.command.demo.table import look
from card_registry.hint import send_hint
from card_registry.statements import WithdrawWarrant
from card_registry.words import PersonId, Subject

PROCESSES = 9
PATIENCE = 90.0
REVOCATIONS = 30
WARM = 3
REVOKED_WITHIN = 250.0
"""Milliseconds at the 95th percentile (DESIGN §10)."""
READY_WITHIN = 60.0
"""Seconds (issue 2: ready in under a minute on a warm package cache)."""
GLANCE = 0.001


class NotReady(Exception):
    """The demo did not do its part in time; the text says which."""


def start_rows() -> Iterator[Row]:
    """Measure the first set-up and a later start of the whole demo."""
    with tempfile.TemporaryDirectory() as folder:
        layout = Layout(Path(folder) / "data")
        began = time.monotonic()
        subprocess.run(demo(layout, "--only-prepare"), check=True, capture_output=True, timeout=PATIENCE)
        prepared = time.monotonic() - began
        with running(layout) as ready:
            yield _seconds("whole demo, set-up of new data", prepared)
            yield _seconds("whole demo, start to every process ready", ready)


def _seconds(name: str, value: float) -> Row:
    target = f"≤ {READY_WITHIN:.0f} s"
    return Row(name, "console", value, "s", target, READY_WITHIN, value / READY_WITHIN, value <= READY_WITHIN)


def revocation_rows() -> Iterator[Row]:
    """Measure revocations, one after the other: the median and the 95th percentile."""
    with tempfile.TemporaryDirectory() as folder:
        layout = Layout(Path(folder) / "data")
        with running(layout):
            spent = sorted([revoked(layout) for _ in range(WARM + REVOCATIONS)][WARM:])
    for name, value in (("p50", spent[len(spent) // 2]), ("p95", spent[len(spent) * 95 // 100])):
        yield _milliseconds(f"revocation committed → door has it, {name}", value)


def _milliseconds(name: str, value: float) -> Row:
    target = f"p95 ≤ {REVOKED_WITHIN:.0f} ms"
    ratio = value / REVOKED_WITHIN
    return Row(name, "registry", value, "ms", target, REVOKED_WITHIN, ratio, value <= REVOKED_WITHIN)


def demo(layout: Layout, *words: str) -> tuple[str, ...]:
    """Give the command line of a demo on this data, with a free port."""
    return command("demo", "--data", str(layout.data), "--port", "0", *words)


@contextmanager
def running(layout: Layout) -> Iterator[float]:
    """Run a demo; give the seconds it took until every process was ready."""
    began = time.monotonic()
    with subprocess.Popen(
        demo(layout), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    ) as process:
        try:
            while not _all_ready(layout):
                if process.poll() is not None or time.monotonic() - began > PATIENCE:
                    raise NotReady(f"the demo did not start in {PATIENCE:.0f} s")
                time.sleep(0.01)
            yield time.monotonic() - began
        finally:
            if process.poll() is None:
                os.kill(process.pid, signal.SIGINT)


def _all_ready(layout: Layout) -> bool:
    table = look(layout.running)
    return table is not None and sum(one.ready for one in table.processes) == PROCESSES


def revoked(layout: Layout) -> float:
    """Withdraw one random card; give the milliseconds until the door has committed the denial."""
    card = secrets.token_hex(16)
    door = layout.controller(DOOR_CONTROLLER) / "state" / "door.db"
    with closing(sqlite3.connect(f"file:{door}?mode=ro", uri=True, timeout=10)) as store:
        _withdraw(layout, card)
        began = time.perf_counter()
        send_hint(layout.run / "signer.sock")
        while store.execute("SELECT 1 FROM denial WHERE id = ?", (card,)).fetchone() is None:
            if time.perf_counter() - began > PATIENCE:
                raise NotReady(f"a denial did not reach the door in {PATIENCE:.0f} s")
            time.sleep(GLANCE)
        return (time.perf_counter() - began) * 1000


def _withdraw(layout: Layout, card: str) -> None:
    """Commit a withdrawal as the console does; taking away needs no signature."""
    warrant = WithdrawWarrant(1, Subject.CARD, card, None, PersonId(secrets.token_hex(16)), "bench")
    row = ("withdraw", canonical.encode(warrant), time.time_ns() // 1_000_000)
    with closing(sqlite3.connect(layout.store("office"), timeout=10)) as office:
        office.execute("PRAGMA synchronous=FULL")
        with office:
            office.execute("INSERT INTO warrant (kind, body, made) VALUES (?, ?, ?)", row)

"""How long a row is without a receipt: from its commit at the door to the receipt's, through the whole house.

Looked at from outside, in the door's own database: outbox, bridge, broker (TLS), hub, ledger and back, all of
them processes on this machine. The exit button makes the rows, because it needs no card.
"""

import sqlite3
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from card_registry.command.bench_demo import GLANCE, PATIENCE, NotReady, running
from card_registry.command.bench_row import Row
from card_registry.command.demo.layout import DOOR_CONTROLLER, Layout
from card_registry.command.story.hand import ask

BUTTON = 22
PRESS = 40
"""Milliseconds the exit button is pressed."""

WARM, SAMPLES = 5, 60
RECEIPTED_WITHIN = 15.0
"""Milliseconds at the 95th percentile (DESIGN §10)."""

SEQ_BITS = 40
QUIET = 0.4
"""Seconds without a new row after which the door is at rest."""


@dataclass(frozen=True, slots=True)
class Head:
    """How many rows the door has, and how many of them are under a receipt."""

    rows: int
    receipted: int


def rows() -> Iterator[Row]:
    """Measure row after row, and beside each the disk's own part: two bare durable commits."""
    with tempfile.TemporaryDirectory() as folder, closing(_bare(Path(folder) / "bare.db")) as bare:
        layout = Layout(Path(folder) / "data")
        with running(layout):
            door = layout.controller(DOOR_CONTROLLER) / "state" / "door.db"
            with closing(sqlite3.connect(f"file:{door}?mode=ro", uri=True, timeout=10)) as store:
                both = [(receipted(layout, store), _commits(bare)) for _ in range(WARM + SAMPLES)][WARM:]
    spent, limits = (sorted(values) for values in zip(*both, strict=True))
    for name, place in (("p50", SAMPLES // 2), ("p95", SAMPLES * 95 // 100)):
        value, limit = spent[place], limits[place]
        what = f"row committed at the door → receipt committed there, {name} (limit: two bare commits)"
        target = f"p95 ≤ {RECEIPTED_WITHIN:.0f} ms"
        yield Row(what, "journal", value, "ms", target, limit, value / limit, value <= RECEIPTED_WITHIN)


def _bare(path: Path) -> sqlite3.Connection:
    """Open a database that writes as durably as the ledger and the journal do."""
    store = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL"):
        store.execute(f"PRAGMA {pragma}")
    store.execute("CREATE TABLE row (body BLOB)")
    return store


def _commits(bare: sqlite3.Connection) -> float:
    """Give the milliseconds of two commits: the ledger's, and that of the receipt at the door."""
    began = time.perf_counter()
    for _ in range(2):
        bare.execute("INSERT INTO row VALUES (zeroblob(800))")
    return (time.perf_counter() - began) * 1000


def receipted(layout: Layout, store: sqlite3.Connection) -> float:
    """Press the button once; give the milliseconds from its row's commit to its receipt's."""
    before = at_rest(store)
    with ThreadPoolExecutor(1) as hand:
        pressed = hand.submit(ask, layout, {"op": "press", "line": BUTTON, "ms": PRESS})
        spent = _watched(store, before)
        pressed.result()
    return spent


def _watched(store: sqlite3.Connection, before: Head) -> float:
    """Look at the door's database until the next row, and then until its receipt."""
    deadline, began = time.monotonic() + PATIENCE, 0.0
    while time.monotonic() < deadline:
        now = head(store)
        if not began and now.rows > before.rows:
            began = time.perf_counter()
        if began and now.receipted > before.rows:
            return (time.perf_counter() - began) * 1000
        time.sleep(GLANCE / 2)
    raise NotReady(f"a row was not receipted within {PATIENCE:.0f} s")


def at_rest(store: sqlite3.Connection) -> Head:
    """Wait until the door writes nothing more and all of it is receipted."""
    deadline, seen, since = time.monotonic() + PATIENCE, head(store), time.monotonic()
    while time.monotonic() < deadline:
        now = head(store)
        if now != seen:
            seen, since = now, time.monotonic()
        if now.rows == now.receipted and time.monotonic() - since >= QUIET:
            return now
        time.sleep(0.02)
    raise NotReady(f"the door was not at rest within {PATIENCE:.0f} s")


def head(store: sqlite3.Connection) -> Head:
    """Read the door's newest epoch."""
    (place,) = store.execute("SELECT max(place) FROM row").fetchone()
    epoch, seq = (place or 0) >> SEQ_BITS, (place or 0) % (1 << SEQ_BITS)
    found = store.execute("SELECT next FROM receipt WHERE epoch = ?", (epoch,)).fetchone()
    return Head(seq + 1, found[0] if found else 0)

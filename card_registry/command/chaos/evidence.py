"""What the stores of a house hold, read from their files: rows, what was published, what the console shows.

Nothing is judged here; ``judging`` does, from these values alone.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from card_registry.command.chaos.judging import Evidence, Row
from card_registry.command.demo.layout import CONTROLLERS, DOOR_CONTROLLER, Layout
from card_registry.durable import read_plain
from card_registry.trust.slots import file_name

SEQ_BITS = 40
"""A door's row has epoch × 2⁴⁰ + seq as its place (``door_controller.store``)."""


def gather(layout: Layout) -> Evidence:
    """Read everything once.

    Raises:
        sqlite3.Error, OSError: A store cannot be read.
    """
    doors = {row: body for name in CONTROLLERS for row, body in _journal(layout, name)}
    with reading(layout.store("ledger")) as ledger:
        rows = {
            (name, epoch, seq): body
            for name, epoch, seq, body in ledger.execute("SELECT controller, epoch, seq, body FROM event")
        }
        refusals = tuple(
            f"{name}: {why}" for name, why in ledger.execute("SELECT controller, why FROM refusal")
        )
    with reading(layout.store("office")) as office:
        shown = tuple(office.execute("SELECT controller, epoch, seq FROM occurrence ORDER BY id"))
    with reading(layout.store("registry")) as registry:
        published = dict(
            registry.execute("SELECT reference, grants FROM outcome WHERE source = 'binding' AND applied")
        )
        slots = dict(registry.execute("SELECT name, body FROM slot"))
    return Evidence(doors, rows, shown, published, refusals, _behind(layout, slots))


def _journal(layout: Layout, name: str) -> Iterator[tuple[Row, bytes]]:
    with reading(layout.controller(name) / "state" / "door.db") as store:
        for place, body in store.execute("SELECT place, body FROM row ORDER BY place"):
            yield (name, place >> SEQ_BITS, place % (1 << SEQ_BITS)), body


def _behind(layout: Layout, slots: dict[str, bytes]) -> tuple[str, ...]:
    folder = layout.controller(DOOR_CONTROLLER) / "slots"
    mine = {file_name(name): body for name, body in slots.items()}
    held = {path.name: read_plain(path) for path in folder.iterdir() if path.name in mine}
    stale = {name for name, body in held.items() if body != mine[name]}
    return tuple(sorted(stale | ({"meta.timestamp", "meta.snapshot", "deny.list"} - set(held))))


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a store's file for reading only."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=10)) as store:
        yield store

"""The muster on disk: who is inside, kept through restarts, written with the event that changed it.

What is written shows each person as the muster counts them at that moment, so a stop at any time leaves
somebody too many inside rather than one too few; ``load`` takes whoever was leaving for still inside.
"""

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

from card_registry.errors import StoreBroken
from door_controller.journal import Beside, Journal
from door_controller.presence import Inside, Muster, everybody

_PUT = (
    "INSERT OR REPLACE INTO inside (area, holder, card, since, escort, forgiven, leaving) "
    "VALUES (?, ?, ?, ?, ?, ?, ?)"
)
_GONE = "DELETE FROM inside WHERE area = ? AND holder = ?"
_ALL = "SELECT area, holder, card, since, escort, forgiven, leaving FROM inside ORDER BY area, since, holder"


def write_of(before: Muster, after: Muster) -> Beside | None:
    """Give what to write beside the event that led from one muster to the next; None when nothing changed."""
    known, present = everybody(before), everybody(after)
    gone = [key for key in known if key not in present]
    changed = [inside for key, inside in present.items() if known.get(key) != inside]
    if not gone and not changed:
        return None

    def write(store: sqlite3.Connection) -> None:
        store.executemany(_GONE, gone)
        store.executemany(_PUT, map(_row, changed))

    return write


def load(journal: Journal) -> Muster:
    """Read who is inside.

    Raises:
        StoreBroken: The disk refused.
    """
    found = map(_inside, journal.look(_ALL))
    return Muster({(one.area, one.holder): replace(one, leaving=False) for one in found})


def read_store(path: Path) -> tuple[Inside, ...]:
    """Read from a store's file who is inside, by area and time of entry; the door may be running beside.

    Raises:
        StoreBroken: The file cannot be read, or is of a program before this one.
    """
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=2)) as store:
            return tuple(_inside(row) for row in store.execute(_ALL).fetchall())
    except sqlite3.Error as error:
        raise StoreBroken(
            f"who is inside cannot be read from {path}: {error}; start the door once"
        ) from error


def _inside(row: tuple[Any, ...]) -> Inside:
    area, holder, card, since, escort, forgiven, leaving = row
    return Inside(holder, card, area, since, escort, bool(forgiven), bool(leaving))


def _row(inside: Inside) -> tuple[object, ...]:
    return (
        inside.area,
        inside.holder,
        inside.card,
        inside.since,
        inside.escort,
        inside.forgiven,
        inside.leaving,
    )

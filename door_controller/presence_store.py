"""The muster on disk: who is inside, kept through restarts, written with the event that changed it.

What is written shows each person as the muster counts them at that moment, so a stop at any time leaves
somebody too many inside rather than one too few; ``load`` takes whoever was leaving for still inside.
"""

import sqlite3
from dataclasses import replace

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
        StoreBroken: The disk refused, or a row is none of ours.
    """
    return Muster({(one.area, one.holder): replace(one, leaving=False) for one in read(journal)})


def read(journal: Journal) -> tuple[Inside, ...]:
    """Read who is inside as it was written last, by area and the time of entry.

    Raises:
        StoreBroken: The disk refused.
    """
    return tuple(
        Inside(holder, card, area, since, escort, bool(forgiven), bool(leaving))
        for area, holder, card, since, escort, forgiven, leaving in journal.look(_ALL)
    )


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

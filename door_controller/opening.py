"""The journal as it is found at a start: opened, inspected, continued, or left for a new epoch.

Every start writes ``Started``. A journal that is not as it was written, or that a stored receipt contradicts,
is not continued: ``Started`` of the new epoch names the last good head, and ``Refused`` says which row is
wrong. The old rows stay where they are; those before the damage still go to the hub.
"""

import logging
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from card_registry.errors import StoreBroken
from card_registry.journal.event import Moment, Position, Refused, Started
from card_registry.words import ControllerId, SiteId
from door_controller import inspection
from door_controller.clock import Clock
from door_controller.disk import Disk
from door_controller.inspection import Damage
from door_controller.journal import Journal, draw_salt

_LOG = logging.getLogger(__name__)

SENTENCE = 400


@dataclass(frozen=True, slots=True)
class Opened:
    """A journal ready for events, the clock that continues from it, and the number of this start."""

    journal: Journal
    clock: Clock
    start: int


@dataclass(frozen=True, slots=True)
class Means:
    """What a journal is opened with: the clock from its stored floor, salts, the disk of its folder."""

    clock: Callable[[int], Clock] = Clock
    salt: Callable[[], str] = draw_salt
    disk: Callable[[Path], Disk] = Disk


MEANS = Means()
"""The machine's own; a simulator brings others."""


def open_journal(
    path: Path, site: SiteId, controller: ControllerId, epoch: int, program: str, means: Means = MEANS
) -> Opened:
    """Open, inspect and continue a controller's journal; the event ``Started`` is written.

    Raises:
        StoreBroken: The file cannot be opened or the disk takes no event.
    """
    journal = Journal(path, site, controller, epoch=epoch, salt=means.salt, disk=means.disk(path.parent))
    try:
        kept = means.clock(_floor(journal))
        start = _count_start(journal)
        damage = inspection.inspect_tail(journal)
        if damage is None:
            journal.append(Started(program, "start"), kept.moment())
        else:
            _begin_again(journal, damage, kept.moment(), program)
    except StoreBroken:
        journal.close()
        raise
    return Opened(journal, kept, start)


def _begin_again(journal: Journal, damage: Damage, at: Moment, program: str) -> None:
    """Begin a new epoch after a damaged one, and say which row was wrong."""
    _LOG.error("the journal is not as it was written: %s; a new epoch begins", damage.sentence)
    good = _good_head(journal, damage)
    journal.begin_epoch(Started(program, "journal-damaged", good), at, sendable=good.size)
    journal.append(Refused("journal", damage.sentence[:SENTENCE]), at)


def _good_head(journal: Journal, damage: Damage) -> Position:
    """Give the last head before the damage; nothing, when not even that can be read."""
    try:
        return Position(damage.epoch, damage.seq, journal.root(damage.epoch, damage.seq))
    except StoreBroken:
        return Position(damage.epoch, 0, journal.root(damage.epoch, 0))


def _floor(journal: Journal) -> int:
    """Give the latest time that this controller knows to be past, from its store (milliseconds)."""
    found = journal.look("SELECT value FROM fact WHERE name = 'time-floor'")
    kept = int(found[0][0]) if found else 0
    return max(kept, inspection.last_proven(journal))


def _count_start(journal: Journal) -> int:
    """Count this start; the number orders the statuses of different runs."""
    found = journal.look("SELECT value FROM fact WHERE name = 'starts'")
    start = (int(found[0][0]) if found else 0) + 1

    def write(store: sqlite3.Connection) -> None:
        store.execute("INSERT OR REPLACE INTO fact (name, value) VALUES ('starts', ?)", (start,))

    journal.keep(write)
    return start

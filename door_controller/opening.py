"""The journal as it is found at a start: opened, inspected, continued, or left for a new epoch.

Every start writes ``Started``. A journal that is not as it was written, or that a stored receipt contradicts,
is not continued: ``Started`` of the new epoch names the last good head, and ``Refused`` says which row is
wrong. The old rows stay where they are; those before the damage still go to the hub.

A database that cannot be read at all, that is gone, or that has fewer rows than the controller's own last
status signed, does not keep the door from working either: it is set aside (``aside``), what is known is
carried over, and ``Started`` says ``journal-lost``. Until a registry is verified anew no card opens.

A disk that refuses from the start (read-only, or full beyond its reserve) leaves the door with a journal in
memory that takes no event: no card opens, the exit button does, lockdown lasts, and the alarm ``disk-full``
stands until the program finds the disk mended and ends to be started anew.
"""

import logging
import os
import sqlite3
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from card_registry.errors import StoreBroken
from card_registry.journal.event import Alarmed, Moment, Position, Refused, Started
from card_registry.words import ControllerId, SiteId
from door_controller import inspection
from door_controller.aside import LOST, Past, newest_aside, renew, set_aside
from door_controller.clock import Clock
from door_controller.disk import Disk
from door_controller.inspection import Damage
from door_controller.journal import Journal, draw_salt
from door_controller.store import StoreCorrupt, is_refusal

_LOG = logging.getLogger(__name__)

SENTENCE = 400


@dataclass(frozen=True, slots=True)
class Opened:
    """A journal ready for events, its clock, the number of this start, and what it has to say to people."""

    journal: Journal
    clock: Clock
    start: int
    alarms: tuple[Alarmed, ...] = ()


@dataclass(frozen=True, slots=True)
class Means:
    """What a journal is opened with: the clock from its stored floor, salts, the disk of its folder."""

    clock: Callable[[int], Clock] = Clock
    salt: Callable[[], str] = draw_salt
    disk: Callable[[Path], Disk] = Disk


MEANS = Means()
"""The machine's own; a simulator brings others."""


def open_journal(
    path: Path,
    site: SiteId,
    controller: ControllerId,
    epoch: int,
    program: str,
    means: Means = MEANS,
    past: Past | None = None,
) -> Opened:
    """Open, inspect and continue a controller's journal; the event ``Started`` is written.

    ``past`` is what the controller's own last status says; without it a database that is gone is not missed.

    Raises:
        StoreBroken: The file is of a later program, or another process holds it.
    """
    try:
        return _open_or_renew(path, site, controller, epoch, program, means, past)
    except StoreBroken as error:
        if not is_refusal(error.__cause__):
            raise
        _LOG.error("%s", error)
        return _stand_in(path, site, controller, epoch, means, past, str(error))


def _stand_in(
    path: Path,
    site: SiteId,
    controller: ControllerId,
    epoch: int,
    means: Means,
    past: Past | None,
    why: str,
) -> Opened:
    """Give a journal in memory for one whose disk refuses, with what the last status says."""
    room = tempfile.mkdtemp(prefix="akses-", dir=os.environ.get("RUNTIME_DIRECTORY", "/dev/shm"))  # noqa: S108 - 0700
    beside = Path(room) / path.name
    renew(beside, epoch, past, why)
    journal = Journal(beside, site, controller, epoch=epoch, stands_for=path, salt=means.salt)
    alarm = Alarmed("disk-full", "disk", raised=True, detail=why[:SENTENCE])
    return Opened(journal, means.clock(0), 1 if past is None else past.start + 1, (alarm,))


def _open_or_renew(
    path: Path,
    site: SiteId,
    controller: ControllerId,
    epoch: int,
    program: str,
    means: Means,
    past: Past | None,
) -> Opened:
    if _is_gone(path) and (past is not None or newest_aside(path) is not None):
        renew(path, epoch, past, f"{path.name} is gone")
    try:
        return _open(path, site, controller, epoch, program, means, past)
    except StoreCorrupt as error:
        _LOG.error("%s", error)
        aside = set_aside(path)
        renew(path, epoch, past, f"{error}; it is kept as {aside.name}")
        return _open(path, site, controller, epoch, program, means, past)


def _is_gone(path: Path) -> bool:
    return not path.exists() or not path.stat().st_size


def _open(
    path: Path,
    site: SiteId,
    controller: ControllerId,
    epoch: int,
    program: str,
    means: Means,
    past: Past | None,
) -> Opened:
    journal = Journal(path, site, controller, epoch=epoch, salt=means.salt, disk=means.disk(path.parent))
    try:
        kept = means.clock(_floor(journal))
        start = _count_start(journal)
        alarms = _continue(journal, kept.moment(), program, past)
    except StoreBroken:
        journal.close()
        raise
    return Opened(journal, kept, start, alarms)


def _continue(journal: Journal, at: Moment, program: str, past: Past | None) -> tuple[Alarmed, ...]:
    """Write ``Started``, in a new epoch where the old one cannot go on; give the alarm that says so."""
    lost = journal.look("SELECT value FROM fact WHERE name = ?", (LOST,))
    if lost:
        return _begin_lost(journal, str(lost[0][0]), at, program)
    damage = inspection.inspect_tail(journal) or _behind(journal, past)
    if damage is None:
        journal.append(Started(program, "start"), at)
        return ()
    return _begin_again(journal, damage, at, program)


def _behind(journal: Journal, past: Past | None) -> Damage | None:
    """Compare with the last status, which is only signed for rows that were durable."""
    head = journal.head
    if past is None or (past.epoch, past.size) <= (head.epoch, head.size):
        return None
    sentence = f"the last status was for {past.size} rows of epoch {past.epoch}, which are not all here"
    return Damage(head.epoch, head.size, sentence)


def _begin_lost(journal: Journal, why: str, at: Moment, program: str) -> tuple[Alarmed, ...]:
    """Begin the new epoch of a new database, naming the last head that was carried over."""
    head = journal.head

    def forget(store: sqlite3.Connection) -> None:
        store.execute("DELETE FROM fact WHERE name = ?", (LOST,))

    started = Started(program, "journal-lost", head if head.size else None)
    journal.begin_epoch(started, at, sendable=head.size, beside=forget)
    journal.append(Refused("journal", why[:SENTENCE]), at)
    return (Alarmed("journal-lost", "journal", raised=True, detail=why[:SENTENCE]),)


def _begin_again(journal: Journal, damage: Damage, at: Moment, program: str) -> tuple[Alarmed, ...]:
    """Begin a new epoch after a damaged one, and say which row was wrong."""
    _LOG.error("the journal is not as it was written: %s; a new epoch begins", damage.sentence)
    good = _good_head(journal, damage)
    journal.begin_epoch(Started(program, "journal-damaged", good), at, sendable=good.size)
    journal.append(Refused("journal", damage.sentence[:SENTENCE]), at)
    return (Alarmed("journal-gap", "journal", raised=True, detail=damage.sentence[:SENTENCE]),)


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

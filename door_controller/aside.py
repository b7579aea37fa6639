"""A database that cannot be read any more: set aside for the auditor, and what it still says carried over.

The broken file is renamed, never changed and never deleted. What can still be read of it goes into a new
database: denial serials, floors and every other fact, which only ever take away; and the newest epoch's rows
since the last receipt, as far as each leads from the tree before it to its own, so that they still reach the
hub. Slots are not carried over: the registry is verified anew from the slot folder, and until then no card
opens. All of it is one transaction with the fact ``lost``, upon which ``opening`` begins a new epoch; a start
that was cut short finds either the broken file alone or that fact.

What cannot be read is lost: facts not yet forwarded, and floors. Then the controller is where a disk restored
from an older copy would be (DESIGN §4): a registry older than the one it knew is accepted while it is not
expired, so for no longer than the site's staleness, and the alarm ``journal-lost`` says so from the first
contact on. Its own last status, which it signed itself, gives back epoch, start, version floors and
lockdowns. Serials of denials that the signed list still names come back with it; one dropped from the list
does not.
"""

import contextlib
import logging
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from card_registry import canonical
from card_registry.durable import read_plain, sync_folder
from card_registry.errors import AksesError, Malformed
from card_registry.journal.tree import Frontier, leaf
from card_registry.signing import Purpose, Sealed, unseal
from card_registry.statements import Receipt, Status
from card_registry.words import DoorId, Mode
from door_controller.inspection import KEPT_FROM
from door_controller.journal import SEQ_BITS, place_of
from door_controller.store import open_store, transaction

_LOG = logging.getLogger(__name__)

LOST = "lost"
"""The fact that says why a new database was begun; gone once the new epoch has begun."""

TREE = frozenset({"row", "slot", "closed", "receipt", "milestone", "pruned"})
"""The tables that are not copied as they are."""

NUMBERS = ("floor/", "order:", "time-floor", "starts")
"""Facts that are whole numbers: what is none of these any more is left behind."""


@dataclass(frozen=True, slots=True)
class Past:
    """What a controller's own last status says of its life so far: its head, its start, its floors."""

    epoch: int
    size: int
    start: int
    floors: tuple[tuple[str, int], ...]
    locked_down: tuple[DoorId, ...] = ()


def past_of(outbox: Path, log_key: str) -> Past | None:
    """Read the status that an earlier run signed; None where there is none."""
    try:
        status = unseal(Purpose.STATUS, read_plain(outbox / "status"), Status, (log_key,))
    except (AksesError, OSError):
        return None
    seen = status.versions
    floors = (
        ("root", seen.root),
        ("timestamp", seen.timestamp),
        ("grants", seen.grants),
        ("deny", seen.deny),
    )
    locked_down = tuple(door.id for door in status.doors if door.mode == Mode.LOCKDOWN)
    return Past(status.epoch, status.size, status.number >> 32, floors, locked_down)


def set_aside(path: Path) -> Path:
    """Rename a broken database and what lies beside it; give its new name."""
    number = 1
    while (aside := _name(path, number)).exists():
        number += 1
    for end in ("-wal", "-shm", ""):  # the database last: a start that is cut short begins again here
        with contextlib.suppress(FileNotFoundError):
            path.with_name(path.name + end).rename(aside.with_name(aside.name + end))
    sync_folder(path.parent)
    return aside


def newest_aside(path: Path) -> Path | None:
    """Give the database that was set aside last."""
    number = 0
    while _name(path, number + 1).exists():
        number += 1
    return _name(path, number) if number else None


def renew(path: Path, epoch: int, past: Past | None, why: str) -> None:
    """Make a new database of what is known: from the file set aside last, and from the last status.

    Raises:
        StoreBroken: The disk refuses.
    """
    store, broken = open_store(path), newest_aside(path)
    try:
        with transaction(store):
            used = max(epoch, past.epoch if past is not None else 0)
            if past is not None:
                facts: list[tuple[str, int | str]] = [("starts", past.start)]
                facts += [(f"floor/{role}", least) for role, least in past.floors]
                facts += [(f"mode:{door}", Mode.LOCKDOWN.value) for door in past.locked_down]
                store.executemany("INSERT OR REPLACE INTO fact (name, value) VALUES (?, ?)", facts)
            if broken is not None:
                used = max(used, _carry_over(broken, store))
            store.execute("INSERT OR IGNORE INTO closed (epoch, rows) VALUES (?, 0)", (used,))
            store.execute("INSERT OR REPLACE INTO fact (name, value) VALUES (?, ?)", (LOST, why))
    finally:
        store.close()


def _name(path: Path, number: int) -> Path:
    return path.with_name(f"{path.stem}-broken-{number}{path.suffix}")


def _carry_over(broken: Path, store: sqlite3.Connection) -> int:
    """Copy what can be read; give the latest epoch that is named anywhere in it."""
    try:
        # Read-only, so that its write-ahead log counts and stays as it is.
        with contextlib.closing(sqlite3.connect(f"file:{broken}?mode=ro", uri=True)) as old:
            for (table,) in store.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
                if table not in TREE:
                    _copy(old, store, table)
            epoch = _newest_epoch(old)
            _copy_rows(old, store, epoch)
            begun = _latest(old, "SELECT max(epoch) + 1 FROM closed")
            return max(epoch, begun, _latest(old, "SELECT max(epoch) FROM receipt"))
    except sqlite3.Error as error:
        _LOG.warning("%s cannot be read any more: %s", broken.name, error)
        return 0


def _newest_epoch(old: sqlite3.Connection) -> int:
    """Give the epoch of the newest row that can be reached: from the end, or else as far as a scan comes."""
    place = 0
    for sql in ("SELECT max(place) FROM row", "SELECT place FROM row ORDER BY place"):
        for (found,) in _readable(old, sql):
            place = found if isinstance(found, int) else place
        if place:
            break
    return place >> SEQ_BITS


def _latest(old: sqlite3.Connection, sql: str) -> int:
    return next((int(epoch) for (epoch,) in _readable(old, sql) if isinstance(epoch, int)), 0)


def _readable(
    old: sqlite3.Connection, sql: str, values: tuple[object, ...] = ()
) -> Iterator[tuple[object, ...]]:
    """Yield rows until the file cannot be read on."""
    try:
        yield from old.execute(sql, values)
    except (sqlite3.Error, UnicodeDecodeError, OverflowError):
        return


def _copy(old: sqlite3.Connection, store: sqlite3.Connection, table: str) -> None:
    """Copy the rows of one table that are still what that table may hold; the higher number stays."""
    columns = [name for _, name, *_ in store.execute(f"PRAGMA table_info({table})")]
    names, marks = ", ".join(columns), ", ".join("?" * len(columns))
    for row in _readable(old, f"SELECT {names} FROM {table}"):  # noqa: S608 - our own schema's names
        if table == "fact" and not _plausible(store, *row):
            continue
        with contextlib.suppress(sqlite3.Error):
            store.execute(f"INSERT OR REPLACE INTO {table} ({names}) VALUES ({marks})", row)  # noqa: S608 - the same


def _plausible(store: sqlite3.Connection, name: object, value: object) -> bool:
    if not isinstance(name, str) or not name.startswith(NUMBERS):
        return name != LOST
    known = store.execute("SELECT value FROM fact WHERE name = ?", (name,)).fetchone()
    return isinstance(value, int) and value >= (known[0] if known else 0)


def _copy_rows(old: sqlite3.Connection, store: sqlite3.Connection, epoch: int) -> None:
    """Copy an epoch's rows from the last one under a receipt on, and that receipt."""
    found = next(_readable(old, "SELECT next, sealed FROM receipt WHERE epoch = ?", (epoch,)), (0, b""))
    start, root = _receipt_of(found[1])
    size = 0
    for row, tree in _proved(old, epoch, start, root):
        store.execute("INSERT INTO row (place, body, frontier) VALUES (?, ?, ?)", row)
        size = tree.size
    if not size:
        return
    store.execute("INSERT OR REPLACE INTO closed (epoch, rows) VALUES (?, ?)", (epoch, size))
    kept = (f"{KEPT_FROM}{epoch}", max(start - 1, 0))
    store.execute("INSERT OR REPLACE INTO fact (name, value) VALUES (?, ?)", kept)
    if start:
        values = (epoch, *found)
        store.execute("INSERT OR REPLACE INTO receipt (epoch, next, sealed) VALUES (?, ?, ?)", values)


def _receipt_of(sealed: object) -> tuple[int, str]:
    """Give the rows a stored receipt is for, and their root; its signature was checked when it was stored."""
    try:
        body = canonical.decode(sealed if isinstance(sealed, bytes) else b"", Sealed, "a stored receipt").body
        receipt = canonical.decode(body.encode(), Receipt, "a stored receipt")
    except Malformed:
        return 0, ""
    return receipt.next, receipt.root


def _proved(
    old: sqlite3.Connection, epoch: int, start: int, root: str
) -> Iterator[tuple[tuple[int, bytes, bytes], Frontier]]:
    """Yield rows with the tree after each: the first has the receipt's root, the others lead on from it."""
    sql = "SELECT place, body, frontier FROM row WHERE place >= ? ORDER BY place"
    before = Frontier()
    for place, body, stored in _readable(old, sql, (place_of(epoch, max(start - 1, 0)),)):
        if not isinstance(body, bytes) or not isinstance(stored, bytes):
            return
        if start > before.size:
            after = _load(stored)
            proved = after.size == start and after.root().hex() == root
        else:
            after = before.append(leaf(body))
            proved = after.dump() == stored
        if not proved or place != place_of(epoch, after.size - 1):
            return
        yield (place_of(epoch, after.size - 1), body, stored), after
        before = after


def _load(stored: bytes) -> Frontier:
    try:
        return Frontier.load(stored)
    except Malformed:
        return Frontier()

"""The controller's one database file: opened safely, brought to this program's schema, or refused.

What the tables mean is decided by who writes them: ``journal`` (row, closed, receipt), ``pruning``
(milestone, pruned), ``adopter`` (slot, denial), both (fact), ``presence_store`` (inside). WAL with
synchronous=FULL: a commit that returned survives a power cut.

2026-11-20: every row keeps the tree's frontier after it (about 300 bytes) rather than one frontier being kept
for the whole journal, because an append is then one statement on one table, and because a row that was edited
later can be named: it no longer leads from the frontier before it to its own.
"""

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from card_registry.errors import StoreBroken

STEPS = (
    """
    CREATE TABLE row (place INTEGER PRIMARY KEY, body BLOB NOT NULL, frontier BLOB NOT NULL) STRICT;
    CREATE TABLE closed (epoch INTEGER PRIMARY KEY, rows INTEGER NOT NULL) STRICT;
    CREATE TABLE receipt (epoch INTEGER PRIMARY KEY, next INTEGER NOT NULL, sealed BLOB NOT NULL) STRICT;
    CREATE TABLE slot (name TEXT PRIMARY KEY, body BLOB NOT NULL) STRICT;
    CREATE TABLE denial (
        subject TEXT NOT NULL, id TEXT NOT NULL, serial INTEGER NOT NULL, PRIMARY KEY (subject, id)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE fact (name TEXT PRIMARY KEY, value ANY NOT NULL) STRICT;
    """,
    """
    CREATE TABLE inside (
        area TEXT NOT NULL, holder TEXT NOT NULL, card TEXT NOT NULL, since INTEGER NOT NULL, escort TEXT,
        forgiven INTEGER NOT NULL, leaving INTEGER NOT NULL, PRIMARY KEY (area, holder)
    ) STRICT, WITHOUT ROWID;
    """,
    """
    CREATE TABLE pin_try (
        holder TEXT PRIMARY KEY, wrong INTEGER NOT NULL, locked INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    """,
    """
    CREATE TABLE milestone (
        epoch INTEGER NOT NULL, next INTEGER NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (epoch, next)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE pruned (epoch INTEGER PRIMARY KEY, before INTEGER NOT NULL, frontier BLOB NOT NULL) STRICT;
    """,
)
"""Step n brings a file of ``user_version`` n to n + 1. A step is never changed once released.

``row.place`` is epoch × 2⁴⁰ + seq; ``closed.rows`` how many rows of an ended epoch may still be sent;
``milestone.at`` when this controller knew the rows below ``next`` to be under a receipt; ``pruned.frontier``
the tree over the rows below ``before``, which are dropped.
"""


CACHE_KIB = 256
"""What each connection keeps of the file: rows are written once and read once, and memory is small."""


class StoreCorrupt(StoreBroken):
    """A database is there and cannot be read any more; another one has to be begun."""


_PRIMARY = 0xFF
"""The part of SQLite's error codes that says the kind."""


def open_store(path: Path) -> sqlite3.Connection:
    """Open or make the database, for one writer; any thread may use the connection, one at a time.

    Raises:
        StoreCorrupt: Not a database, or damaged.
        StoreBroken: Of a later program, or not writable.
    """
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600))
        store = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=2)
    except (OSError, sqlite3.Error) as error:
        raise StoreBroken(f"{path} cannot be opened: {error}; check the folder and the disk") from error
    try:
        _prepare(store, path)
    except sqlite3.Error as error:
        store.close()
        kind = StoreCorrupt if is_corrupt(error) else StoreBroken
        raise kind(
            f"{path} is damaged or cannot be written: {error}; keep the file for the auditor"
        ) from error
    except StoreBroken:
        store.close()
        raise
    return store


def open_reading(path: Path) -> sqlite3.Connection:
    """Open the database a second time, for reading only.

    Raises:
        StoreBroken: It cannot be opened.
    """
    try:
        reading = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=2)
        reading.execute("PRAGMA query_only=ON")
        reading.execute(f"PRAGMA cache_size=-{CACHE_KIB}")
    except sqlite3.Error as error:
        raise StoreBroken(f"{path} cannot be read: {error}") from error
    return reading


def is_corrupt(error: sqlite3.Error) -> bool:
    """Say whether what is stored cannot be read, whatever is done."""
    code = _code(error)
    read = (sqlite3.SQLITE_IOERR_READ, sqlite3.SQLITE_IOERR_SHORT_READ, sqlite3.SQLITE_IOERR_CORRUPTFS)
    return code & _PRIMARY in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB) or code in read


def check_small(store: sqlite3.Connection, path: Path) -> None:
    """Read every table but the journal's rows whole; those are inspected one by one.

    Raises:
        StoreCorrupt: A page of one is damaged.
        StoreBroken: The disk refused.
    """
    try:
        tables = store.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'row'")
        for (table,) in tables.fetchall():
            said = store.execute(f"PRAGMA quick_check('{table}')").fetchall()
            if said != [("ok",)]:
                raise StoreCorrupt(f"table {table} of {path} is damaged: {said[0][0]}")
    except sqlite3.Error as error:
        kind = StoreCorrupt if is_corrupt(error) else StoreBroken
        raise kind(f"{path} cannot be read: {error}") from error


def is_full(error: sqlite3.Error) -> bool:
    """Say whether a statement found no room, and so changed nothing."""
    return _code(error) in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_SHMSIZE)


def is_busy(error: sqlite3.Error) -> bool:
    """Say whether another process holds the database: the disk itself refused nothing."""
    return _code(error) & _PRIMARY in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def is_refusal(error: BaseException | None) -> bool:
    """Say whether the disk itself refuses: read-only, without room, or failing."""
    if isinstance(error, sqlite3.Error):
        refusals = (
            sqlite3.SQLITE_READONLY,
            sqlite3.SQLITE_FULL,
            sqlite3.SQLITE_IOERR,
            sqlite3.SQLITE_CANTOPEN,
        )
        return _code(error) & _PRIMARY in refusals
    return isinstance(error, OSError) and error.errno in (errno.EROFS, errno.ENOSPC, errno.EDQUOT, errno.EIO)


def _code(error: sqlite3.Error) -> int:
    return getattr(error, "sqlite_errorcode", 0)


def _prepare(store: sqlite3.Connection, path: Path) -> None:
    store.execute("PRAGMA journal_mode=WAL")
    store.execute("PRAGMA synchronous=FULL")
    store.execute(f"PRAGMA cache_size=-{CACHE_KIB}")
    (version,) = store.execute("PRAGMA user_version").fetchone()
    if version > len(STEPS):
        raise StoreBroken(
            f"{path} has schema {version}, and this program knows {len(STEPS)}; install the one that wrote it"
        )
    for number, step in enumerate(STEPS[version:], version + 1):
        # If power fails inside a step, SQLite rolls all of it back and the next start runs it again.
        store.executescript(f"BEGIN EXCLUSIVE;{step}PRAGMA user_version={number};COMMIT;")


@contextmanager
def transaction(store: sqlite3.Connection) -> Iterator[None]:
    """Commit all of a block's writes or none."""
    store.execute("BEGIN IMMEDIATE")
    try:
        yield
        store.execute("COMMIT")
    except BaseException:
        if store.in_transaction:
            store.execute("ROLLBACK")
        raise

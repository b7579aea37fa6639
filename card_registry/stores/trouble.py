"""What a store's refusal means, in words an administrator can act on.

Drivers say it in their own codes; no text of theirs is passed on, because it may quote values. Who asks goes
on without the store, and tries again.
"""

import sqlite3

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

_PRIMARY = 0xFF
"""The part of SQLite's error codes that says the kind."""

_SQLITE = {
    sqlite3.SQLITE_FULL: "the disk is full; make room",
    sqlite3.SQLITE_READONLY: "the disk or file is read-only; look at the kernel's log and the mount",
    sqlite3.SQLITE_IOERR: "the disk does not do what it is asked; look at the kernel's log",
    sqlite3.SQLITE_CANTOPEN: "the file cannot be opened; look at its folder, its owner and the mount",
    sqlite3.SQLITE_BUSY: "another program has held it for too long",
    sqlite3.SQLITE_CORRUPT: "the file is damaged; restore it from backup",
    sqlite3.SQLITE_NOTADB: "the file is no database; restore it from backup",
}

_POSTGRES = {
    "53": "the database server lacks room or connections",
    "25": "the database server lets nobody write; is it a standby?",
    "28": "the database server does not let this program in",
    "57": "the database server is being stopped or started",
    "08": "the database server cannot be reached",
}
"""By class of SQLSTATE."""


def trouble(error: SQLAlchemyError) -> str:
    """Give what is wrong with a store, in a few words; the class of the error where no better is known."""
    cause = error.orig if isinstance(error, DBAPIError) else None
    code = getattr(cause, "sqlite_errorcode", None)
    if isinstance(code, int) and code & _PRIMARY in _SQLITE:
        return _SQLITE[code & _PRIMARY]
    state = getattr(cause, "sqlstate", None)
    if isinstance(state, str) and state[:2] in _POSTGRES:
        return _POSTGRES[state[:2]]
    if type(cause).__module__.startswith("psycopg") and state is None:
        return _POSTGRES["08"]
    return f"it answered {type(cause or error).__name__}"

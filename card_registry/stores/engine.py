"""How a server store is opened: SQLite file or PostgreSQL schema, by URL, read-write or read-only.

On SQLite every store is its own file, so the schema name of the tables is translated away; WAL with
synchronous=FULL, because a receipt may only be given for rows that survive a power cut.
"""

import os
from contextlib import suppress
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, make_url

from card_registry.errors import OperatorMistaken, StoreBroken

STORE_MODE = 0o640
"""A store holds personal data or pseudonym keys: its readers are in its group, nobody else reads it."""

CACHE_KIB = 32 * 1024
CHECKPOINT_PAGES = 8_000
"""The memory of a roomy SQLite store, and the pages (4 KiB) of its write-ahead log before they are copied."""


def open_store(url: str, schema: str, *, read_only: bool = False) -> Engine:
    """Open the store ``schema`` at ``url`` (``sqlite:///file`` or ``postgresql+psycopg://…``).

    Raises:
        OperatorMistaken: The URL is of another kind of database, or a store to be read is not there.
    """
    parsed = make_url(url)
    match parsed.get_backend_name():
        case "sqlite":
            return _open_sqlite(parsed, schema, read_only=read_only)
        case "postgresql":
            options = "-c default_transaction_read_only=on" if read_only else ""
            return create_engine(parsed, connect_args={"options": options}, pool_pre_ping=True)
        case other:
            message = (
                f"the {schema} store cannot live in {other}; use sqlite:///FILE or postgresql+psycopg://…"
            )
            raise OperatorMistaken(message)


def _open_sqlite(url: URL, schema: str, *, read_only: bool) -> Engine:
    file = Path(url.database or "")
    if read_only and not file.exists():
        message = f"the {schema} store {file.name} does not exist yet; start its writer first"
        raise OperatorMistaken(message)
    if not read_only:
        _close_to_others(file)
    engine = create_engine(url, connect_args={"timeout": 10})

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's own connection type
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000"):
            connection.execute(f"PRAGMA {pragma}")
        if read_only:
            connection.execute("PRAGMA query_only=ON")

    return engine.execution_options(schema_translate_map={schema: None})


def make_room(engine: Engine) -> None:
    """Let a large store keep a transaction in memory, and copy many transactions into its file at once.

    PostgreSQL is given its room by whoever runs it.
    """
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def _enlarge(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's own connection type
        connection.execute(f"PRAGMA cache_size=-{CACHE_KIB}")
        connection.execute(f"PRAGMA wal_autocheckpoint={CHECKPOINT_PAGES}")


def _close_to_others(file: Path) -> None:
    """Make a new store's file with ``STORE_MODE``; SQLite gives its side files the same."""
    try:
        with suppress(FileExistsError):
            os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, STORE_MODE))
    except OSError as error:
        message = f"the store {file} cannot be made: {error.strerror}; make its folder first"
        raise OperatorMistaken(message) from error


def migrate(engine: Engine, package: str, schema: str) -> None:
    """Bring a store to the newest step of its linear history, which lives in ``package`` (``pkg:folder``).

    Raises:
        StoreBroken: The store was written by a newer program, or is not a store of ours.
    """
    config = Config()
    config.set_main_option("script_location", package)
    config.attributes["engine"] = engine
    config.attributes["schema"] = schema
    try:
        command.upgrade(config, "head")
    except Exception as error:
        message = f"the {schema} store cannot be brought up to date: {error}"
        raise StoreBroken(message) from error

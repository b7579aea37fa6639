"""One act is one transaction: writers queue from the start, so what was read is still true when written."""

import contextlib
from collections.abc import Iterator

from sqlalchemy import Connection, Engine


@contextlib.contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Open a write transaction, committed at the end of the block and rolled back by any exception."""
    with engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            # SQLite would begin at the first write, after our reads; a reader cannot be upgraded safely.
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        yield connection
        connection.commit()


@contextlib.contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Open a connection for reading; nothing is committed."""
    with engine.connect() as connection:
        yield connection

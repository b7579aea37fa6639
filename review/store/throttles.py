"""Guessing costs time: failures per login and per passphrase, with a growing wait; bounded in rows.

Keys are digests, so a password typed into the login field is not kept here.
"""

import hashlib

from sqlalchemy import Connection, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from card_registry.instant import MINUTE, SECOND
from review.tables import throttle

FREE = 4
"""Failures that cost nothing."""

LONGEST = 15 * MINUTE
"""The longest wait; a key untouched for twice as long is forgotten."""

ROWS = 5_000
"""More keys than this are not kept: the oldest go."""


def key_of(kind: str, text: str) -> str:
    """Name what is being guessed."""
    return hashlib.sha256(f"{kind}\0{text.casefold()}".encode()).hexdigest()


def wait(connection: Connection, key: str, now: int) -> int:
    """Give the milliseconds before the next try is looked at, 0 for none."""
    until = connection.scalar(select(throttle.c.until).where(throttle.c.key == key))
    return max(0, (until or 0) - now)


def fail(connection: Connection, key: str, now: int) -> None:
    """Count one failure; from the fifth on each doubles the wait, from one second."""
    _forget(connection, now)
    failures = 1 + (connection.scalar(select(throttle.c.failures).where(throttle.c.key == key)) or 0)
    pause = 0 if failures <= FREE else min(LONGEST, SECOND << min(failures - FREE, 20))
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    row = {"failures": failures, "until": now + pause, "last": now}
    upsert = dialect.insert(throttle).values(key=key, **row)
    connection.execute(upsert.on_conflict_do_update(index_elements=[throttle.c.key], set_=row))


def clear(connection: Connection, key: str) -> None:
    """Forget the failures of a key that was right."""
    connection.execute(delete(throttle).where(throttle.c.key == key))


def _forget(connection: Connection, now: int) -> None:
    connection.execute(delete(throttle).where(throttle.c.last < now - 2 * LONGEST))
    if (connection.scalar(select(func.count()).select_from(throttle)) or 0) >= ROWS:
        oldest = select(throttle.c.key).order_by(throttle.c.last).limit(ROWS // 10)
        connection.execute(delete(throttle).where(throttle.c.key.in_(oldest)))

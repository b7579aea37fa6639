"""Sessions: a random token in the visitor's cookie, its digest here; ended by time, idleness or sign-out."""

import hashlib

from sqlalchemy import Connection, delete, insert, select, update

from card_registry.instant import HOUR, MINUTE
from card_registry.words import PersonId
from review.tables import session

LONGEST = 8 * HOUR
"""A session never outlives a working day."""

IDLE = 45 * MINUTE
"""Nothing done for this long ends it."""


def digest(token: str) -> str:
    """Give what is stored of a secret token: its SHA-256."""
    return hashlib.sha256(token.encode()).hexdigest()


def begin(connection: Connection, token: str, person: PersonId, now: int) -> None:
    """Open a session under a fresh token, and forget those that are over."""
    connection.execute(delete(session).where((session.c.ends <= now) | (session.c.seen <= now - IDLE)))
    row = {"digest": digest(token), "person": person, "made": now, "seen": now, "ends": now + LONGEST}
    connection.execute(insert(session).values(row))


def whose(connection: Connection, token: str, now: int) -> tuple[PersonId, int] | None:
    """Give the person of a live session and when it was last seen, None when it is over or unknown."""
    query = select(session.c.person, session.c.seen).where(
        session.c.digest == digest(token), session.c.ends > now, session.c.seen > now - IDLE
    )
    row = connection.execute(query).first()
    return None if row is None else (PersonId(row.person), row.seen)


def touch(connection: Connection, token: str, now: int) -> None:
    """Note that a session is in use."""
    connection.execute(update(session).where(session.c.digest == digest(token)).values(seen=now))


def end(connection: Connection, token: str) -> None:
    """Forget a session; its cookie is worth nothing from here on."""
    connection.execute(delete(session).where(session.c.digest == digest(token)))

"""The audit trail: one row for each act. Ids, codes and numbers only; names stay in their own tables."""

from dataclasses import dataclass

from sqlalchemy import Connection, insert, select

from card_registry.words import PersonId
from review.tables import audit


@dataclass(frozen=True, slots=True)
class Entry:
    """One act: who, what, on which subject (``kind/id``), with which code, when."""

    person: str
    act: str
    subject: str
    detail: str
    at: int


def record(
    connection: Connection, person: PersonId, act: str, subject: str, at: int, detail: str = ""
) -> None:
    """Write one act down, in the act's own transaction."""
    row = {"person": person, "act": act, "subject": subject[:80], "detail": detail[:200], "at": at}
    connection.execute(insert(audit).values(row))


def of(connection: Connection, subject: str, limit: int = 100) -> tuple[Entry, ...]:
    """Give the newest acts on one subject, newest first."""
    rows = connection.execute(
        select(audit).where(audit.c.subject == subject).order_by(audit.c.id.desc()).limit(limit)
    )
    return tuple(Entry(row.person, row.act, row.subject, row.detail, row.at) for row in rows)


def newest(connection: Connection, limit: int = 100) -> tuple[Entry, ...]:
    """Give the newest acts, newest first."""
    rows = connection.execute(select(audit).order_by(audit.c.id.desc()).limit(limit))
    return tuple(Entry(row.person, row.act, row.subject, row.detail, row.at) for row in rows)

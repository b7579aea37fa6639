"""Attachments as rows: what lies beside a case's forms, the file itself, and that one was taken away."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, update

from card_registry.words import CaseId, PersonId
from review.attachment import Kind
from review.tables import attached_file, attachment


@dataclass(frozen=True, slots=True)
class Attached:
    """One attachment: where, what, how large (bytes), its SHA-256 (hex), by whom and when.

    ``removed`` says when it was taken away; then name and caption are empty and there is no file.
    """

    id: str
    case: CaseId
    step: str
    name: str
    caption: str
    kind: Kind
    size: int
    sha256: str
    person: PersonId
    at: int
    removed: int | None = None
    remover: PersonId | None = None


def keep(connection: Connection, new: Attached, body: bytes) -> None:
    """Enter an attachment with its file."""
    row = {"id": new.id, "case": new.case, "step": new.step, "name": new.name, "caption": new.caption}
    fact = {"kind": new.kind.value, "size": new.size, "sha256": new.sha256}
    connection.execute(insert(attachment).values(person=new.person, at=new.at, **row, **fact))
    connection.execute(insert(attached_file).values(id=new.id, body=body))


def take_away(connection: Connection, id: str, person: PersonId, at: int) -> None:
    """Delete a file with what people called it; that it was there stays.

    SQLite overwrites what it deletes only where it is told to; PostgreSQL frees it at its next VACUUM.
    Backups made before still hold the file.
    """
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA secure_delete=ON")
    connection.execute(delete(attached_file).where(attached_file.c.id == id))
    gone = {"name": "", "caption": "", "removed": at, "remover": person}
    connection.execute(update(attachment).where(attachment.c.id == id).values(gone))


def of_case(connection: Connection, case: str) -> tuple[Attached, ...]:
    """Give what was attached to a case, the oldest first, what was taken away included."""
    return _read(connection, attachment.c.case == case)


def find(connection: Connection, case: str, id: str) -> Attached | None:
    """Give one attachment of a case, None when there is none of that id."""
    same = (attachment.c.case == case) & (attachment.c.id == id)
    return next(iter(_read(connection, same)), None)


def body(connection: Connection, id: str) -> bytes | None:
    """Give a file as it was sent, None when it was taken away."""
    found = connection.scalar(select(attached_file.c.body).where(attached_file.c.id == id))
    return None if found is None else bytes(found)


def sent_by(connection: Connection, person: PersonId, since: int) -> int:
    """Give how many bytes a person attached since a time, what was taken away included."""
    mine = (attachment.c.person == person) & (attachment.c.at >= since)
    return int(connection.scalar(select(func.coalesce(func.sum(attachment.c.size), 0)).where(mine)) or 0)


def _read(connection: Connection, condition: ColumnElement[bool]) -> tuple[Attached, ...]:
    rows = connection.execute(select(attachment).where(condition).order_by(attachment.c.at, attachment.c.id))
    return tuple(
        Attached(
            row.id,
            CaseId(row.case),
            row.step,
            row.name,
            row.caption,
            Kind(row.kind),
            row.size,
            row.sha256,
            PersonId(row.person),
            row.at,
            row.removed,
            None if row.remover is None else PersonId(row.remover),
        )
        for row in rows
    )

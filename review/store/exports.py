"""The files that people took away, from the first byte on: one that was broken off is on record too."""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection, Row, func, insert, or_, select, update

from card_registry.words import PersonId
from review.tables import exported


class ExportState(StrEnum):
    """How far a file has come."""

    RUNNING = "berjalan"
    DONE = "selesai"
    BROKEN = "putus"


@dataclass(frozen=True, slots=True)
class Export:
    """One file: its code, whose, what it holds (``asked`` is the filter as JSON), what it came to.

    ``sha256`` is of the whole file, ``content`` of its rows as CSV; both None where it was not given whole.
    """

    code: str
    person: PersonId
    subject: str
    form: str
    asked: str
    begun: int
    state: ExportState = ExportState.RUNNING
    rows: int = 0
    size: int = 0
    sha256: str | None = None
    content: str | None = None
    ended: int | None = None


def begin(connection: Connection, new: Export) -> None:
    """Write down that a file is about to be given."""
    connection.execute(
        insert(exported).values(
            code=new.code,
            person=new.person,
            subject=new.subject,
            form=new.form,
            asked=new.asked,
            state=new.state.value,
            rows=0,
            size=0,
            begun=new.begun,
        )
    )


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a file came to; the hashes are None where it was broken off."""

    state: ExportState
    rows: int
    size: int
    sha256: str | None
    content: str | None


def end(connection: Connection, code: str, outcome: Outcome, now: int) -> None:
    """Write down what a file came to; what was written once stays."""
    open_ = (exported.c.code == code) & (exported.c.ended.is_(None))
    values = {"rows": outcome.rows, "size": outcome.size, "state": outcome.state.value}
    hashes = {"sha256": outcome.sha256, "content": outcome.content}
    connection.execute(update(exported).where(open_).values(**values, **hashes, ended=now))


def find(connection: Connection, code: str) -> Export | None:
    """Give one file, None where no code is so."""
    row = connection.execute(select(exported).where(exported.c.code == code)).first()
    return None if row is None else _export(row)


def by_hash(connection: Connection, sha256: str) -> tuple[Export, ...]:
    """Give the files that have this hash, or whose rows have it, newest first."""
    same = or_(exported.c.sha256 == sha256, exported.c.content == sha256)
    rows = connection.execute(select(exported).where(same).order_by(exported.c.begun.desc()).limit(100))
    return tuple(map(_export, rows))


def newest(connection: Connection, person: PersonId | None, limit: int, skip: int = 0) -> tuple[Export, ...]:
    """Give the newest files, everybody's or one person's."""
    query = select(exported).order_by(exported.c.begun.desc(), exported.c.code).limit(limit).offset(skip)
    if person is not None:
        query = query.where(exported.c.person == person)
    return tuple(map(_export, connection.execute(query)))


def running(connection: Connection, since: int) -> tuple[PersonId, ...]:
    """Name whose files are being given, once for each file that began after ``since``."""
    now = (exported.c.state == ExportState.RUNNING.value) & (exported.c.begun > since)
    return tuple(PersonId(person) for person in connection.scalars(select(exported.c.person).where(now)))


def forget(connection: Connection, before: int, now: int) -> None:
    """Write down as broken off what began before a time and never ended: the program ended meanwhile."""
    open_ = (exported.c.state == ExportState.RUNNING.value) & (exported.c.begun < before)
    connection.execute(update(exported).where(open_).values(state=ExportState.BROKEN.value, ended=now))


def count(connection: Connection) -> int:
    """Count all files that were ever asked for."""
    return connection.scalar(select(func.count()).select_from(exported)) or 0


def _export(row: Row[tuple[object, ...]]) -> Export:
    return Export(
        row.code,
        row.person,
        row.subject,
        row.form,
        row.asked,
        row.begun,
        ExportState(row.state),
        row.rows,
        row.size,
        row.sha256,
        row.content,
        row.ended,
    )

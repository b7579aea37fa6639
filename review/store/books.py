"""The office's books: the agenda of letters, the archive of cases, and who was assigned to what.

Numbers run without gaps in each year and book; an entry is never changed.
"""

import hashlib
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection, insert, select

from card_registry import canonical
from card_registry.words import CaseId, PersonId
from review.people import Role
from review.store import numbers
from review.tables import case_row, document, person
from review.tables_notices import agenda, archive, assignee

FREE_TEXT = 200
"""The longest subject or party of an agenda entry, in characters."""


class Direction(StrEnum):
    """Which way a letter goes; each has its own numbers."""

    IN = "masuk"
    OUT = "keluar"


@dataclass(frozen=True, slots=True)
class Entry:
    """What is entered: for which case and step, by whom, when; ``year`` is the book's."""

    case: CaseId
    step: str
    person: PersonId
    at: int
    year: int


@dataclass(frozen=True, slots=True)
class Agenda:
    """One line of the agenda."""

    year: int
    direction: Direction
    number: int
    case: str
    subject: str
    party: str
    at: int


def enter_letter(connection: Connection, entry: Entry, direction: Direction, subject: str, party: str) -> int:
    """Enter a letter into the agenda and give its number."""
    number = numbers.take(connection, f"agenda-{direction.value}-{entry.year}")
    connection.execute(
        insert(agenda).values(
            year=entry.year,
            direction=direction.value,
            number=number,
            case=entry.case,
            step=entry.step,
            subject=subject[:FREE_TEXT],
            party=party[:FREE_TEXT],
            person=entry.person,
            at=entry.at,
        )
    )
    return number


def letters(connection: Connection, case: CaseId) -> tuple[Agenda, ...]:
    """Give a case's lines of the agenda, the oldest first."""
    query = select(agenda).where(agenda.c.case == case).order_by(agenda.c.at, agenda.c.number)
    return tuple(
        Agenda(row.year, Direction(row.direction), row.number, row.case, row.subject, row.party, row.at)
        for row in connection.execute(query)
    )


@dataclass(frozen=True, slots=True)
class Sheet:
    """One paper in a binder: its form, its version, its hash."""

    form: str
    version: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Binder:
    """What was archived: the case's papers as they were, and the newest link of its history's chain."""

    case: CaseId
    step: str
    papers: tuple[Sheet, ...]
    link: str


@dataclass(frozen=True, slots=True)
class Archived:
    """One entry of the archive."""

    year: int
    number: int
    step: str
    binder: Binder
    sha256: str
    at: int


def put_away(connection: Connection, entry: Entry) -> int:
    """Archive a case as it stands, and give the number; later papers need a later entry."""
    found = select(document.c.form, document.c.version, document.c.sha256).where(
        document.c.case == entry.case
    )
    papers = tuple(
        Sheet(row.form, row.version, row.sha256)
        for row in connection.execute(found.order_by(document.c.form, document.c.version))
    )
    newest = select(case_row.c.link).where(case_row.c.case == entry.case)
    link = connection.scalar(newest.order_by(case_row.c.position.desc()).limit(1)) or ""
    body = canonical.encode(Binder(entry.case, entry.step, papers, link))
    number = numbers.take(connection, f"arsip-{entry.year}")
    values = {"year": entry.year, "number": number, "case": entry.case, "step": entry.step, "body": body}
    digest = hashlib.sha256(body).hexdigest()
    connection.execute(insert(archive).values(**values, sha256=digest, person=entry.person, at=entry.at))
    return number


def archived(connection: Connection, case: CaseId) -> tuple[Archived, ...]:
    """Give a case's entries of the archive, the oldest first."""
    query = select(archive).where(archive.c.case == case).order_by(archive.c.at, archive.c.number)
    return tuple(
        Archived(
            row.year,
            row.number,
            row.step,
            canonical.decode(bytes(row.body), Binder, "an archived binder"),
            row.sha256,
            row.at,
        )
        for row in connection.execute(query)
    )


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who was assigned to a role's steps of a case: one person, or (empty) whoever holds the role."""

    step: str
    role: Role
    person: PersonId | None
    name: str
    assigner: PersonId
    at: int


def assign(
    connection: Connection,
    place: tuple[CaseId, str, int],
    to: tuple[Role, PersonId | None],
    by: PersonId,
    at: int,
) -> None:
    """Keep an assignment made by one attempt at a step; earlier ones stay, the newest of a role counts."""
    (case, step, attempt), (role, who) = place, to
    values = {"case": case, "step": step, "attempt": attempt, "role": role.value, "person": who}
    connection.execute(insert(assignee).values(**values, assigner=by, at=at))


def assignments(connection: Connection, case: CaseId) -> tuple[Assignment, ...]:
    """Give the assignments of a case that count: the newest of each role."""
    query = (
        select(assignee, person.c.name)
        .outerjoin(person, person.c.id == assignee.c.person)
        .where(assignee.c.case == case)
        .order_by(assignee.c.id)
    )
    found: dict[Role, Assignment] = {}
    for row in connection.execute(query):
        who = None if row.person is None else PersonId(row.person)
        role = Role(row.role)
        found[role] = Assignment(row.step, role, who, row.name or "", PersonId(row.assigner), row.at)
    return tuple(found.values())

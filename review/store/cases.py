"""Cases: loaded with their pinned table and history, saved as what an act changed, listed for a person."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Row, Select, insert, select, update

from card_registry import canonical
from card_registry.words import CaseId, HolderId, PersonId
from review.case import Case, CaseState, Done
from review.people import Role
from review.procedure import Procedure, fingerprint
from review.tables import case_file, case_step, holder, person, procedure_version


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A case with what its cover says: number, holder, applicant, when it was opened."""

    case: Case
    number: str
    holder: HolderId
    holder_name: str
    holder_unit: str
    applicant_name: str
    made: int


def pin(connection: Connection, procedure: Procedure, now: int) -> str:
    """Keep the exact table a case begins with, and give its fingerprint."""
    name = fingerprint(procedure)
    known = connection.scalar(
        select(procedure_version.c.fingerprint).where(procedure_version.c.fingerprint == name)
    )
    if known is None:
        row = {"fingerprint": name, "procedure": procedure.id, "made": now}
        connection.execute(insert(procedure_version).values(body=canonical.encode(procedure), **row))
    return name


def add(connection: Connection, case: Case, number: str, holder_id: HolderId, applicant: PersonId) -> None:
    """Enter a new case, its history included."""
    connection.execute(
        insert(case_file).values(
            id=case.id,
            number=number,
            fingerprint=pin(connection, case.procedure, case.entered),
            applicant=applicant,
            holder=holder_id,
            made=case.entered,
            **_standing(case),
        )
    )
    _write_history(connection, case, 0)


def save(connection: Connection, before: Case, after: Case) -> None:
    """Write what an act changed: where the case stands, and the rows its history gained."""
    connection.execute(update(case_file).where(case_file.c.id == after.id).values(**_standing(after)))
    _write_history(connection, after, len(before.history))


def _standing(case: Case) -> dict[str, object]:
    waiting = None if case.waiting is None else canonical.encode(case.waiting)
    return {"state": case.state.value, "step": case.step, "entered": case.entered, "waiting": waiting}


def _write_history(connection: Connection, case: Case, start: int) -> None:
    for position, done in enumerate(case.history[start:], start):
        connection.execute(
            insert(case_step).values(
                case=case.id,
                position=position,
                step=done.step,
                attempt=done.attempt,
                person=done.person,
                behalf=done.behalf,
                role=done.role.value,
                answer=done.answer,
                note=done.note,
                at=done.at,
            )
        )


def _files() -> Select[tuple[object, ...]]:
    return (
        select(
            case_file,
            procedure_version.c.body,
            holder.c.name.label("holder_name"),
            holder.c.unit.label("holder_unit"),
            person.c.name.label("applicant_name"),
        )
        .join(procedure_version, procedure_version.c.fingerprint == case_file.c.fingerprint)
        .join(holder, holder.c.id == case_file.c.holder)
        .join(person, person.c.id == case_file.c.applicant)
    )


def load(connection: Connection, id: str, *, lock: bool = False) -> CaseFile | None:
    """Give one case, None when there is none; ``lock`` keeps other writers away from it."""
    query = _files().where(case_file.c.id == id)
    row = connection.execute(query.with_for_update(of=case_file) if lock else query).first()
    return None if row is None else _read(connection, [row])[0]


def newest(connection: Connection, applicant: PersonId | None, limit: int = 200) -> tuple[CaseFile, ...]:
    """Give the newest cases, all of them or one applicant's."""
    query = _files().order_by(case_file.c.made.desc(), case_file.c.number.desc()).limit(limit)
    if applicant is not None:
        query = query.where(case_file.c.applicant == applicant)
    return _read(connection, connection.execute(query).all())


def running(connection: Connection, limit: int = 200) -> tuple[CaseFile, ...]:
    """Give the cases at somebody's desk, the one that waited longest first."""
    query = _files().where(case_file.c.state == CaseState.RUNNING.value).order_by(case_file.c.entered)
    return _read(connection, connection.execute(query.limit(limit)).all())


def waiting(connection: Connection) -> tuple[str, ...]:
    """Give the ids of the cases that wait for the doors."""
    query = select(case_file.c.id).where(case_file.c.state == CaseState.WAITING.value)
    return tuple(connection.scalars(query))


def _read(connection: Connection, rows: Sequence[Row[tuple[object, ...]]]) -> tuple[CaseFile, ...]:
    histories = _histories(connection, [row.id for row in rows])
    tables: dict[str, Procedure] = {}
    files = []
    for row in rows:
        if row.fingerprint not in tables:
            tables[row.fingerprint] = canonical.decode(bytes(row.body), Procedure, "a pinned procedure")
        waits = None if row.waiting is None else canonical.decode(bytes(row.waiting), Done, "an answer")
        history = tuple(histories.get(row.id, ()))
        case = Case(CaseId(row.id), tables[row.fingerprint], row.step, row.entered, history, waits)
        files.append(
            CaseFile(
                case,
                row.number,
                HolderId(row.holder),
                row.holder_name,
                row.holder_unit,
                row.applicant_name,
                row.made,
            )
        )
    return tuple(files)


def _histories(connection: Connection, ids: list[str]) -> dict[str, list[Done]]:
    query = (
        select(case_step).where(case_step.c.case.in_(ids)).order_by(case_step.c.case, case_step.c.position)
    )
    found: dict[str, list[Done]] = {}
    for row in connection.execute(query):
        behalf = None if row.behalf is None else PersonId(row.behalf)
        done = Done(
            row.step,
            row.attempt,
            PersonId(row.person),
            Role(row.role),
            row.answer,
            row.note,
            row.at,
            behalf,
        )
        found.setdefault(row.case, []).append(done)
    return found

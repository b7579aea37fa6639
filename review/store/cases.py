"""Cases: loaded with their pinned table and history, saved as what an act changed, listed for a person."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection, Row, Select, func, insert, or_, select, update

from card_registry import canonical
from card_registry.words import CaseId, HolderId, PersonId
from review.case import FIRST, SALT, Case, CaseState, Done, RowKind, link, seal
from review.people import Capacity, Role
from review.procedure import Procedure, fingerprint
from review.tables import case_file, case_row, holder, person, procedure_version
from review.tables_retention import note_seal


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A case with what its cover says: number, holder, applicant, when it was opened.

    Only a case about somebody's access has a holder.
    """

    case: Case
    number: str
    holder: HolderId | None
    holder_name: str
    holder_unit: str
    applicant_name: str
    applicant_unit: str
    made: int

    @property
    def about(self) -> str:
        """Say in a few words whom the case is about: its holder, or whoever asks."""
        name, unit = self.holder_name or self.applicant_name, self.holder_unit or self.applicant_unit
        return f"{name} — {unit}"


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


def pinned(connection: Connection) -> tuple[Procedure, ...]:
    """Give the tables that cases which are not over began with."""
    running = select(case_file.c.fingerprint).where(case_file.c.state != CaseState.CLOSED.value)
    row = procedure_version.c
    query = select(row.body).where(row.fingerprint.in_(running)).order_by(row.fingerprint)
    bodies = connection.scalars(query)
    return tuple(canonical.decode(bytes(body), Procedure, "a pinned procedure") for body in bodies)


def add(
    connection: Connection, case: Case, number: str, holder_id: HolderId | None, applicant: PersonId
) -> None:
    """Enter a new case, its history included."""
    connection.execute(
        insert(case_file).values(
            id=case.id,
            number=number,
            fingerprint=pin(connection, case.procedure, case.entered),
            applicant=applicant,
            holder=holder_id,
            made=case.entered,
            parent=case.parent and case.parent[0],
            parent_step=case.parent and case.parent[1],
            **_standing(case),
        )
    )
    _write_history(connection, case, 0)


def save(connection: Connection, before: Case, after: Case) -> None:
    """Write what an act changed: where the case stands, the rows its history gained, and whose it is now.

    A case that the clock began is its applicant's from the first step on.
    """
    asked = {"applicant": after.applicant} if before.applicant is None and after.applicant else {}
    values = {**_standing(after), **asked}
    connection.execute(update(case_file).where(case_file.c.id == after.id).values(**values))
    _write_history(connection, after, len(before.history))


def _standing(case: Case) -> dict[str, object]:
    return {
        "state": case.state.value,
        "step": case.step,
        "entered": case.entered,
        "waiting": None if case.waiting is None else canonical.encode(case.waiting),
        "queued": case.queued,
        "ending": case.ending and case.ending.value,
    }


def _write_history(connection: Connection, case: Case, start: int) -> None:
    """Add rows, each linked to the one before it as it stands in the store."""
    before = case_row.c.link, (case_row.c.case == case.id) & (case_row.c.position == start - 1)
    chained = connection.scalar(select(before[0]).where(before[1])) if start else FIRST
    for position, done in enumerate(case.history[start:], start):
        sealed = _seal(connection, case.id, position, done)
        chained = link(chained or FIRST, case.id, position, replace(done, note=sealed))
        connection.execute(
            insert(case_row).values(
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
                kind=done.kind.value,
                capacity=done.capacity.value,
                refers=done.refers,
                link=chained,
            )
        )


def _seal(connection: Connection, case: CaseId, position: int, done: Done) -> str:
    """Commit to a row's note under a fresh salt that is kept apart; an empty note needs none."""
    salt = secrets.token_hex(SALT)
    sealed = seal(done.note, salt)
    if sealed:
        values = {"case": case, "position": position, "salt": salt, "seal": sealed}
        connection.execute(insert(note_seal).values(values))
    return sealed


def _files() -> Select[tuple[object, ...]]:
    return (
        select(
            case_file,
            procedure_version.c.body,
            holder.c.name.label("holder_name"),
            holder.c.unit.label("holder_unit"),
            person.c.name.label("applicant_name"),
            person.c.unit.label("applicant_unit"),
        )
        .join(procedure_version, procedure_version.c.fingerprint == case_file.c.fingerprint)
        .outerjoin(holder, holder.c.id == case_file.c.holder)
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


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list of cases is about; what is left empty restricts nothing.

    ``text`` is looked for in number, holder and applicant.
    """

    applicant: PersonId | None = None
    procedure: str = ""
    states: frozenset[CaseState] = frozenset()
    text: str = ""


def search(
    connection: Connection, wanted: Wanted, limit: int, offset: int = 0
) -> tuple[tuple[CaseFile, ...], int]:
    """Give a page of the wanted cases, the newest first, and how many there are in all."""
    query = _files()
    if wanted.applicant is not None:
        query = query.where(case_file.c.applicant == wanted.applicant)
    if wanted.procedure:
        query = query.where(procedure_version.c.procedure == wanted.procedure)
    if wanted.states:
        query = query.where(case_file.c.state.in_([state.value for state in wanted.states]))
    if wanted.text:
        named = (case_file.c.number, holder.c.name, person.c.name, holder.c.unit, person.c.unit)
        found = [func.lower(one).contains(wanted.text.lower(), autoescape=True) for one in named]
        query = query.where(or_(*found))
    total = connection.scalar(select(func.count()).select_from(query.subquery())) or 0
    newest = query.order_by(case_file.c.made.desc(), case_file.c.number.desc())
    return _read(connection, connection.execute(newest.limit(limit).offset(offset)).all()), total


def procedures(connection: Connection) -> tuple[str, ...]:
    """Name the procedures of which there is any case."""
    query = select(procedure_version.c.procedure).distinct()
    return tuple(connection.scalars(query.order_by(procedure_version.c.procedure)))


def running(connection: Connection, limit: int = 200) -> tuple[CaseFile, ...]:
    """Give the cases at somebody's desk, the one that waited longest first."""
    open_ = case_file.c.state.in_([CaseState.RUNNING.value, CaseState.QUEUED.value])
    query = _files().where(open_).order_by(case_file.c.entered)
    return _read(connection, connection.execute(query.limit(limit)).all())


def about(connection: Connection, holder_id: HolderId) -> tuple[CaseFile, ...]:
    """Give the cases about a holder's access, the newest first."""
    query = _files().where(case_file.c.holder == holder_id).order_by(case_file.c.made.desc())
    return _read(connection, connection.execute(query).all())


def numbered(connection: Connection, number: str) -> CaseFile | None:
    """Give the case of a printed number, None when there is none."""
    row = connection.execute(_files().where(case_file.c.number == number)).first()
    return None if row is None else _read(connection, [row])[0]


def numbers(connection: Connection, ids: Iterable[str]) -> dict[str, str]:
    """Give the printed numbers of cases."""
    query = select(case_file.c.id, case_file.c.number).where(case_file.c.id.in_(sorted(set(ids))))
    return {row.id: row.number for row in connection.execute(query)}


def children(connection: Connection, parent: CaseId) -> tuple[CaseFile, ...]:
    """Give the cases that a case began, the oldest first."""
    query = _files().where(case_file.c.parent == parent).order_by(case_file.c.made, case_file.c.number)
    return _read(connection, connection.execute(query).all())


def waiting(connection: Connection) -> tuple[str, ...]:
    """Give the ids of the cases that wait for the doors."""
    query = select(case_file.c.id).where(case_file.c.state == CaseState.WAITING.value)
    return tuple(connection.scalars(query))


def _read(connection: Connection, rows: Sequence[Row[tuple[object, ...]]]) -> tuple[CaseFile, ...]:
    found = histories(connection, [row.id for row in rows])
    tables: dict[str, Procedure] = {}
    files = []
    for row in rows:
        if row.fingerprint not in tables:
            tables[row.fingerprint] = canonical.decode(bytes(row.body), Procedure, "a pinned procedure")
        waits = None if row.waiting is None else canonical.decode(bytes(row.waiting), Done, "an answer")
        history = tuple(found.get(row.id, ()))
        parent = None if row.parent is None else (CaseId(row.parent), row.parent_step)
        table = tables[row.fingerprint]
        asker = None if parent is None else PersonId(row.applicant)
        case = Case(CaseId(row.id), table, row.step, row.entered, history, waits, row.queued, parent, asker)
        files.append(
            CaseFile(
                case,
                row.number,
                None if row.holder is None else HolderId(row.holder),
                row.holder_name or "",
                row.holder_unit or "",
                row.applicant_name,
                row.applicant_unit,
                row.made,
            )
        )
    return tuple(files)


def histories(connection: Connection, ids: Sequence[str]) -> dict[str, list[Done]]:
    """Give the rows of some cases, in order; a case without any is not named."""
    query = select(case_row).where(case_row.c.case.in_(ids)).order_by(case_row.c.case, case_row.c.position)
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
            RowKind(row.kind),
            Capacity(row.capacity),
            row.refers,
        )
        found.setdefault(row.case, []).append(done)
    return found

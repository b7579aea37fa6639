"""What the books of cases tell: begun and ended, every answer, papers, signatures, visits, emergencies."""

from collections.abc import Iterator

from sqlalchemy import Connection, func, select

from review.case import CaseState, RowKind
from review.people import TITLES, Role
from review.store.chronicle import Moment, Scope, Source, moment, rows
from review.tables import (
    case_file,
    case_row,
    document,
    emergency,
    issued,
    procedure_version,
    signature,
    visit,
)

DECIDING = (Role.KADIS, Role.SEKRETARIS, Role.KABID, Role.KASI)
"""The roles whose answers are decisions of the office."""


def _begun(connection: Connection, scope: Scope) -> Iterator[Moment]:
    row = case_file.c
    table = procedure_version.c
    query = select(row.state, row.ending, table.procedure).join(
        procedure_version, table.fingerprint == row.fingerprint
    )
    about = {"person": row.applicant, "case": row.id, "holder": row.holder}
    for one in rows(connection, scope, query, row.made, about):
        yield moment(one, f"Permohonan dibuka ({one.procedure})")
    over = query.where(row.state == CaseState.CLOSED.value)
    if scope.person is None:
        for one in rows(connection, scope, over, row.entered, about):
            yield moment(one, f"Permohonan berakhir: {one.ending}", person=None)


def answers(connection: Connection, scope: Scope) -> Iterator[Moment]:
    """Tell every row of the cases' histories."""
    yield from _answers(connection, scope, decisions=False)


def decisions(connection: Connection, scope: Scope) -> Iterator[Moment]:
    """Tell the answers of those who decide."""
    yield from _answers(connection, scope, decisions=True)


def _answers(connection: Connection, scope: Scope, *, decisions: bool) -> Iterator[Moment]:
    row = case_row.c
    query = select(row.step, row.attempt, row.role, row.answer, row.kind)
    query = query.join(case_file, case_file.c.id == row.case)
    if decisions:
        query = query.where(row.role.in_([role.value for role in DECIDING]), row.kind == RowKind.ANSWER.value)
    about = {"person": func.coalesce(row.behalf, row.person), "case": row.case, "holder": case_file.c.holder}
    for one in rows(connection, scope, query, row.at, about):
        kind = "" if one.kind == RowKind.ANSWER.value else f" ({one.kind})"
        again = f" upaya {one.attempt}" if one.attempt > 1 else ""
        yield moment(one, f"Langkah {one.step}{again}, {TITLES[Role(one.role)]}: {one.answer}{kind}")


def _filed(connection: Connection, scope: Scope) -> Iterator[Moment]:
    row = document.c
    query = select(row.form, row.version)
    for one in rows(connection, scope, query, row.at, {"person": row.person, "case": row.case}):
        yield moment(one, f"Formulir {one.form} diisi (versi {one.version})")


def _issued(connection: Connection, scope: Scope) -> Iterator[Moment]:
    row = issued.c
    query = select(row.form, row.number)
    for one in rows(connection, scope, query, row.at, {"case": row.case}):
        yield moment(one, f"Dokumen {one.form} diterbitkan{', nomor ' + one.number if one.number else ''}")


def signatures(connection: Connection, scope: Scope) -> Iterator[Moment]:
    """Tell initials and signatures."""
    row = signature.c
    query = select(row.kind, row.step)
    for one in rows(connection, scope, query, row.at, {"person": row.person, "case": row.case}):
        yield moment(one, f"{one.kind.capitalize()} pada langkah {one.step}")


def _visited(connection: Connection, scope: Scope) -> Iterator[Moment]:
    row = visit.c
    about = {"case": func.coalesce(row.case, row.parent), "holder": row.holder}
    for one in rows(connection, scope, select(row.id), row.entered, about):
        yield moment(one, "Tamu masuk")
    for one in rows(connection, scope, select(row.id), row.left, about):
        yield moment(one, "Tamu keluar")


def emergencies(connection: Connection, scope: Scope) -> Iterator[Moment]:
    """Tell recorded emergencies."""
    row = emergency.c
    for one in rows(connection, scope, select(row.door), row.begins, {"case": row.case}):
        yield moment(one, f"Keadaan darurat dimulai pada pintu {one.door}")


CASES: tuple[Source, ...] = (_begun, answers, _filed, _issued, signatures, _visited, emergencies)
"""Everything that the books of cases tell."""

BEGUN: tuple[Source, ...] = (_begun, emergencies)
"""That cases began and ended."""

"""What begins by the clock: the schedule of procedures, and the case of each period."""

from datetime import date

from sqlalchemy import Connection, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from card_registry.words import CaseId
from review.case import Ending
from review.people import SYSTEM
from review.tables import case_file, person, procedure_version
from review.tables_recurring import begun, schedule


def since(connection: Connection, procedure: str, *, lock: bool = False) -> date | None:
    """Give the day from which a procedure begins by the clock, None when it is not scheduled.

    ``lock`` keeps away every other program that would begin a case of it.
    """
    query = select(schedule.c.since).where(schedule.c.procedure == procedure)
    found = connection.scalar(query.with_for_update() if lock else query)
    return None if found is None else date.fromisoformat(found)


def asked(connection: Connection) -> frozenset[str]:
    """Give the procedures that a case's step put on the schedule."""
    query = select(schedule.c.procedure).where(schedule.c.case.is_not(None))
    return frozenset(connection.scalars(query))


def put_on(connection: Connection, procedure: str, day: date, case: CaseId | None, at: int) -> None:
    """Schedule a procedure from a day on; an earlier entry stays, and learns which case asked first."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    row = {"procedure": procedure, "since": day.isoformat(), "case": case, "at": at}
    connection.execute(dialect.insert(schedule).values(row).on_conflict_do_nothing())
    if case is not None:
        nobody = (schedule.c.procedure == procedure) & schedule.c.case.is_(None)
        connection.execute(update(schedule).where(nobody).values(case=case))


def case_of(connection: Connection, procedure: str, period: str) -> CaseId | None:
    """Give the case of a period, None while there is none."""
    query = select(begun.c.case).where(begun.c.procedure == procedure, begun.c.period == period)
    found = connection.scalar(query)
    return None if found is None else CaseId(found)


def opened_since(connection: Connection, procedure: str, begins: int) -> CaseId | None:
    """Give the first case of a procedure that was opened from a moment on and not given up, None for none."""
    kept = or_(case_file.c.ending.is_(None), case_file.c.ending == Ending.COMPLETED.value)
    query = (
        select(case_file.c.id)
        .join(procedure_version, procedure_version.c.fingerprint == case_file.c.fingerprint)
        .where(procedure_version.c.procedure == procedure, case_file.c.made >= begins, kept)
        .order_by(case_file.c.made, case_file.c.number)
    )
    found = connection.scalar(query.limit(1))
    return None if found is None else CaseId(found)


def keep(connection: Connection, procedure: str, period: str, case: CaseId, at: int) -> None:
    """Note the case of a period.

    Raises:
        IntegrityError: The period has one.
    """
    row = {"procedure": procedure, "period": period, "case": case, "at": at}
    connection.execute(insert(begun).values(row))


def enter_program(connection: Connection, at: int) -> None:
    """Enter the program itself, in whose name a case begins until somebody does its first step.

    It is nobody who could sign in: the account is not active, has no role, and no login that one could have.
    """
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    row = {"id": SYSTEM, "login": "(sistem)", "name": "Sistem", "unit": "Akses Ruang Server"}
    new = dialect.insert(person).values(**row, password="", active=False, made=at)
    connection.execute(new.on_conflict_do_nothing())

"""Entries in an emergency: which case explains what happened at a door, and when."""

from dataclasses import dataclass

from sqlalchemy import Connection, insert, select, update

from card_registry.words import CaseId, DoorId
from review.tables import emergency


@dataclass(frozen=True, slots=True)
class Emergency:
    """One door entered in an emergency, from when to when (milliseconds, [begins, ends))."""

    case: CaseId
    door: DoorId
    begins: int
    ends: int


def add(connection: Connection, new: Emergency) -> None:
    """Enter a door of an emergency."""
    row = {"case": new.case, "door": new.door, "begins": new.begins, "ends": new.ends}
    connection.execute(insert(emergency).values(row))


def of_case(connection: Connection, case: str) -> tuple[Emergency, ...]:
    """Give the doors of a case's emergency."""
    rows = connection.execute(select(emergency).where(emergency.c.case == case).order_by(emergency.c.door))
    return tuple(Emergency(CaseId(row.case), DoorId(row.door), row.begins, row.ends) for row in rows)


def covering(connection: Connection, door: str, at: int) -> CaseId | None:
    """Give the case that explains an entry at a door at a time, the newest first; None when none does."""
    row = emergency.c
    fits = (row.door == door) & (row.begins <= at) & (row.ends > at)
    case = connection.scalar(select(row.case).where(fits).order_by(row.begins.desc()).limit(1))
    return None if case is None else CaseId(case)


def close(connection: Connection, case: CaseId, at: int) -> None:
    """End an emergency that is not over by itself."""
    row = emergency.c
    connection.execute(
        update(emergency).where(row.case == case, row.ends > at, row.begins < at).values(ends=at)
    )

"""Entries in an emergency: which case explains what happened at a door, and when."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, Row, delete, exists, func, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from card_registry.decision import Flag
from card_registry.journal.event import EventKind
from card_registry.words import CaseId, DoorId, Reason
from review.store.occurrences import Listed, Question, matching
from review.tables import case_row, emergency, occurrence, setting

SEEN = "darurat.sampai"
"""The setting that holds the newest occurrence that was looked at."""

FLAGS = frozenset({Flag.EMERGENCY, Flag.OVERRIDE})
"""What a door writes beside an entry by a sealed emergency card, or through a lockdown."""


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


def widen(connection: Connection, new: Emergency) -> None:
    """Enter a door of an emergency, or let it begin earlier where it is entered."""
    row = emergency.c
    same = (row.case == new.case) & (row.door == new.door)
    known = connection.scalar(select(row.begins).where(same))
    if known is None:
        add(connection, new)
    else:
        connection.execute(update(emergency).where(same).values(begins=min(known, new.begins)))


def put(connection: Connection, case: CaseId, doors: Iterable[Emergency]) -> None:
    """Enter the doors of a case's emergency in place of those entered before."""
    connection.execute(delete(emergency).where(emergency.c.case == case))
    for new in doors:
        add(connection, new)


def of_case(connection: Connection, case: str) -> tuple[Emergency, ...]:
    """Give the doors of a case's emergency."""
    rows = connection.execute(select(emergency).where(emergency.c.case == case).order_by(emergency.c.door))
    return tuple(_read(row) for row in rows)


def _read(row: Row[tuple[object, ...]]) -> Emergency:
    return Emergency(CaseId(row.case), DoorId(row.door), row.begins, row.ends)


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


def unrecorded(connection: Connection, since: int, until: int) -> tuple[Emergency, ...]:
    """Give the doors, some time in [since, until), of emergencies that nobody wrote of yet.

    Their cases were begun by what the doors wrote, and stand at their first step.
    """
    row = emergency.c
    written = exists().where(case_row.c.case == row.case)
    then = (row.begins < until) & (row.ends > since)
    query = select(emergency).where(then, ~written).order_by(row.begins, row.door)
    return tuple(_read(one) for one in connection.execute(query))


def seen(connection: Connection, *, lock: bool = False) -> int:
    """Give up to which occurrence emergencies were looked for; ``lock`` keeps every other looker away."""
    query = select(setting.c.value).where(setting.c.name == SEEN)
    if lock:
        dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
        first = dialect.insert(setting).values(name=SEEN, value="0")
        connection.execute(first.on_conflict_do_nothing())
        query = query.with_for_update()
    found = connection.scalar(query)
    return 0 if found is None else int(found)


def newest(connection: Connection) -> int:
    """Give the newest occurrence there is."""
    return connection.scalar(select(func.max(occurrence.c.id))) or 0


def see(connection: Connection, upto: int) -> None:
    """Note up to which occurrence emergencies were looked for, under the lock of ``seen``."""
    connection.execute(update(setting).where(setting.c.name == SEEN).values(value=str(upto)))


def entries(
    connection: Connection, question: Question, after: int = 0, limit: int = 10_000
) -> tuple[Listed, ...]:
    """Give the entries that doors let happen as emergencies, of those that answer a question, by time."""
    row = occurrence.c
    marked = or_(*(row.detail.contains(flag.value) for flag in sorted(FLAGS)))
    entered = (row.kind == EventKind.TAPPED.value) & row.granted & (row.id > after) & marked
    found = matching(connection, question, entered, limit)
    mine = (one for one in found if not FLAGS.isdisjoint(one.occurrence.facts.detail.split(",")))
    return tuple(sorted(mine, key=lambda one: (one.occurrence.at, one.id)))


def companions(connection: Connection, question: Question, limit: int = 20) -> tuple[Listed, ...]:
    """Give the taps that waited for a second person, among those that answer a question."""
    return matching(connection, question, occurrence.c.reason == Reason.SECOND_PERSON.value, limit)

"""What was said once about a step, so that nobody hears it twice; and on which day the last turn was."""

from sqlalchemy import Connection, insert, select, update

from card_registry.words import CaseId
from review.notices.due import Mark
from review.tables import setting
from review.tables_notices import reminder

TURN = "pengingat"
"""The setting that holds the day of the last turn."""

Place = tuple[CaseId, str, int]
"""One attempt at one step of a case."""


def said(connection: Connection, place: Place) -> frozenset[Mark]:
    """Give what was already said about an attempt at a step."""
    case, step, attempt = place
    row = reminder.c
    query = select(row.kind).where(row.case == case, row.step == step, row.attempt == attempt)
    return frozenset(Mark(kind) for kind in connection.scalars(query))


def keep(connection: Connection, place: Place, mark: Mark, now: int) -> None:
    """Write down that something is said now."""
    case, step, attempt = place
    values = {"case": case, "step": step, "attempt": attempt, "kind": mark.value, "at": now}
    connection.execute(insert(reminder).values(values))


def begin_turn(connection: Connection, day: str, name: str = TURN) -> int:
    """Begin the turn of a day (ISO); 0 when it was begun before, 1 when it is ours."""
    last = connection.scalar(select(setting.c.value).where(setting.c.name == name))
    if last is None:
        connection.execute(insert(setting).values(name=name, value=day))
        return 1
    moved = update(setting).where(setting.c.name == name, setting.c.value < day).values(value=day)
    return connection.execute(moved).rowcount


def turned(connection: Connection, day: str, name: str = TURN) -> bool:
    """Say whether the turn of a day (ISO) was begun."""
    last = connection.scalar(select(setting.c.value).where(setting.c.name == name))
    return last is not None and last >= day

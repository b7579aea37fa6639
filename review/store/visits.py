"""Visits as rows: found by their case, by the case that caused them, by who is inside too long."""

from collections.abc import Collection, Iterable

from sqlalchemy import ColumnElement, Connection, insert, select, update

from card_registry import canonical
from card_registry.words import CaseId, GrantId, HolderId, PersonId
from review.tables import case_file, goods_out, holder, visit
from review.visits import OPEN, Item, Plan, Visit, VisitState


def add(connection: Connection, new: Visit, now: int) -> None:
    """Enter a visit."""
    place = {"id": new.id, "parent": new.parent, "parent_step": new.parent_step, "made": now}
    connection.execute(insert(visit).values(**place, **_standing(new)))


def save(connection: Connection, changed: Visit) -> None:
    """Write what an act changed of a visit."""
    connection.execute(update(visit).where(visit.c.id == changed.id).values(**_standing(changed)))


def _standing(one: Visit) -> dict[str, object]:
    return {
        "case": one.case,
        "holder": one.holder,
        "state": one.state.value,
        "plan": canonical.encode(one.plan),
        "grant": one.grant,
        "entered": one.entered,
        "left": one.left,
        "closed": one.closed,
        "alarmed": one.alarmed,
    }


def note_entry(connection: Connection, id: str, at: int) -> int:
    """Note when the guests came in, unless it is noted or they are out; 0 where nothing changed.

    The follower writes this beside answers that may change the same visit, so only what it saw is written.
    """
    waiting = visit.c.state.in_([VisitState.READY.value, VisitState.INSIDE.value])
    same = (visit.c.id == id) & visit.c.entered.is_(None) & waiting
    values = {"entered": at, "state": VisitState.INSIDE.value}
    return connection.execute(update(visit).where(same).values(values)).rowcount


def note_alarm(connection: Connection, id: str, at: int) -> int:
    """Note that an overstay is told, once and only while the guests are inside; 0 where nothing changed."""
    inside_ = (visit.c.state == VisitState.INSIDE.value) & visit.c.alarmed.is_(None)
    return connection.execute(update(visit).where(visit.c.id == id, inside_).values(alarmed=at)).rowcount


def of_case(connection: Connection, case: str) -> Visit | None:
    """Give the visit whose own case this is, None for a case that is no visit."""
    return next(iter(_read(connection, visit.c.case == case)), None)


def of_cases(connection: Connection, cases: Collection[str]) -> dict[str, Visit]:
    """Give the visits whose own cases these are, by case; a case that is no visit is not named."""
    found = _read(connection, visit.c.case.in_(sorted(cases))) if cases else ()
    return {one.case: one for one in reversed(found) if one.case is not None}


def below(connection: Connection, parent: str) -> tuple[Visit, ...]:
    """Give the visits that a case caused, the oldest first."""
    return _read(connection, visit.c.parent == parent)


def find(connection: Connection, id: str) -> Visit | None:
    """Give a visit by its own id or that of its case, None when there is none."""
    return next(iter(_read(connection, (visit.c.id == id) | (visit.c.case == id))), None)


def since(connection: Connection, at: int, applicant: PersonId | None = None) -> tuple[Visit, ...]:
    """Give every visit that is not over or was closed at or after a time, all or one applicant's."""
    open_ = visit.c.state.in_([state.value for state in OPEN])
    condition = open_ | (visit.c.closed >= at)
    if applicant is not None:
        own = select(case_file.c.id).where(case_file.c.applicant == applicant)
        condition = condition & (visit.c.parent.in_(own) | visit.c.case.in_(own))
    return _read(connection, condition)


def inside(connection: Connection) -> tuple[Visit, ...]:
    """Give the visits whose guests were admitted and whose way out is not recorded."""
    return _read(connection, visit.c.state == VisitState.INSIDE.value)


def expected(connection: Connection) -> tuple[Visit, ...]:
    """Give the visits whose guest card may open a door and whose entry nothing has shown yet."""
    states = [VisitState.READY.value, VisitState.INSIDE.value]
    return _read(connection, visit.c.state.in_(states) & visit.c.entered.is_(None))


def using(connection: Connection, card: HolderId) -> tuple[Visit, ...]:
    """Give the visits, not over yet, that have a guest card's holder; nobody else may take it meanwhile."""
    connection.execute(select(holder.c.id).where(holder.c.id == card).with_for_update())
    states = [state.value for state in OPEN]
    return _read(connection, (visit.c.holder == card) & visit.c.state.in_(states))


def guest_holders(connection: Connection) -> tuple[HolderId, ...]:
    """Give every holder that stands for a guest card, in the order of their first visit."""
    query = select(visit.c.holder, visit.c.made).where(visit.c.holder.is_not(None))
    rows = connection.execute(query.order_by(visit.c.made, visit.c.id))
    return tuple(dict.fromkeys(HolderId(row.holder) for row in rows))


def _read(connection: Connection, condition: ColumnElement[bool]) -> tuple[Visit, ...]:
    rows = connection.execute(select(visit).where(condition).order_by(visit.c.made, visit.c.id))
    return tuple(
        Visit(
            row.id,
            CaseId(row.parent),
            row.parent_step,
            canonical.decode(bytes(row.plan), Plan, "the plan of a visit"),
            VisitState(row.state),
            None if row.case is None else CaseId(row.case),
            None if row.holder is None else HolderId(row.holder),
            None if row.grant is None else GrantId(row.grant),
            row.entered,
            row.left,
            row.closed,
            row.alarmed,
        )
        for row in rows
    )


def carry_out(
    connection: Connection, case: CaseId, form: str, things: Iterable[Item], by: tuple[PersonId, int]
) -> None:
    """Enter what is carried out of the room on a case's form, by whom it was let go, and when."""
    person, at = by
    for item in things:
        values = {"case": case, "form": form, "name": item.name[:200], "serial": item.serial[:200]}
        connection.execute(insert(goods_out).values(**values, person=person, at=at))


def carried_out(connection: Connection, case: str) -> tuple[Item, ...]:
    """Give what was carried out on a case's forms, in order."""
    query = select(goods_out).where(goods_out.c.case == case).order_by(goods_out.c.id)
    return tuple(Item(row.name, row.serial) for row in connection.execute(query))

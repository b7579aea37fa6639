"""Delegations: who holds which role in whose place, from when to when, on which order.

What is effective is the assignment beside it (``people.delegate``), which ends by itself; the delegation says
how it came about. A delegation is never removed: one that is ended early keeps the moment and by whom.
"""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, Connection, Row, delete, insert, select, update

from card_registry.words import PersonId
from review.people import Capacity, Role
from review.store import people
from review.tables import assignment, person
from review.tables_profile import delegation


class Standing(StrEnum):
    """Where a delegation stands."""

    COMING = "akan datang"
    RUNNING = "berjalan"
    OVER = "berakhir"


@dataclass(frozen=True, slots=True)
class Delegation:
    """One delegation; ``ends`` is when it really ends, ``principal`` None where the post is vacant."""

    id: str
    person: PersonId
    role: Role
    capacity: Capacity
    principal: PersonId | None
    basis: str
    begins: int
    ends: int
    made_by: PersonId
    ended_by: PersonId | None = None

    def standing(self, now: int) -> Standing:
        """Say whether it is to come, runs, or is over."""
        if self.ends <= now or self.ends <= self.begins:
            return Standing.OVER
        return Standing.COMING if self.begins > now else Standing.RUNNING

    def meets(self, begins: int, ends: int) -> bool:
        """Say whether it is in force at some moment of a span."""
        return self.begins < self.ends and self.begins < ends and begins < self.ends


def add(connection: Connection, new: Delegation, now: int) -> None:
    """Enter a delegation, and let its person hold the role meanwhile."""
    people.delegate(connection, new.person, new.role, new.capacity, (new.begins, new.ends))
    connection.execute(
        insert(delegation).values(
            id=new.id,
            person=new.person,
            role=new.role.value,
            capacity=new.capacity.value,
            principal=new.principal,
            basis=new.basis,
            begins=new.begins,
            ends=new.ends,
            made_by=new.made_by,
            made=now,
        )
    )


def end(connection: Connection, one: Delegation, by: PersonId, now: int) -> None:
    """End a delegation now; of one that has not begun no assignment is left, so that it may be made anew."""
    row, held = delegation.c, assignment.c
    mine = (held.person == one.person) & (held.role == one.role.value) & (held.begins == one.begins)
    if one.begins < now:
        connection.execute(update(assignment).where(mine).values(ends=now))
    else:
        connection.execute(delete(assignment).where(mine))
    values = {"ended": max(one.begins, now), "ended_by": by}
    connection.execute(update(delegation).where(row.id == one.id).values(**values))


def find(connection: Connection, id: str) -> Delegation | None:
    """Give one delegation, None when there is none of that id."""
    row = connection.execute(select(delegation).where(delegation.c.id == id)).first()
    return None if row is None else _read(row)


def listed(connection: Connection, limit: int = 200) -> tuple[Delegation, ...]:
    """Give the delegations that end last, the latest first."""
    query = select(delegation).order_by(delegation.c.ends.desc(), delegation.c.begins.desc()).limit(limit)
    return tuple(_read(row) for row in connection.execute(query))


def living(connection: Connection, now: int) -> tuple[Delegation, ...]:
    """Give the delegations that run or are to come, by their beginning."""
    query = select(delegation).where(_lives(now)).order_by(delegation.c.begins)
    return tuple(_read(row) for row in connection.execute(query))


def coming(connection: Connection, now: int) -> dict[PersonId, frozenset[Role]]:
    """Give the roles that people will hold by delegations already made: officers sign before they begin."""
    found: dict[PersonId, frozenset[Role]] = {}
    for one in living(connection, now):
        found[one.person] = found.get(one.person, frozenset()) | {one.role}
    return found


def holders(connection: Connection, role: Role, now: int) -> dict[PersonId, str]:
    """Give who holds a role in their own right now, with their names."""
    held = assignment.c
    own = (held.role == role.value) & (held.capacity == Capacity.OWN.value) & (held.begins <= now)
    running = held.ends.is_(None) | (held.ends > now)
    query = select(person.c.id, person.c.name).join(assignment, held.person == person.c.id)
    rows = connection.execute(query.where(own, running, person.c.active).order_by(person.c.login))
    return {PersonId(row.id): row.name for row in rows}


def _lives(now: int) -> ColumnElement[bool]:
    row = delegation.c
    return (row.ends > now) & (row.ended.is_(None) | ((row.ended > now) & (row.ended > row.begins)))


def _read(row: Row[tuple[object, ...]]) -> Delegation:
    return Delegation(
        row.id,
        PersonId(row.person),
        Role(row.role),
        Capacity(row.capacity),
        None if row.principal is None else PersonId(row.principal),
        row.basis,
        row.begins,
        row.ends if row.ended is None else row.ended,
        PersonId(row.made_by),
        None if row.ended_by is None else PersonId(row.ended_by),
    )

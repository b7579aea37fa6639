"""Who leaves, as the office entered it; and which removals the program proposed."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, Row, Select, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from card_registry.words import CaseId, HolderId, PersonId
from review.leaving import Departure, Leaving
from review.store.holders import key_of
from review.tables import case_file, holder, person
from review.tables_access import departure, proposal


@dataclass(frozen=True, slots=True)
class Entered:
    """A departure with whom it is about, and when it was taken back; None while it stands."""

    one: Departure
    name: str
    unit: str
    cancelled: int | None


@dataclass(frozen=True, slots=True)
class Proposed:
    """A removal that the program proposed: about whom, why, in which case."""

    holder: HolderId
    name: str
    unit: str
    reason: str
    case: CaseId
    number: str
    step: str
    made: int


def add(connection: Connection, new: Departure) -> None:
    """Enter a departure."""
    connection.execute(
        insert(departure).values(
            id=new.id,
            holder=new.holder,
            kind=new.kind.value,
            effective=new.effective,
            basis=new.basis,
            person=new.person,
            made=new.made,
        )
    )


def cancel(connection: Connection, id: str, now: int) -> None:
    """Take a departure back; what was proposed because of it is decided by its own case."""
    connection.execute(update(departure).where(departure.c.id == id).values(cancelled=now))


def find(connection: Connection, id: str) -> Entered | None:
    """Give one departure, None when there is none."""
    row = connection.execute(_entered().where(departure.c.id == id)).first()
    return None if row is None else _read(row)


def listed(connection: Connection, limit: int = 200) -> tuple[Entered, ...]:
    """Give the newest departures, the latest day first."""
    query = _entered().order_by(departure.c.effective.desc(), departure.c.made.desc()).limit(limit)
    return tuple(_read(row) for row in connection.execute(query))


def standing(connection: Connection) -> tuple[Departure, ...]:
    """Give every departure that was not taken back."""
    rows = connection.execute(_entered().where(departure.c.cancelled.is_(None)))
    return tuple(_read(row).one for row in rows)


def _entered() -> Select[tuple[object, ...]]:
    return select(departure, holder.c.name, holder.c.unit).join(holder, holder.c.id == departure.c.holder)


def _read(row: Row[tuple[object, ...]]) -> Entered:
    kind, who = Leaving(row.kind), PersonId(row.person)
    one = Departure(row.id, HolderId(row.holder), kind, row.effective, row.basis, who, row.made)
    return Entered(one, row.name, row.unit, row.cancelled)


def note(connection: Connection, key: tuple[HolderId, str], reason: str, case: CaseId, now: int) -> None:
    """Note which case a proposal became; ``key`` is its holder and basis. Noted before, it stays."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    holder_id, basis = key
    row = {"holder": holder_id, "basis": basis, "reason": reason, "case": case, "made": now}
    connection.execute(dialect.insert(proposal).values(row).on_conflict_do_nothing())


def known(connection: Connection) -> frozenset[tuple[str, str]]:
    """Give what was proposed already: holder and basis."""
    rows = connection.execute(select(proposal.c.holder, proposal.c.basis))
    return frozenset((row.holder, row.basis) for row in rows)


def proposed(connection: Connection, limit: int = 100) -> tuple[Proposed, ...]:
    """Give the newest proposals of the program, each with its case."""
    query = (
        select(proposal, holder.c.name, holder.c.unit, case_file.c.number, case_file.c.step)
        .join(holder, holder.c.id == proposal.c.holder)
        .join(case_file, case_file.c.id == proposal.c.case)
        .order_by(proposal.c.made.desc(), case_file.c.number.desc())
        .limit(limit)
    )
    return tuple(
        Proposed(
            HolderId(row.holder),
            row.name,
            row.unit,
            row.reason,
            CaseId(row.case),
            row.number,
            row.step,
            row.made,
        )
        for row in connection.execute(query)
    )


def accounts(connection: Connection) -> dict[str, dict[str, bool]]:
    """Give everybody's accounts by name and unit (``holders.key_of``), each with whether it is open."""
    found: dict[str, dict[str, bool]] = {}
    for row in connection.execute(select(person.c.id, person.c.name, person.c.unit, person.c.active)):
        found.setdefault(key_of(row.name, row.unit), {})[row.id] = row.active
    return found


def close(connection: Connection, ids: Iterable[str]) -> tuple[PersonId, ...]:
    """Close accounts, and give those that were open."""
    open_ = person.c.id.in_(sorted(ids)) & person.c.active
    query = update(person).where(open_).values(active=False).returning(person.c.id)
    return tuple(PersonId(id_) for id_ in connection.scalars(query))

"""Grants as the office knows them: approved terms, their warrant, and how far they have come."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, func, insert, select, update

from card_registry import canonical
from card_registry.statements import GrantTerms
from card_registry.words import CaseId, GrantId, GrantKind, HolderId, PersonId
from review.publication import PublicationState
from review.store import bodies, removals
from review.store.removals import RemovalKind
from review.tables import grant, holder


@dataclass(frozen=True, slots=True)
class OfficeGrant:
    """One grant: its exact terms, its case, who approved it, how far it is published, and what removed it.

    A grant that a case suspended and gave up stays removed: the right came back by another grant.
    """

    terms: GrantTerms
    case: CaseId
    warrant: int
    approver: str
    weak: bool
    state: PublicationState
    needs: int | None
    sentence: str
    holder_name: str
    holder_unit: str
    removed: RemovalKind | None = None

    def lives(self, now: int) -> bool:
        """Say whether it is neither refused nor over; it may be denied all the same."""
        return self.state is not PublicationState.REFUSED and self.terms.ends > now

    def told(self, now: int) -> str:
        """Say how it stands, as the access list does (F02)."""
        if self.removed is not None:
            return {RemovalKind.SUSPENDED: "beku", RemovalKind.REMOVED: "dicabut"}[self.removed]
        return "kedaluwarsa" if self.terms.ends <= now else self.state.value


def add(connection: Connection, new: OfficeGrant, now: int) -> None:
    """Enter an approved grant whose warrant was just issued."""
    connection.execute(
        insert(grant).values(
            id=new.terms.id,
            case=new.case,
            holder=new.terms.holder,
            body=canonical.encode(new.terms),
            warrant=new.warrant,
            approver=new.approver,
            weak=new.weak,
            state=new.state.value,
            needs=new.needs,
            sentence=new.sentence,
            made=now,
        )
    )


def fresh(terms: GrantTerms, case: CaseId, warrant: int, approver: PersonId, *, weak: bool) -> OfficeGrant:
    """Give a grant as it is before the authority has seen it."""
    return OfficeGrant(terms, case, warrant, approver, weak, PublicationState.ASKED, None, "", "", "")


def listed(
    connection: Connection,
    *,
    id: str | None = None,
    case: str | None = None,
    unit: str | None = None,
    holder_id: str | None = None,
    states: Collection[PublicationState] = (),
    ids: Collection[str] = (),
) -> tuple[OfficeGrant, ...]:
    """Give grants, newest first: all, one, some, those of a case, a unit or a holder, or in some states."""
    wanted = list[ColumnElement[bool]]()
    if id is not None:
        wanted.append(grant.c.id == id)
    if case is not None:
        wanted.append(grant.c.case == case)
    if unit is not None:
        wanted.append(holder.c.unit == unit)
    if holder_id is not None:
        wanted.append(grant.c.holder == holder_id)
    if ids:
        wanted.append(grant.c.id.in_(ids))
    if states:
        wanted.append(grant.c.state.in_([state.value for state in states]))
    return _read(connection, wanted, removals.of_grants(connection, id))


def _read(
    connection: Connection, wanted: Sequence[ColumnElement[bool]], gone: Mapping[str, RemovalKind]
) -> tuple[OfficeGrant, ...]:
    query = select(grant, holder.c.name, holder.c.unit).join(holder, holder.c.id == grant.c.holder)
    rows = connection.execute(query.where(*wanted).order_by(grant.c.made.desc(), grant.c.warrant.desc()))
    return tuple(
        OfficeGrant(
            canonical.decode(bytes(row.body), GrantTerms, "a grant"),
            CaseId(row.case),
            row.warrant,
            row.approver,
            row.weak,
            PublicationState(row.state),
            row.needs,
            row.sentence,
            row.name,
            row.unit,
            gone.get(row.id),
        )
        for row in rows
    )


def holders_of(connection: Connection) -> tuple[tuple[str, str, str], ...]:
    """Give id, name and unit of everybody who ever had a grant, who had the newest first; none is decoded."""
    query = select(holder.c.id, holder.c.name, holder.c.unit).join(grant, grant.c.holder == holder.c.id)
    newest = (func.max(grant.c.made).desc(), func.max(grant.c.warrant).desc())
    rows = connection.execute(query.group_by(holder.c.id, holder.c.name, holder.c.unit).order_by(*newest))
    return tuple((row.id, row.name, row.unit) for row in rows)


def unended(connection: Connection, now: int, door: str | None = None) -> tuple[OfficeGrant, ...]:
    """Give everybody's grants that are not over, newest first, of one door or all; the ended are not read."""
    wanted = [bodies.number(connection, grant.c.body, "ends") > now]
    if door is not None:
        wanted.append(bodies.says(connection, grant.c.body, door))
    found = _read(connection, wanted, removals.of_grants(connection))
    return tuple(one for one in found if door is None or door in one.terms.doors)


def living(connection: Connection, holder_id: HolderId, now: int) -> tuple[OfficeGrant, ...]:
    """Give a holder's grants that are not refused and not over, newest first, the denied ones included."""
    return tuple(one for one in listed(connection, holder_id=holder_id) if one.lives(now))


def active(connection: Connection, holder_id: HolderId, now: int) -> tuple[OfficeGrant, ...]:
    """Give a holder's living grants that nothing denies, newest first."""
    return tuple(one for one in living(connection, holder_id, now) if one.removed is None)


def all_active(connection: Connection, now: int) -> tuple[OfficeGrant, ...]:
    """Give everybody's living grants that nothing denies, newest first."""
    return tuple(one for one in unended(connection, now) if one.lives(now) and one.removed is None)


def find(connection: Connection, id: str) -> OfficeGrant | None:
    """Give one grant, None when there is none."""
    return next(iter(listed(connection, id=id)), None)


def of_kind(connection: Connection, kind: GrantKind) -> tuple[GrantId, ...]:
    """Name the grants of a kind; only terms that hold its word are read whole."""
    found = connection.scalars(select(grant.c.body).where(bodies.says(connection, grant.c.body, kind.value)))
    read = (canonical.decode(bytes(body), GrantTerms, "a grant") for body in found)
    return tuple(terms.id for terms in read if terms.kind is kind)


def unfinished(connection: Connection) -> tuple[OfficeGrant, ...]:
    """Give the grants that are not yet at every door and not refused."""
    return listed(connection, states=(PublicationState.ASKED, PublicationState.SIGNED))


def move(connection: Connection, id: str, state: PublicationState, needs: int | None, sentence: str) -> None:
    """Note how far a grant has come."""
    values = {"state": state.value, "needs": needs, "sentence": sentence[:400]}
    connection.execute(update(grant).where(grant.c.id == id).values(**values))

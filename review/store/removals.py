"""Removals: the grants and cards that a case suspends or takes away, each with its warrant and how far it is.

A grant or card that was denied stays denied at the doors; a suspension is given up by a new grant
(``restored``), never by taking the denial back. Several cases may rest on one warrant, each with a row of
its own, so that one case gives up only what no other holds.
"""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection, Row, Select, insert, select, update

from card_registry.words import CaseId, GrantId, PersonId, Subject
from review.publication import PublicationState
from review.tables import removal, withdrawal


class RemovalKind(StrEnum):
    """Whether a right was suspended until the case decides, or taken away for good."""

    SUSPENDED = "beku"
    REMOVED = "cabut"


@dataclass(frozen=True, slots=True)
class Removal:
    """One right taken away: what, by which step of which case and by whom, how far it has come."""

    id: str
    subject: Subject
    target: str
    case: CaseId
    step: str
    attempt: int
    person: PersonId
    kind: RemovalKind
    warrant: int
    state: PublicationState
    needs: int | None
    sentence: str
    made: int
    everywhere: int | None = None
    lifted: int | None = None
    restored: GrantId | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """A denial that is on its way or in force: its warrant, and how far it has come."""

    warrant: int
    state: PublicationState
    needs: int | None
    everywhere: int | None


def add(connection: Connection, new: Removal) -> None:
    """Enter a removal."""
    connection.execute(
        insert(removal).values(
            id=new.id,
            subject=new.subject.value,
            target=new.target,
            case=new.case,
            step=new.step,
            attempt=new.attempt,
            person=new.person,
            kind=new.kind.value,
            warrant=new.warrant,
            state=new.state.value,
            needs=new.needs,
            sentence=new.sentence,
            made=new.made,
            everywhere=new.everywhere,
        )
    )


def of_case(connection: Connection, case: str) -> tuple[Removal, ...]:
    """Give what a case removed, in order."""
    return _read(connection, select(removal).where(removal.c.case == case))


def of_target(connection: Connection, subject: Subject, target: str) -> tuple[Removal, ...]:
    """Give every removal of a grant or card that the authority did not refuse, in order."""
    same = (removal.c.subject == subject.value) & (removal.c.target == target)
    in_force = removal.c.state != PublicationState.REFUSED.value
    return _read(connection, select(removal).where(same & in_force))


def standing(connection: Connection, subject: Subject, target: str) -> Standing | None:
    """Give the denial of a grant or card that is asked for or in force, whoever asked; None for none."""
    found = of_target(connection, subject, target)
    if found:
        return Standing(found[0].warrant, found[0].state, found[0].needs, found[0].everywhere)
    row = withdrawal.c
    by_hand = (row.card == target) & (row.state != PublicationState.REFUSED.value)
    one = connection.execute(select(withdrawal).where(by_hand)).first() if subject is Subject.CARD else None
    if one is None:
        return None
    return Standing(one.warrant, PublicationState(one.state), one.needs, one.everywhere)


def of_grants(connection: Connection, id: str | None = None) -> dict[str, RemovalKind]:
    """Say of each grant that is denied (or of one alone) whether it is suspended still, or gone for good."""
    row = removal.c
    denied = (row.subject == Subject.GRANT.value) & (row.state != PublicationState.REFUSED.value)
    if id is not None:
        denied &= row.target == id
    held: dict[str, set[RemovalKind]] = {}
    for one in connection.execute(select(row.target, row.kind, row.lifted).where(denied)):
        kinds = held.setdefault(one.target, set())
        kinds.update([] if one.lifted is not None else [RemovalKind(one.kind)])
    suspended = {RemovalKind.SUSPENDED}
    return {
        target: RemovalKind.SUSPENDED if kinds == suspended else RemovalKind.REMOVED
        for target, kinds in held.items()
    }


def unfinished(connection: Connection) -> tuple[Removal, ...]:
    """Give the removals that some door has not confirmed yet."""
    on_the_way = [PublicationState.ASKED.value, PublicationState.SIGNED.value]
    return _read(connection, select(removal).where(removal.c.state.in_(on_the_way)))


def move(
    connection: Connection,
    id: str,
    state: PublicationState,
    needs: int | None,
    sentence: str,
    everywhere: int | None,
) -> None:
    """Note how far a removal has come."""
    values = {"state": state.value, "needs": needs, "sentence": sentence[:400], "everywhere": everywhere}
    connection.execute(update(removal).where(removal.c.id == id).values(**values))


def make_final(connection: Connection, case: CaseId, target: str | None = None) -> None:
    """Let what a case suspended be taken away for good: everything, or one grant or card."""
    suspended = (removal.c.case == case) & removal.c.lifted.is_(None)
    if target is not None:
        suspended &= removal.c.target == target
    connection.execute(update(removal).where(suspended).values(kind=RemovalKind.REMOVED.value))


def lift(connection: Connection, id: str, now: int, restored: GrantId | None) -> None:
    """Note that a case gave a suspension up, and the grant by which the right came back, if one did."""
    connection.execute(update(removal).where(removal.c.id == id).values(lifted=now, restored=restored))


def hold_again(connection: Connection, restored: GrantId) -> tuple[CaseId, ...]:
    """Let the suspension stand that a refused grant was to give up; give the cases."""
    query = update(removal).where(removal.c.restored == restored).values(lifted=None, restored=None)
    return tuple(CaseId(case) for case in connection.scalars(query.returning(removal.c.case)))


def held(connection: Connection, subject: Subject, target: str, besides: CaseId) -> bool:
    """Say whether a case other than this one holds a grant or card suspended, or removed it."""
    return any(one.case != besides and one.lifted is None for one in of_target(connection, subject, target))


def _read(connection: Connection, query: Select[tuple[object, ...]]) -> tuple[Removal, ...]:
    rows = connection.execute(query.order_by(removal.c.made, removal.c.target, removal.c.id))
    return tuple(_removal(row) for row in rows)


def _removal(row: Row[tuple[object, ...]]) -> Removal:
    return Removal(
        row.id,
        Subject(row.subject),
        row.target,
        CaseId(row.case),
        row.step,
        row.attempt,
        PersonId(row.person),
        RemovalKind(row.kind),
        row.warrant,
        PublicationState(row.state),
        row.needs,
        row.sentence,
        row.made,
        row.everywhere,
        row.lifted,
        None if row.restored is None else GrantId(row.restored),
    )

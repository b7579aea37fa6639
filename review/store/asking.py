"""What an auditor's questions read: rights with all that bore on them, and the taps beside them."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Row, and_, func, select

from card_registry import canonical
from card_registry.journal.event import EventKind
from card_registry.statements import GrantTerms
from card_registry.words import Subject
from review.asking import Denial, Plastic, Right
from review.publication import PublicationState
from review.store.desks import JobState
from review.store.occurrences import Listed, Question, matching
from review.tables import card, case_file, desk_job, grant, holder, occurrence, removal, withdrawal

REFUSED = PublicationState.REFUSED.value
TAPPED = occurrence.c.kind == EventKind.TAPPED.value


@dataclass(frozen=True, slots=True)
class Asked:
    """One right with what its row tells of it: whose, by which case, approved by whom and how weakly."""

    right: Right
    holder_name: str
    holder_unit: str
    case: str
    number: str
    approver: str
    weak: bool


def rights_at(connection: Connection, at: int, door: str | None = None) -> tuple[Asked, ...]:
    """Give every right that was approved and valid by its terms at a moment, of one door or of all."""
    asked = (grant.c.made <= at) & (grant.c.state != REFUSED)
    valid = [
        (row, terms)
        for row in _grants(connection, asked)
        for terms in [canonical.decode(bytes(row.body), GrantTerms, "a grant")]
        if terms.begins <= at < terms.ends and (door is None or door in terms.doors)
    ]
    gone = _removed(connection, Subject.GRANT, at)
    plastic = _cards(connection, {terms.holder for _, terms in valid}, at)
    return tuple(
        Asked(
            Right(terms, row.made, gone.get(terms.id, ()), plastic.get(terms.holder, ())),
            row.name,
            row.unit,
            row.case,
            row.number,
            row.approver,
            row.weak,
        )
        for row, terms in valid
    )


def _grants(connection: Connection, condition: ColumnElement[bool]) -> Iterable[Row[tuple[object, ...]]]:
    query = (
        select(grant, holder.c.name, holder.c.unit, case_file.c.number)
        .join(holder, holder.c.id == grant.c.holder)
        .join(case_file, case_file.c.id == grant.c.case)
        .where(condition)
    )
    return connection.execute(query)


def _removed(connection: Connection, subject: Subject, at: int) -> dict[str, tuple[Denial, ...]]:
    """Give the denials of grants or cards that were asked for by a moment, by what they deny."""
    row = removal.c
    asked = (row.subject == subject.value) & (row.state != REFUSED) & (row.made <= at)
    query = select(row.target, row.made, row.everywhere, row.case).where(asked).order_by(row.made)
    found = defaultdict[str, list[Denial]](list)
    for target, *told in connection.execute(query):
        found[target].append(Denial(*told))
    return {target: tuple(denials) for target, denials in found.items()}


def _cards(connection: Connection, holders: Collection[str], at: int) -> dict[str, tuple[Plastic, ...]]:
    """Give the cards that holders had by a moment, with what denied them."""
    gone = _removed(connection, Subject.CARD, at)
    by_hand = and_(withdrawal.c.card == card.c.id, withdrawal.c.state != REFUSED, withdrawal.c.made <= at)
    bound = and_(desk_job.c.card == card.c.id, desk_job.c.state == JobState.BOUND.value)
    query = (
        select(
            card.c.id,
            card.c.number,
            card.c.holder,
            card.c.kind,
            func.coalesce(desk_job.c.ended, card.c.made).label("bound"),
            withdrawal.c.made,
            withdrawal.c.everywhere,
        )
        .outerjoin(desk_job, bound)
        .outerjoin(withdrawal, by_hand)
        .where(card.c.made <= at)
        .order_by(card.c.number)
    )
    found = defaultdict[str, list[Plastic]](list)
    for id_, number, owner, kind, since, taken, everywhere in connection.execute(query):
        if owner in holders:
            denials = () if taken is None else (Denial(taken, everywhere, ""),)
            plastic = Plastic(id_, number, None if kind is None else since, (*gone.get(id_, ()), *denials))
            found[owner].append(plastic)
    return {owner: tuple(cards) for owner, cards in found.items()}


def taps_around(connection: Connection, who: str, door: str, at: int) -> tuple[Listed | None, Listed | None]:
    """Give a holder's last tap at a door up to a moment, and the first one after it."""
    mine = Question(holder=who, door=door)
    before = matching(connection, mine, TAPPED & (occurrence.c.at <= at), 1)
    return next(iter(before), None), _first_after(connection, mine, at)


def _first_after(connection: Connection, mine: Question, at: int) -> Listed | None:
    row = occurrence.c
    later = (row.holder == mine.holder) & (row.door == mine.door) & TAPPED & (row.at > at)
    query = select(row.id, row.at).where(later).order_by(row.at, row.id).limit(1)
    first = connection.execute(query).first()
    if first is None:
        return None
    at_once = Question(holder=mine.holder, door=mine.door, since=first.at, until=first.at + 1)
    return next(iter(matching(connection, at_once, row.id == first.id, 1)), None)

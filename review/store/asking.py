"""What an auditor's questions read: rights with all that bore on them, and the taps beside them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, func, select

from card_registry import canonical
from card_registry.journal.event import EventKind
from card_registry.statements import GrantTerms
from card_registry.words import Subject
from review.asking import Denial, Plastic, Right
from review.publication import PublicationState
from review.store import bodies
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


@lru_cache(maxsize=32_768)
def terms_of(body: bytes) -> GrantTerms:
    """Read the terms of a grant; what was read once is remembered, because rights are asked about often.

    A question reads every right there ever was: one right more than fits, and none would be remembered.
    """
    return canonical.decode(body, GrantTerms, "a grant")


def rights_at(connection: Connection, at: int, door: str | None = None) -> tuple[Asked, ...]:
    """Give every right that was approved and valid by its terms at a moment, of one door or of all."""
    asked = (grant.c.made <= at) & (grant.c.state != REFUSED)
    if door is not None:
        asked &= bodies.says(connection, grant.c.body, door)
    valid = [
        (row, terms)
        for row in _grants(connection, asked)
        for terms in [terms_of(bytes(row.body))]
        if terms.begins <= at < terms.ends and (door is None or door in terms.doors)
    ]
    gone = removed(connection, Subject.GRANT, at)
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


def _grants(connection: Connection, condition: ColumnElement[bool]) -> Sequence[Row[*tuple[Any, ...]]]:
    query = (
        select(
            grant.c.body,
            grant.c.made,
            grant.c.case,
            grant.c.approver,
            grant.c.weak,
            holder.c.name,
            holder.c.unit,
            case_file.c.number,
        )
        .join(holder, holder.c.id == grant.c.holder)
        .join(case_file, case_file.c.id == grant.c.case)
        .where(condition)
    )
    return connection.execute(query).all()


def removed(connection: Connection, subject: Subject, at: int) -> dict[str, tuple[Denial, ...]]:
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
    gone = removed(connection, Subject.CARD, at)
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


def taps_around(
    connection: Connection, holders: Iterable[str], door: str, at: int
) -> dict[str, tuple[Listed | None, Listed | None]]:
    """Give each holder's last tap at a door up to a moment, and the first one after it."""
    known = holder.c.id
    before, after = _nearest(door, occurrence.c.at <= at), _nearest(door, occurrence.c.at > at)
    last = before.order_by(occurrence.c.at.desc(), occurrence.c.id.desc())
    first = after.order_by(occurrence.c.at, occurrence.c.id)
    query = select(known, last.scalar_subquery(), first.scalar_subquery()).where(
        known.in_(sorted(set(holders)))
    )
    found = {who: pair for who, *pair in connection.execute(query)}
    ids = {id_ for pair in found.values() for id_ in pair if id_ is not None}
    told = {
        one.id: one for one in matching(connection, Question(), occurrence.c.id.in_(sorted(ids)), len(ids))
    }
    return {who: (told.get(before or 0), told.get(after or 0)) for who, (before, after) in found.items()}


def _nearest(door: str, when: ColumnElement[bool]) -> Select[int]:
    """Give the query of one tap at a door, by the holder of the query around it."""
    row = occurrence.c
    mine = (row.holder == holder.c.id) & (row.door == door) & TAPPED
    return select(row.id).where(mine, when).limit(1).correlate(holder)

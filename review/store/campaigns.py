"""Reviews as the store has them: a campaign, its rows in order, what was said about each, only added to."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Connection, distinct, exists, func, insert, select, update

from card_registry import canonical
from card_registry.words import CaseId, GrantId, HolderId, PersonId, Subject
from review.campaign import (
    BY_CLOCK,
    EVERYTHING,
    LIMITS,
    Advice,
    Cause,
    Change,
    Evidence,
    Item,
    Limits,
    Outcome,
    Row,
    Said,
    Scope,
    Span,
    Thresholds,
)
from review.case import CaseState
from review.people import Capacity, Role
from review.store.removals import RemovalKind
from review.tables import case_file, holder, removal
from review.tables_campaign import campaign, campaign_item, campaign_row


@dataclass(frozen=True, slots=True)
class Campaign:
    """One review: what it looks back on, when its rows were made, and from which publication.

    ``scope`` and ``cause`` say which rights alone it looks at and why, ``limits`` what silence may take.
    ``last`` is the last day on which units may answer, None until they were asked.
    """

    case: CaseId
    span: Span
    taken: int
    publication: int | None
    thresholds: Thresholds
    last: date | None = None
    scope: Scope = EVERYTHING
    cause: Cause = BY_CLOCK
    limits: Limits = LIMITS


@dataclass(frozen=True, slots=True)
class Kept:
    """A row as it is kept: its id, its number on the form, what it is about, the evidence beside it."""

    id: str
    position: int
    item: Item
    evidence: Evidence


def add(connection: Connection, new: Campaign, rows: Sequence[Kept]) -> None:
    """Enter a campaign with its rows."""
    connection.execute(
        insert(campaign).values(
            case=new.case,
            name=new.span.name,
            begins=new.span.begins,
            ends=new.span.ends,
            taken=new.taken,
            publication=new.publication,
            last=new.last,
            thresholds=canonical.encode(new.thresholds),
            unit=new.scope.unit,
            door=new.scope.door,
            holder=new.scope.holder,
            event=new.cause.event,
            opener=new.cause.opener,
            grace=new.limits.grace,
            operators=new.limits.operators,
        )
    )
    values = [_values(new.case, one) for one in rows]
    if values:
        connection.execute(insert(campaign_item), values)


def _values(case: CaseId, one: Kept) -> dict[str, object]:
    item = one.item
    return {
        "id": one.id,
        "case": case,
        "position": one.position,
        "grant": item.grant,
        "holder": item.holder,
        "unit": item.unit,
        "judge": item.judge.value,
        "operator": item.operator,
        "own": canonical.encode(tuple(sorted(item.own))),
        "evidence": canonical.encode(one.evidence),
        "advice": canonical.encode(item.advice),
    }


def find(connection: Connection, case: str) -> Campaign | None:
    """Give the campaign of a case, None where there is none."""
    row = connection.execute(select(campaign).where(campaign.c.case == case)).first()
    if row is None:
        return None
    return Campaign(
        CaseId(row.case),
        Span(row.name, row.begins, row.ends),
        row.taken,
        row.publication,
        canonical.decode(bytes(row.thresholds), Thresholds, "thresholds"),
        row.last,
        Scope(row.unit, row.door, row.holder),
        Cause(row.event, row.opener),
        Limits(row.grace, row.operators),
    )


NEWEST = 40
"""How many campaigns a page lists; older ones are found among the cases."""


def newest(connection: Connection, limit: int = NEWEST) -> tuple[Campaign, ...]:
    """Give the campaigns, the newest first."""
    query = select(campaign.c.case).order_by(campaign.c.taken.desc()).limit(limit)
    found = (find(connection, case) for case in connection.scalars(query).all())
    return tuple(one for one in found if one is not None)


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a campaign has come: its rows, how many were answered and decided, whose units they are."""

    rows: int
    answered: int
    decided: int
    units: frozenset[str]


def standing(connection: Connection, case: CaseId) -> Standing:
    """Count a campaign's rows without reading them."""
    mine = campaign_item.c.case == case
    both = campaign_row.join(campaign_item, campaign_item.c.id == campaign_row.c.item)
    spoken = select(func.count(distinct(campaign_row.c.item))).select_from(both)
    answered = spoken.where(mine, campaign_row.c.said == Said.ANSWER.value)
    decided = spoken.where(mine, campaign_row.c.said.in_((Said.DECISION.value, Said.SILENCE.value)))
    units = connection.scalars(select(campaign_item.c.unit).where(mine).distinct())
    return Standing(
        connection.scalar(select(func.count()).select_from(campaign_item).where(mine)) or 0,
        connection.scalar(answered) or 0,
        connection.scalar(decided) or 0,
        frozenset(unit.casefold() for unit in units),
    )


def asked(connection: Connection) -> tuple[tuple[CaseId, date], ...]:
    """Give the campaigns whose units were asked, with the last day for answers.

    Those that run, and those that are over while silence still holds a right of theirs suspended.
    """
    at_work = case_file.c.state != CaseState.CLOSED.value
    query = (
        select(campaign.c.case, campaign.c.last)
        .join(case_file, case_file.c.id == campaign.c.case)
        .where(campaign.c.last.is_not(None), at_work | _holds_suspended())
    )
    return tuple((CaseId(case), last) for case, last in connection.execute(query))


def _holds_suspended() -> ColumnElement[bool]:
    """Say in SQL that a campaign suspends a right about which nobody has said anything but silence."""
    item, row = campaign_item.c, campaign_row.c
    spoken = exists().where(row.item == item.id, row.said == Said.DECISION.value)
    silent = exists().where(row.item == item.id, row.said == Said.SILENCE.value)
    return (
        exists()
        .where(removal.c.case == campaign.c.case, removal.c.kind == RemovalKind.SUSPENDED.value)
        .where(removal.c.lifted.is_(None), item.case == campaign.c.case, item.grant == removal.c.target)
        .where(silent, ~spoken)
    )


def suspended(connection: Connection, id: GrantId | None = None) -> frozenset[GrantId]:
    """Name the rights (or say it of one) that campaigns which are over hold suspended, whoever decided so."""
    query = (
        select(removal.c.target)
        .join(campaign, campaign.c.case == removal.c.case)
        .join(case_file, case_file.c.id == campaign.c.case)
        .where(case_file.c.state == CaseState.CLOSED.value, removal.c.subject == Subject.GRANT.value)
        .where(removal.c.kind == RemovalKind.SUSPENDED.value, removal.c.lifted.is_(None))
    )
    if id is not None:
        query = query.where(removal.c.target == id)
    return frozenset(GrantId(target) for target in connection.scalars(query))


def ask(connection: Connection, case: CaseId, last: date) -> None:
    """Note until which day units may answer."""
    connection.execute(update(campaign).where(campaign.c.case == case).values(last=last))


def names(connection: Connection, case: str) -> dict[HolderId, str]:
    """Give the names of those whose rights a campaign looks at, by id."""
    query = select(holder.c.id, holder.c.name).join(campaign_item, campaign_item.c.holder == holder.c.id)
    found = connection.execute(query.where(campaign_item.c.case == case).distinct())
    return {HolderId(row.id): row.name for row in found}


def rows(connection: Connection, case: str, ids: Collection[str] = ()) -> tuple[Kept, ...]:
    """Give a campaign's rows in order: all, or those of these ids."""
    wanted = campaign_item.c.case == case
    if ids:
        wanted &= campaign_item.c.id.in_(ids)
    said = defaultdict[str, list[Row]](list)
    query = (
        select(campaign_row)
        .join(campaign_item, campaign_item.c.id == campaign_row.c.item)
        .where(wanted)
        .order_by(campaign_row.c.item, campaign_row.c.position)
    )
    for row in connection.execute(query):
        heard = (Said(row.said), Outcome(row.outcome), PersonId(row.person), Role(row.role))
        change = None if row.change is None else canonical.decode(bytes(row.change), Change, "a change")
        said[row.item].append(Row(*heard, row.reason, row.at, change, Capacity(row.capacity)))
    found = connection.execute(select(campaign_item).where(wanted).order_by(campaign_item.c.position))
    return tuple(
        Kept(
            row.id,
            row.position,
            Item(
                GrantId(row.grant),
                HolderId(row.holder),
                row.unit,
                frozenset(canonical.decode(bytes(row.own), tuple[PersonId, ...], "accounts")),
                Role(row.judge),
                row.operator,
                canonical.decode(bytes(row.advice), Advice, "advice"),
                tuple(said[row.id]),
            ),
            canonical.decode(bytes(row.evidence), Evidence, "evidence"),
        )
        for row in found
    )


def say(connection: Connection, before: Kept, after: Item) -> None:
    """Keep what was said about a row since it was read; two who speak at once cannot both be the next."""
    for position in range(len(before.item.rows), len(after.rows)):
        row = after.rows[position]
        connection.execute(
            insert(campaign_row).values(
                item=before.id,
                position=position,
                said=row.said.value,
                outcome=row.outcome.value,
                person=row.person,
                role=row.role.value,
                reason=row.reason,
                at=row.at,
                capacity=row.capacity.value,
                change=None if row.change is None else canonical.encode(row.change),
            )
        )

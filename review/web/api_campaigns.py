"""Reviews as JSON: listed, one with its sums and units, its rows with evidence, advice and what was said."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import Query

from card_registry.words import DoorId
from review.access import Permission
from review.campaign import Change, Evidence, Finding, Outcome, Recommendation, Row, Said, Scope
from review.campaign.standards import Standards, values
from review.case import CaseState
from review.people import Capacity, Role
from review.store import campaigns, cases, standards
from review.store.campaigns import Campaign
from review.store.cases import CaseFile
from review.store.grants import OfficeGrant
from review.store.transaction import reading
from review.web.api_cases import CardBody
from review.web.console import Console, Here
from review.web.review_query import Asked, Line, Shown
from review.web.reviewbook import Progress, ReviewView, view_of
from review.web.tokens import Reader
from review.web.visitor import NotFound, Visitor

Text = Annotated[str, Query(max_length=120)]
Number = Annotated[int, Query(ge=1, le=10_000)]


@dataclass(frozen=True, slots=True)
class CampaignBrief:
    """A review in a list: the local days [begins, ends) it looks back on, where it stands, its sums."""

    id: str
    number: str
    name: str
    begins: date
    ends: date
    taken: int
    last: date | None
    event: str
    state: CaseState
    step: str
    rows: int
    answered: int
    decided: int


@dataclass(frozen=True, slots=True)
class CampaignsBody:
    """The reviews that this person may see, the newest first."""

    campaigns: tuple[CampaignBrief, ...]


@dataclass(frozen=True, slots=True)
class CampaignBody:
    """A review with its sums; of a unit's reader they are those of the unit's own rows.

    ``publication`` is the registry's when the rows were made, ``standards`` the numbers it judges by. What
    ``collect`` names is in nobody's hands yet; ``waits`` says that doors have not confirmed.
    """

    id: str
    number: str
    name: str
    begins: date
    ends: date
    taken: int
    last: date | None
    publication: int | None
    scope: Scope
    event: str
    opener: str
    state: CaseState
    step: str
    standards: Mapping[str, int]
    rows: int
    answered: int
    open: int
    ended: int
    ratified: int
    against_advice: int
    outcomes: Mapping[str, int]
    advised: Mapping[str, int]
    units: tuple[Progress, ...]
    collect: tuple[CardBody, ...]
    waits: bool


@dataclass(frozen=True, slots=True)
class SaidBody:
    """One thing said about a row: what, by whom, in which role and capacity, why, when."""

    said: Said
    outcome: Outcome
    person: str
    name: str
    role: Role
    capacity: Capacity
    reason: str
    at: int
    change: Change | None


@dataclass(frozen=True, slots=True)
class ItemBody:
    """A row: the right, its evidence, the rules' advice, everything said, what this person may say now."""

    id: str
    position: int
    grant: str
    holder: str
    name: str
    unit: str
    doors: tuple[DoorId, ...]
    schedule: str | None
    judge: Role
    operator: bool
    evidence: Evidence
    recommendation: Recommendation
    findings: tuple[Finding, ...]
    summary: str
    answer: Outcome | None
    outcome: Outcome | None
    ratified: bool
    said: tuple[SaidBody, ...]
    may_answer: bool
    may_decide: bool


@dataclass(frozen=True, slots=True)
class ItemsBody:
    """A page of a review's rows, in the order of the form."""

    items: tuple[ItemBody, ...]
    total: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class StandardsBody:
    """The numbers by which reviews opened from now on judge."""

    standards: Mapping[str, int]


def listed(console: Here, me: Reader) -> CampaignsBody:
    """List the reviews, the newest first."""
    me.require(Permission.READ_OWN)
    found = []
    with reading(console.office.store) as connection:
        for one in campaigns.newest(connection):
            file, sums = cases.load(connection, one.case), campaigns.standing(connection, one.case)
            if file is not None and (
                me.holds(Permission.READ_CASES) or me.person.unit.casefold() in sums.units
            ):
                found.append(_brief(one, file, sums))
    return CampaignsBody(tuple(found))


def _brief(one: Campaign, file: CaseFile, sums: campaigns.Standing) -> CampaignBrief:
    return CampaignBrief(
        one.case,
        file.number,
        one.span.name,
        one.span.begins,
        one.span.ends,
        one.taken,
        one.last,
        one.cause.event,
        file.case.state,
        file.case.step,
        sums.rows,
        sums.answered,
        sums.decided,
    )


def one(console: Here, me: Reader, case: str) -> CampaignBody:
    """Give one review with its sums."""
    return body_of(console, me, case)


def seen(console: Console, me: Visitor, case: str, asked: Asked) -> ReviewView:
    """Give a review as this person may see it.

    Raises:
        NotFound: There is none, or none of its rows is theirs to see.
    """
    with reading(console.office.store) as connection:
        view = view_of(connection, console.office, me.person, case, asked)
    if view is None or not (view.total or me.holds(Permission.READ_CASES)):
        raise NotFound
    return view


def body_of(console: Console, me: Visitor, case: str) -> CampaignBody:
    """Give one review with its sums."""
    view = seen(console, me, case, Asked())
    file, held, sums = view.file, view.campaign, view.sums
    return CampaignBody(
        id=held.case,
        number=file.number,
        name=held.span.name,
        begins=held.span.begins,
        ends=held.span.ends,
        taken=held.taken,
        last=held.last,
        publication=held.publication,
        scope=held.scope,
        event=held.cause.event,
        opener=held.cause.opener,
        state=file.case.state,
        step=file.case.step,
        standards=values(Standards(held.thresholds, held.limits)),
        rows=sums.rows,
        answered=sums.answered,
        open=sums.open,
        ended=sums.ended,
        ratified=sums.ratified,
        against_advice=sums.against_advice,
        outcomes={word.value: count for word, count in sums.outcomes.items()},
        advised={word.value: count for word, count in sums.advised.items()},
        units=view.units,
        collect=tuple(
            CardBody(card.id, card.number, card.status.value, None if card.tier is None else card.tier.value)
            for card in view.collect
        ),
        waits=file.case.state is CaseState.WAITING,
    )


def items(  # noqa: PLR0913, PLR0917 - one filter each
    console: Here,
    me: Reader,
    case: str,
    shown: Shown = Shown.ALL,
    unit: Text = "",
    advice: Recommendation | None = None,
    outcome: Outcome | None = None,
    text: Text = "",
    page: Number = 1,
) -> ItemsBody:
    """List a review's rows."""
    asked = Asked(shown.value, unit.strip(), advice or "", outcome or "", text.strip(), page)
    view = seen(console, me, case, asked)
    found = tuple(_item(line, view) for line in view.lines)
    return ItemsBody(found, view.counts[view.shown], view.page, view.pages)


def _item(line: Line, view: ReviewView) -> ItemBody:
    item, answer = line.kept.item, line.kept.item.answer()
    given: OfficeGrant | None = view.grants.get(item.grant)
    return ItemBody(
        id=line.kept.id,
        position=line.kept.position,
        grant=item.grant,
        holder=item.holder,
        name=line.name,
        unit=item.unit,
        doors=() if given is None else given.terms.doors,
        schedule=None if given is None else given.terms.schedule,
        judge=item.judge,
        operator=item.operator,
        evidence=line.kept.evidence,
        recommendation=item.advice.recommendation,
        findings=item.advice.findings,
        summary=item.advice.summary,
        answer=None if answer is None else answer.outcome,
        outcome=item.outcome(),
        ratified=item.is_ratified(),
        said=tuple(_said(row, view.names) for row in item.rows),
        may_answer=line.answers,
        may_decide=line.decides,
    )


def _said(row: Row, names: Mapping[str, str]) -> SaidBody:
    return SaidBody(
        row.said,
        row.outcome,
        row.person,
        names.get(row.person, ""),
        row.role,
        row.capacity,
        row.reason,
        row.at,
        row.change,
    )


def numbers(console: Here, me: Reader) -> StandardsBody:
    """Give the numbers by which reviews judge."""
    me.require(Permission.READ_CASES)
    with reading(console.office.store) as connection:
        return StandardsBody(values(standards.in_force(connection)))

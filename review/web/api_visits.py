"""Visits and what explains the doors' events, as JSON: the lists of the pages, and one visit whole."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import Query

from review.access import Permission, Refused, may
from review.store.transaction import reading
from review.visits import Item, Visit, VisitState
from review.visits.listing import Tab
from review.web.api_errors import Problem
from review.web.console import Here
from review.web.doors import EventNow
from review.web.happenings import Asked, Happening, Only, answer
from review.web.span import Days, days
from review.web.tokens import Reader
from review.web.visitbook import Row, VisitView, book, open_visit
from review.web.visitor import Forbidden, NotFound, Visitor

MONTH, WEEK = 30, 7
"""How many days a list goes back where none are named, as on its page."""

Id = Annotated[str, Query(max_length=40)]


@dataclass(frozen=True, slots=True)
class GuestBody:
    """One visitor: name, where from, and which identity card is looked at (its number is never kept)."""

    name: str
    agency: str
    position: str
    phone: str
    identity: str


@dataclass(frozen=True, slots=True)
class ItemBody:
    """One thing carried in or out."""

    name: str
    serial: str


@dataclass(frozen=True, slots=True)
class WindowBody:
    """When a visit may enter: milliseconds, [begins, ends)."""

    begins: int
    ends: int


@dataclass(frozen=True, slots=True)
class VisitBrief:
    """A visit in a list; ``late`` is by how many milliseconds its guests stay or stayed too long."""

    id: str
    state: VisitState
    purpose: str
    parent: str
    parent_number: str
    parent_step: str
    case: str | None
    case_number: str
    guests: tuple[GuestBody, ...]
    doors: tuple[str, ...]
    window: WindowBody | None
    escort: str
    entered: int | None
    left: int | None
    closed: int | None
    late: int | None


@dataclass(frozen=True, slots=True)
class VisitsBody:
    """One list of visits, newest first."""

    visits: tuple[VisitBrief, ...]


@dataclass(frozen=True, slots=True)
class ReasonBody:
    """Why a door opened: words, and the case they lead to; ``bad`` where nothing explains it."""

    words: str
    case: str
    number: str
    bad: bool


@dataclass(frozen=True, slots=True)
class ExplainedBody:
    """One event and what explains it; null where no door was opened by it."""

    event: EventNow
    reason: ReasonBody | None


@dataclass(frozen=True, slots=True)
class HappeningsBody:
    """Events, latest first; ask again ``before`` this for older ones, null when there are none."""

    events: tuple[ExplainedBody, ...]
    before: int | None


@dataclass(frozen=True, slots=True)
class VisitBody:
    """One visit: what its guests brought and carried out, and what the door wrote down of it.

    ``strange`` was carried out and never brought, ``left_behind`` brought and not carried out.
    """

    visit: VisitBrief
    card: str | None
    brought: tuple[ItemBody, ...]
    out: tuple[ItemBody, ...]
    strange: tuple[ItemBody, ...]
    left_behind: tuple[ItemBody, ...]
    taps: tuple[ExplainedBody, ...]


def listed(
    console: Here,
    me: Reader,
    which: Tab = Tab.TODAY,
    first: date | None = None,
    last: date | None = None,
) -> VisitsBody:
    """Give one list of visits: the office's, or for an applicant those of the own cases."""
    me.require(Permission.READ_OWN)
    asked = _span(console, first, last, MONTH)
    with reading(console.office.store) as connection:
        shown = book(connection, console.office, me.person, which, asked)
    return VisitsBody(tuple(_brief(row) for row in shown.rows))


def _span(console: Here, first: date | None, last: date | None, length: int) -> Days:
    """Read a span of days as the page does.

    Raises:
        Problem: It is turned around, too long, or of another century.
    """
    begins, ends = ("" if one is None else one.isoformat() for one in (first, last))
    asked = days(begins, ends, console.office.today(), length)
    if asked.fault:
        place = "last" if first is None else "first"
        raise Problem(422, asked.fault, {place: asked.fault})
    return asked


def visit(console: Here, me: Reader, visit: str) -> VisitBody:
    """Give one visit, by its own id or that of its case."""
    with reading(console.office.store) as connection:
        view = open_visit(connection, console.office, visit)
    if view is None:
        raise NotFound
    _require_readable(me, view)
    carried = view.carried
    return VisitBody(
        _brief(view.row),
        None if view.card is None else view.card.id,
        _items(carried.brought),
        _items(carried.out),
        _items(carried.strange),
        _items(carried.left_behind),
        tuple(_explained(one) for one in view.taps),
    )


def _require_readable(me: Visitor, view: VisitView) -> None:
    """Let in whoever may read the visit's case, or the case that caused it."""
    allowed = [
        may(me.person, Permission.READ_CASES, file.case.applicant)
        for file in (view.file, view.parent)
        if file is not None
    ]
    refused = [one for one in allowed if isinstance(one, Refused)]
    if len(refused) == len(allowed):
        raise Forbidden(refused[0].why)


def _brief(row: Row) -> VisitBrief:
    one: Visit = row.visit
    plan = one.plan
    window = None if plan.window is None else WindowBody(plan.window.begins, plan.window.ends)
    return VisitBrief(
        one.id,
        one.state,
        plan.purpose,
        one.parent,
        row.parent,
        one.parent_step,
        one.case,
        row.number,
        tuple(
            GuestBody(guest.name, guest.agency, guest.position, guest.phone, guest.identity)
            for guest in plan.guests
        ),
        tuple(plan.doors),
        window,
        row.escort,
        one.entered,
        one.left,
        one.closed,
        row.late,
    )


def _items(found: tuple[Item, ...]) -> tuple[ItemBody, ...]:
    return tuple(ItemBody(one.name, one.serial) for one in found)


def _explained(one: Happening) -> ExplainedBody:
    why = one.reason
    reason = None if why is None else ReasonBody(why.words, why.case, why.number, why.bad)
    return ExplainedBody(one.event, reason)


def explained(  # noqa: PLR0913, PLR0917 - one parameter for each filter of the page
    console: Here,
    me: Reader,
    only: Only = Only.ALL,
    first: date | None = None,
    last: date | None = None,
    door: Id = "",
    holder: Id = "",
    card: Id = "",
    case: Id = "",
    before: Annotated[int, Query(ge=0, le=2**53)] = 0,
) -> HappeningsBody:
    """Give the events of some days, the latest first, each opening with what explains it."""
    me.require(Permission.READ_DOORS)
    asked = Asked(_span(console, first, last, WEEK), only, door, holder, card, case, before)
    with reading(console.office.store) as connection:
        found = answer(connection, console.office, asked)
    return HappeningsBody(tuple(_explained(one) for one in found.rows), found.before or None)

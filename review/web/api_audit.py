"""An auditor's questions as JSON: the same answers as on the pages, with the addresses of what they name."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import Query

from review.access import Permission
from review.asking import Piece, Sheet, Table
from review.detect import Detector
from review.store import passages
from review.store.transaction import reading
from review.web.api_errors import Problem
from review.web.ask_about import TELLERS
from review.web.ask_between import approved, changed
from review.web.ask_door import DoorQuestion, who_could
from review.web.ask_finding import find
from review.web.ask_signs import SignQuestion, signs
from review.web.ask_week import Draw, sampled
from review.web.console import Here
from review.web.span import Days, days
from review.web.tokens import Reader
from review.web.visitor import NotFound

MONTH, WEEK, QUARTER = 30, 7, 91
"""How many days a question goes back where none are named, as on its page."""

Text = Annotated[str, Query(max_length=80)]
Number = Annotated[int, Query(ge=1, le=10_000)]
At = Annotated[int | None, Query(ge=0, le=2**53)]


@dataclass(frozen=True, slots=True)
class FactBody:
    """One fact of an answer."""

    name: str
    told: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class SheetBody:
    """An answer: a sentence, facts, tables; ``more`` says whether a further page is there."""

    title: str
    sentence: str
    facts: tuple[FactBody, ...]
    tables: tuple[Table, ...]
    more: bool


def _body(sheet: Sheet) -> SheetBody:
    facts = tuple(FactBody(name, told) for name, told in sheet.facts)
    return SheetBody(sheet.title, sheet.sentence, facts, sheet.tables, bool(sheet.older))


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


def who(console: Here, me: Reader, door: str, at: At = None, page: Number = 1) -> SheetBody:
    """Say who could enter a door at a moment (milliseconds; now where none is named), and why."""
    me.require(Permission.READ_AUDIT)
    office = console.office
    if door not in {sign.id for sign in office.doors}:
        raise NotFound
    asked = DoorQuestion(door, office.clock() if at is None else at, page)
    with reading(office.store) as connection:
        return _body(who_could(connection, office, asked))


def found(console: Here, me: Reader, text: Text) -> SheetBody:
    """Find people, accounts, cards, cases and servers by a word of them."""
    me.require(Permission.READ_AUDIT)
    with reading(console.office.store) as connection:
        return _body(find(connection, text.strip()))


def about(console: Here, me: Reader, kind: str, id: str) -> SheetBody:
    """Tell everything about one thing: orang, akun, kartu, kasus or perangkat, by its id."""
    me.require(Permission.READ_AUDIT)
    if kind not in TELLERS:
        raise NotFound
    with reading(console.office.store) as connection:
        sheet = TELLERS[kind](connection, console.office, id)
    if sheet is None:
        raise NotFound
    return _body(sheet)


def changes(console: Here, me: Reader, first: date | None = None, last: date | None = None) -> SheetBody:
    """Tell what changed between two days."""
    me.require(Permission.READ_AUDIT)
    asked = _span(console, first, last, MONTH)
    with reading(console.office.store) as connection:
        return _body(changed(connection, console.office, asked))


def approvals(
    console: Here, me: Reader, first: date | None = None, last: date | None = None, person: Text = ""
) -> SheetBody:
    """Tell who approved what in some days: everybody, or one account by its id."""
    me.require(Permission.READ_AUDIT)
    asked = _span(console, first, last, MONTH)
    with reading(console.office.store) as connection:
        return _body(approved(connection, console.office, asked, person or None))


def sample(
    console: Here, me: Reader, seed: Text, first: date | None = None, last: date | None = None
) -> SheetBody:
    """Draw a week and openings from it; the same seed gives the same ones."""
    me.require(Permission.READ_AUDIT)
    asked = _span(console, first, last, QUARTER)
    with reading(console.office.store) as connection:
        return _body(sampled(connection, console.office, Draw(seed, asked)))


def unlike(
    console: Here,
    me: Reader,
    first: date | None = None,
    last: date | None = None,
    only: Detector | None = None,
) -> SheetBody:
    """Tell what is unlike the rest in some days, with the reason, and the openings nothing explains."""
    me.require(Permission.READ_AUDIT)
    asked = SignQuestion(_span(console, first, last, WEEK), only, passages.MOST)
    with reading(console.office.store) as connection:
        return _body(signs(connection, console.office, asked))

"""Data taken away by programs: a file as on the page, and the record that says what it came to."""

from dataclasses import dataclass
from datetime import date
from typing import assert_never

from fastapi import Request, Response

from review.access import Permission, Refused
from review.case import CaseState
from review.export.taking import allowed, take
from review.export.wanted import (
    AccessWanted,
    CasesWanted,
    EventsWanted,
    Form,
    ProofWanted,
    Subject,
    TrailWanted,
    Wanted,
    Which,
)
from review.office import Office
from review.store import exports
from review.store.exports import Export
from review.store.transaction import reading
from review.visits import Window
from review.web.api_acts import STRICT
from review.web.api_errors import Problem
from review.web.console import Here
from review.web.export_form import TEXT, days
from review.web.giving import Giving
from review.web.tokens import Reader, Writer
from review.web.visitor import Forbidden, NotFound, plain
from review.workflow.documents import base_address

MOST = 200
"""How many records one answer gives."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportBody:
    """What to take away: ``first`` and ``last`` are local days, both included; empty restricts nothing.

    ``last`` is today where it is not named, ``first`` thirty days before. A field that the subject does not
    know is not looked at.
    """

    __pydantic_config__ = STRICT
    subject: Subject
    form: Form = Form.CSV
    first: date | None = None
    last: date | None = None
    which: Which = Which.ALL
    door: str = ""
    holder: str = ""
    named: str = ""
    unit: str = ""
    card: str = ""
    case: str = ""
    procedure: str = ""
    state: CaseState | None = None


@dataclass(frozen=True, slots=True)
class ExportedBody:
    """The record of a file: ``sha256`` is of all its bytes, ``content`` of its rows as CSV."""

    code: str
    person: str
    subject: str
    form: str
    asked: str
    state: str
    rows: int
    size: int
    sha256: str | None
    content: str | None
    begun: int
    ended: int | None


@dataclass(frozen=True, slots=True)
class ExportsBody:
    """Records, the newest first."""

    exports: tuple[ExportedBody, ...]


def give(console: Here, me: Writer, request: Request, body: ExportBody) -> Response:
    """Give a file away; the header Akses-Ekspor names its record."""
    refused = allowed(me.person, body.subject)
    if refused is not None:
        raise Forbidden(refused.why)
    office = console.office
    first, last = ("" if day is None else day.isoformat() for day in (body.first, body.last))
    span = days(first, last, office.today())
    if span.fault:
        raise Problem(422, span.fault, {"last" if body.first is None else "first": span.fault})
    wanted = _wanted(body, span.window(office.zone()), office)
    form = Form.ZIP if body.subject is Subject.PROOF else body.form
    taken = take(office, me.person, wanted, form, base_address(office, str(request.base_url)))
    if isinstance(taken, Refused):
        raise Problem(409, taken.why)
    return Giving(taken)


def _wanted(body: ExportBody, window: Window, office: Office) -> Wanted:
    door, named, unit = (plain(text)[:TEXT] for text in (body.door, body.named, body.unit))
    match body.subject:
        case Subject.EVENTS:
            ids = {"holder": body.holder, "card": body.card, "case": body.case}
            ids = {name: plain(text)[:TEXT] for name, text in ids.items()}
            return EventsWanted(window.begins, window.ends, body.which, door, named=named, unit=unit, **ids)
        case Subject.ACCESS:
            return AccessWanted(min(window.ends - 1, office.clock()), door, named, unit)
        case Subject.CASES:
            procedure = plain(body.procedure)[:TEXT]
            return CasesWanted(window.begins, window.ends, procedure, body.state, named, unit)
        case Subject.TRAIL:
            return TrailWanted(window.begins, window.ends, named)
        case Subject.PROOF:
            return ProofWanted(window.begins, window.ends, door)
        case _:
            assert_never(body.subject)


def listed(console: Here, me: Reader) -> ExportsBody:
    """Give the newest records: one's own, or everybody's to whoever may read the audit."""
    me.require(Permission.EXPORT)
    whose = None if me.holds(Permission.READ_AUDIT) else me.person.id
    with reading(console.office.store) as connection:
        found = exports.newest(connection, whose, MOST)
    return ExportsBody(tuple(map(_body, found)))


def one(console: Here, me: Reader, code: str) -> ExportedBody:
    """Give the record of one file."""
    me.require(Permission.EXPORT)
    with reading(console.office.store) as connection:
        found = exports.find(connection, code)
    if found is None or not (me.holds(Permission.READ_AUDIT) or found.person == me.person.id):
        raise NotFound
    return _body(found)


def _body(export: Export) -> ExportedBody:
    return ExportedBody(
        export.code,
        export.person,
        export.subject,
        export.form,
        export.asked,
        export.state.value,
        export.rows,
        export.size,
        export.sha256,
        export.content,
        export.begun,
        export.ended,
    )

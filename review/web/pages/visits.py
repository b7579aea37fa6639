"""Pages of visits: who is expected, inside, or too long inside; one visit; the visit log to take away."""

from typing import Annotated

from fastapi import Query
from fastapi.responses import RedirectResponse, Response

from review.access import Permission, Refused, may
from review.office import Office
from review.store.transaction import reading, writing
from review.visits.listing import STATE_WORDS, TAB_WORDS, Tab
from review.web.console import Console, Here
from review.web.screen import page
from review.web.span import Days, days
from review.web.visitbook import book, open_visit, span_text
from review.web.visitor import Forbidden, Form, Me, NotFound, Visitor
from review.workflow import visit_log

MONTH = 30

Text = Annotated[str, Query(max_length=20)]


def visits_page(console: Here, me: Me, tampil: Text = "", dari: Text = "", sampai: Text = "") -> Response:
    """Show one list of visits."""
    me.require(Permission.READ_OWN)
    office = console.office
    tab = Tab(tampil) if tampil in set(Tab) else Tab.TODAY
    asked = days(dari, sampai, office.today(), MONTH)
    with reading(office.store) as connection:
        shown = book(connection, office, me.person, tab, asked)
    return page(
        console,
        "kunjungan.html",
        me,
        book=shown,
        tabs=TAB_WORDS,
        states=STATE_WORDS,
        span_text=span_text,
        may_log=me.holds(Permission.READ_VISITS),
        may_issue=me.holds(Permission.ISSUE),
    )


def visit_page(console: Here, me: Me, visit: str) -> Response:
    """Show one visit, by its own id or that of its case."""
    with reading(console.office.store) as connection:
        view = open_visit(connection, console.office, visit)
    if view is None:
        raise NotFound
    allowed = [
        may(me.person, Permission.READ_CASES, file.case.applicant)
        for file in (view.file, view.parent)
        if file is not None
    ]
    refused = [one for one in allowed if isinstance(one, Refused)]
    if len(refused) == len(allowed):
        raise Forbidden(refused[0].why)
    return page(
        console,
        "kunjungan_satu.html",
        me,
        view=view,
        states=STATE_WORDS,
        span_text=span_text,
        may_events=me.holds(Permission.READ_DOORS),
        may_cards=me.holds(Permission.READ_CARDS),
    )


def take_log(console: Here, me: Me, form: Form) -> Response:
    """Give the visit log of some days: as CSV, or issued as a document for printing, as PDF, for signing."""
    me.require(Permission.READ_VISITS)
    office = console.office
    asked = days(form.one("dari"), form.one("sampai"), office.today(), MONTH)
    return _table(office, asked) if form.one("bentuk") == "csv" else _issued(console, me, asked)


def _table(office: Office, asked: Days) -> Response:
    with reading(office.store) as connection:
        rows = visit_log.lines(connection, office, asked.window(office.zone()))
    named = f'attachment; filename="buku-kunjungan-{asked.first}-{asked.last}.csv"'
    return Response(visit_log.as_csv(rows), media_type="text/csv", headers={"Content-Disposition": named})


def _issued(console: Console, me: Visitor, asked: Days) -> Response:
    me.require(Permission.ISSUE)
    office = console.office
    with writing(office.store) as connection:
        made = visit_log.issue(connection, office, asked.window(office.zone()), me.person.id)
    if isinstance(made, Refused):
        return page(console, "tolak.html", me, 409, sentence=made.why, code=409)
    return RedirectResponse(f"/dokumen/{made.code}", 303)

"""Pages of reports: pictures of a month, a quarter or a year with their tables, printed and as PDF."""

from typing import Annotated

from fastapi import Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from review.access import Permission
from review.documents import printing
from review.documents.copies import Copy
from review.documents.pdf import pdf
from review.documents.pictured import table
from review.drawing import Paper
from review.pictures.album import Album, Shown
from review.pictures.period import Period, month_of, offered, period, quarter_of
from review.store.transaction import reading, writing
from review.web.console import Console, Here
from review.web.pages.documents import PAPERS, Size
from review.web.screen import page
from review.web.visitor import Form, Me, NotFound, Visitor
from review.workflow import reporting

Asked = Annotated[str, Query(alias="masa", max_length=8)]

NEEDS = {
    Album.DOORS: Permission.READ_DOORS,
    Album.STEPS: Permission.READ_CASES,
    Album.REGISTRY: Permission.READ_DOORS,
}
"""What each report asks of its reader; it names units and officials' posts, never a person."""

NAMES = {
    Album.DOORS: "Lalu lintas pintu",
    Album.STEPS: "Kepatuhan SOP",
    Album.REGISTRY: "Penyebaran registri",
}
LONG = 14
"""A table of more rows is folded on the screen; on paper it never is."""


def reports_page(me: Me) -> Response:
    """Lead to the first report."""
    me.require(NEEDS[Album.DOORS])
    return RedirectResponse(f"/laporan/{Album.DOORS}", 303)


def report_page(console: Here, me: Me, album: str, masa: Asked = "") -> Response:
    """Show one report."""
    shown = _shown(console, me, album, masa)
    names = [(one, NAMES[one]) for one in Album if me.holds(NEEDS[one])]
    return page(
        console,
        "laporan.html",
        me,
        shown=shown,
        names=names,
        offered=_offered(console, shown.period),
        unknown=bool(masa) and period(masa) is None,
        long=LONG,
        may_issue=me.holds(Permission.ISSUE),
        drawn=printing.drawn,
        table=table,
    )


def _offered(console: Console, asked: Period) -> tuple[Period, ...]:
    known = offered(console.office.today())
    return known if asked in known else (asked, *known)


def _shown(console: Console, me: Visitor, album: str, masa: str) -> Shown:
    """Read a report.

    Raises:
        NotFound: There is no such report.
        Forbidden: The visitor may not read it.
    """
    if album not in set(Album):
        raise NotFound
    one = Album(album)
    me.require(NEEDS[one])
    today = console.office.today()
    asked = period(masa) or (quarter_of(today) if one is Album.STEPS else month_of(today))
    with reading(console.office.store) as connection:
        return reporting.show(connection, console.office, one, asked)


def print_page(console: Here, me: Me, album: str, masa: Asked = "", kertas: Size = "a4") -> Response:
    """Print a report on A4 or F4."""
    copy = _copy(console, _shown(console, me, album, masa))
    return HTMLResponse(printing.page(copy, PAPERS.get(kertas, Paper.A4)))


def as_pdf(console: Here, me: Me, album: str, masa: Asked = "", kertas: Size = "a4") -> Response:
    """Give a report as PDF."""
    shown = _shown(console, me, album, masa)
    body = pdf(_copy(console, shown), PAPERS.get(kertas, Paper.A4))
    name = f"laporan-{shown.album}-{shown.period.name}.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(body, media_type="application/pdf", headers=headers)


def issue(console: Here, me: Me, album: str, form: Form) -> Response:
    """Issue a report as it is now, and lead to it."""
    shown = _shown(console, me, album, form.one("masa"))
    me.require(Permission.ISSUE)
    with writing(console.office.store) as connection:
        made = reporting.issue(connection, console.office, shown, me.person.id)
    return RedirectResponse(f"/dokumen/{made.code}", 303)


def _copy(console: Console, shown: Shown) -> Copy:
    with reading(console.office.store) as connection:
        return Copy(reporting.sheet(connection, console.office, shown))

"""Pages for everyone in a case: the desk with what waits, the request form, the case and its answers."""

from collections.abc import Mapping, Sequence

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from review.access import Permission, Refused
from review.case import Answer, choices
from review.form import Faulty
from review.store import cases, papers
from review.store.transaction import reading
from review.web.casebook import open_case, turn_title
from review.web.console import Console, Here
from review.web.fields import rendered
from review.web.pages.keys import touched
from review.web.screen import page
from review.web.visitor import Forbidden, Form, Me, Visitor
from review.workflow.answering import answer
from review.workflow.approval import Hand, offer
from review.workflow.opening import access_form, open_access_case


def home(console: Here, me: Me) -> Response:
    """Show what waits for this person, their messages, and the cases they may see."""
    with reading(console.office.store) as connection:
        running = cases.running(connection)
        mine = None if me.holds(Permission.READ_CASES) else me.person.id
        listed = cases.newest(connection, mine)
        inbox = papers.notices(connection, me.person.id)
    waiting = [(file, choices(file.case, me.person)) for file in running]
    return page(
        console,
        "beranda.html",
        me,
        waiting=[(file, offered) for file, offered in waiting if offered],
        listed=[(file, turn_title(file.case)) for file in listed],
        inbox=inbox,
    )


def new_request_page(console: Here, me: Me) -> Response:
    """Show form F01, empty."""
    me.require(Permission.APPLY)
    return _request_form(console, me, None, {}, 200)


def _request_form(
    console: Console,
    me: Visitor,
    given: Mapping[str, Sequence[str]] | None,
    faults: Mapping[str, str],
    status: int,
) -> Response:
    form = access_form(console.office)
    shown = rendered(form, given, faults)
    return page(console, "permohonan_baru.html", me, status, form=form, shown=shown, faults=faults)


def new_request(console: Here, me: Me, form: Form) -> Response:
    """Open a case from a filled F01, or show it again with a sentence at each fault."""
    me.require(Permission.APPLY)
    opened = open_access_case(console.office, me.person, form.fields)
    if isinstance(opened, Refused):
        raise Forbidden(opened.why)
    if isinstance(opened, Faulty):
        return _request_form(console, me, form.fields, opened.faults, 422)
    return RedirectResponse(f"/permohonan/{opened}", 303)


def case_page(request: Request, console: Here, me: Me, case: str) -> Response:
    """Show one case."""
    return _case(request, console, me, case, "")


def _case(request: Request, console: Console, me: Visitor, case: str, refusal: str) -> Response:
    view = open_case(console.office, me.person, case)
    signs = any(choice.signs for choice in view.choices)
    asked = offer(console.office, view.file, me.person, request.headers.get("host", "")) if signs else None
    status = 403 if refusal else 200
    return page(console, "permohonan.html", me, status, view=view, offer=asked, refusal=refusal)


def answer_step(request: Request, console: Here, me: Me, form: Form, case: str) -> Response:
    """Take an answer to the case's present step."""
    open_case(console.office, me.person, case)
    attempt = form.one("attempt")
    verdict = Answer(
        form.one("step"),
        int(attempt) if attempt.isascii() and attempt.isdigit() and len(attempt) < 6 else 0,  # noqa: PLR2004 - digits
        form.one("pilihan"),
        form.one("catatan"),
    )
    done = answer(console.office, me.person, case, verdict, Hand(form.one("frasa"), touched(form)))
    if isinstance(done, Refused):
        return _case(request, console, me, case, done.why)
    return RedirectResponse(f"/permohonan/{case}", 303)

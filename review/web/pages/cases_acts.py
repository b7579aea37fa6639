"""What is done to a case besides answering its step: withdrawal, correction, queue, appointment."""

from collections.abc import Callable

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from review.access import Refused
from review.web.casebook import open_case
from review.web.casework import PERSON
from review.web.casework_typed import words
from review.web.console import Console, Here
from review.web.pages.cases import show
from review.web.visitor import Form, Me, Visitor
from review.workflow.answering import correct_row, look_again, take_back
from review.workflow.bookkeeping import appoint


def withdraw_case(request: Request, console: Here, me: Me, form: Form, case: str) -> Response:
    """End a case because its applicant takes the request back."""
    why = words(form.one("alasan"))
    return _done(request, console, me, case, lambda: take_back(console.office, me.person, case, why))


def correct(request: Request, console: Here, me: Me, form: Form, case: str) -> Response:
    """Add a correction to a row of the history."""
    row, note = form.one("baris"), words(form.one("koreksi"))
    position = int(row) if row.isascii() and row.isdigit() and len(row) < 6 else -1  # noqa: PLR2004 - digits
    return _done(
        request, console, me, case, lambda: correct_row(console.office, me.person, case, position, note)
    )


def resume_case(request: Request, console: Here, me: Me, _form: Form, case: str) -> Response:
    """Take a case out of the queue, because a place may be free."""
    if not open_case(console.office, me.person, case).choices:
        why = "Hanya petugas yang mencari tempat untuk permohonan ini yang dapat melanjutkannya dari antrean."
        return show(request, console, me, case, why, 403)
    return _done(request, console, me, case, lambda: look_again(console.office, me.person, case))


def appoint_person(request: Request, console: Here, me: Me, form: Form, case: str) -> Response:
    """Name who is to do what was assigned last."""
    to = form.one("petugas") if PERSON.fullmatch(form.one("petugas")) else ""
    return _done(request, console, me, case, lambda: appoint(console.office, me.person, case, to))


def _done(request: Request, console: Console, me: Visitor, case: str, act: Callable[[], object]) -> Response:
    """Do it for somebody who may read the case, and show the case, with the refusal if there is one."""
    open_case(console.office, me.person, case)
    done = act()
    if isinstance(done, Refused):
        return show(request, console, me, case, done.why, 403)
    return RedirectResponse(f"/permohonan/{case}", 303)

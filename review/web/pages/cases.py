"""The page of a case: its step with its form, and the answers to it."""

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from card_registry.words import CaseId
from review.access import Permission, Refused
from review.case import Answer
from review.form import Faulty
from review.people import SYSTEM
from review.procedure import END
from review.retention import Kind
from review.store import campaigns, retention
from review.store.transaction import reading
from review.web import attachments
from review.web.casebook import CaseView, open_case
from review.web.casework import NOTE, Sent, asking, behalf_of
from review.web.casework_file import file_of
from review.web.casework_typed import typed, words
from review.web.console import Console, Here
from review.web.pages.keys import touched
from review.web.screen import page
from review.web.visitor import Forbidden, LongForm, Me, Posted, Visitor
from review.workflow import filling, propagating
from review.workflow.answering import Act, act
from review.workflow.approval import Hand, offer

UNCHOSEN = "Pilih jawaban dengan menekan salah satu tombol di bawah isian."


def case_page(request: Request, console: Here, me: Me, case: str) -> Response:
    """Show one case; who sees of a review only the rows of their unit is led to these."""
    try:
        return show(request, console, me, case, "", 200)
    except Forbidden:
        with reading(console.office.store) as connection:
            sums = campaigns.standing(connection, CaseId(case))
        if me.person.unit.casefold() not in sums.units:
            raise
        return RedirectResponse(f"/review/{case}", 303)


def show(
    request: Request,
    console: Console,
    me: Visitor,
    case: str,
    refusal: str,
    status: int,
    sent: Sent | None = None,
) -> Response:
    """Show a case, with what was typed where something is wrong with it."""
    office = console.office
    view = open_case(office, me.person, case)
    kept = sent if sent is not None and _is_present(view, sent.posted) else None
    with reading(office.store) as connection:
        asked = asking(connection, office, view.case, me.person, kept)
        file = file_of(connection, office, me.person, view)
        enclosed = attachments.of_case(connection, me.person, view.file)
        reached = propagating.everything(connection, office, view.case.id)
        reviews = campaigns.find(connection, view.case.id) is not None
        purge = retention.number_of(connection, Kind.CASES, view.case.id)
    signs = any(choice.signs for choice in asked.choices)
    offered = offer(office, view.file, me.person, request.headers.get("host", "")) if signs else None
    return page(
        console,
        "permohonan.html",
        me,
        status,
        view=view,
        asked=asked,
        file=file,
        offer=offered,
        refusal=refusal,
        purge=purge,
        may_see_purge=me.holds(Permission.READ_RETENTION),
        attachments=enclosed,
        reached=reached,
        reviews=reviews,
        system=SYSTEM,
    )


def _is_present(view: CaseView, form: Posted) -> bool:
    """Say whether something was typed at the attempt that is open now, not at one answered meanwhile."""
    verdict = _verdict(form)
    case = view.case
    return case.step != END and (verdict.step, verdict.attempt) == (case.step, case.attempt)


def answer_step(request: Request, console: Here, me: Me, form: LongForm, case: str) -> Response:
    """Take an answer to the case's present step, with its form."""
    view = open_case(console.office, me.person, case)
    sent = _sent(console, view, form)
    if sent.typed.growing:
        return show(request, console, me, case, "" if form.one("tambah") else UNCHOSEN, 200, sent)
    behalf = behalf_of(console.office, form)
    if isinstance(behalf, Refused):
        return show(request, console, me, case, behalf.why, 422, sent)
    hand = Hand(form.one("frasa"), touched(form))
    said = Act(_verdict(form), hand, sent.typed.given, behalf)
    done = act(console.office, me.person, case, said)
    if isinstance(done, Faulty):
        return show(request, console, me, case, "", 422, Sent(form, sent.typed, done.faults))
    if isinstance(done, Refused):
        return show(request, console, me, case, done.why, 403, sent)
    return RedirectResponse(f"/permohonan/{case}", 303)


def _sent(console: Console, view: CaseView, form: Posted) -> Sent:
    """Read what was sent against the form of the step as it is now."""
    paper = None
    if view.choices:
        with reading(console.office.store) as connection:
            paper = filling.paper(connection, console.office, view.case)
    return Sent(form, typed(paper, form))


def _verdict(form: Posted) -> Answer:
    attempt = form.one("attempt")
    number = int(attempt) if attempt.isascii() and attempt.isdigit() and len(attempt) < 6 else 0  # noqa: PLR2004 - digits
    return Answer(form.one("step"), number, form.one("pilihan"), words(form.one(NOTE)))

"""Pages to open a case: choose a procedure, fill its first form, send it."""

from dataclasses import dataclass

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from review.access import Refused
from review.case import begin, choices
from review.form import Faulty
from review.office import Office
from review.paperwork import fills, named
from review.people import Person
from review.procedure import Procedure, Step, natural
from review.shelf import forms
from review.store.transaction import reading
from review.web.casework import NOTE, NOTHING, Sent, asking, behalf_of
from review.web.casework_typed import Given, typed, words
from review.web.console import Console, Here
from review.web.screen import page
from review.web.visitor import Forbidden, LongForm, Me, NotFound, Posted, Visitor
from review.workflow.opening import BLANK, Beginning, first_paper, open_case

REPORT = ("pemegang", "kartu", "alasan", "sifat", "hubungan", "tgl_efektif", "keadaan_kartu")
LINKED, LONGEST = ("induk", *REPORT), 40
"""The fields that a link may fill (the case of a visit; whose right or card is lost), and their longest."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A procedure that somebody may open: its first step, and the forms that it will ask them for."""

    table: Procedure
    first: Step
    asks: tuple[str, ...]
    records: bool


def choose(console: Here, me: Me) -> Response:
    """Show the procedures that this person may open, and what each will ask."""
    offers = _offers(console.office, me.person)
    if not offers:
        raise Forbidden("Tidak ada prosedur yang dapat Anda mulai dengan peran Anda saat ini.")
    return page(console, "permohonan_baru.html", me, offers=offers)


def _offers(office: Office, person: Person) -> list[Offer]:
    found = []
    for table in sorted(office.procedures.values(), key=lambda one: natural(one.id)):
        offered = choices(begin(BLANK, table, office.clock()), person)
        if offered:
            first = table.step(table.start)
            found.append(Offer(table, first, _asks(first), offered[0].recorded))
    return found


def _asks(first: Step) -> tuple[str, ...]:
    """Name the forms that the first step's actor has a part in."""
    shelf, codes = forms(), list(dict.fromkeys(code for code, _ in named(first)))
    return tuple(
        f"{code} {shelf[code].title}"
        for code in codes
        if code in shelf and any(fills(first.role, part) for part in shelf[code].parts)
    )


def form_page(request: Request, console: Here, me: Me, procedure: str) -> Response:
    """Show the form that opens a procedure, as far as it is filled by itself or by the link to it."""
    said = {name: request.query_params.get(name, "")[:LONGEST] for name in LINKED}
    hints = {name: [text] for name, text in said.items() if text}
    return _form(console, me, _table(console.office, procedure), hints=hints or NOTHING)


def _table(office: Office, id: str) -> Procedure:
    if id not in office.procedures:
        raise NotFound
    return office.procedures[id]


def _form(
    console: Console,
    me: Visitor,
    table: Procedure,
    sent: Sent | None = None,
    refusal: str = "",
    status: int = 200,
    hints: Given = NOTHING,
) -> Response:
    office = console.office
    case = begin(BLANK, table, office.clock())
    with reading(office.store) as connection:
        asked = asking(connection, office, case, me.person, sent, hints)
    if not asked.choices:
        raise Forbidden(_nobodys(table, me.person))
    step = table.step(table.start)
    values = {"table": table, "step": step, "asked": asked, "refusal": refusal}
    return page(console, "permohonan_isi.html", me, status, **values)


def _nobodys(table: Procedure, person: Person) -> str:
    """Say who may open a procedure, to somebody who may not."""
    first = table.step(table.start)
    titles = ", ".join(table.title_of(role) for role in (first.role, *first.recorders))
    held = person.title() or "tanpa peran"
    return f"Sebagai {held}, Anda tidak dapat memulai prosedur ini. Yang dapat memulainya: {titles}."


def open_new(console: Here, me: Me, form: LongForm, procedure: str) -> Response:
    """Open a case from what was filled, or show it again with a sentence at each fault."""
    office, table = console.office, _table(console.office, procedure)
    sent = Sent(form, typed(first_paper(office, table.id), form))
    if sent.typed.growing:
        return _form(console, me, table, sent)
    behalf = behalf_of(office, form)
    if isinstance(behalf, Refused):
        return _form(console, me, table, sent, behalf.why, 422)
    beginning = Beginning(table.id, sent.typed.given, _label(table, form), words(form.one(NOTE)), behalf)
    opened = open_case(office, me.person, beginning)
    if isinstance(opened, Faulty):
        return _form(console, me, table, Sent(form, sent.typed, opened.faults), "", 422)
    if isinstance(opened, Refused):
        return _form(console, me, table, sent, opened.why, 403)
    return RedirectResponse(f"/permohonan/{opened}", 303)


def _label(table: Procedure, form: Posted) -> str:
    """Give the answer that was pressed; where the first step knows one only, sending the form is it."""
    branches = table.step(table.start).branches
    return form.one("pilihan") or (branches[0].label if len(branches) == 1 else "")

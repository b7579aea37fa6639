"""Pages that list cases: what waits for somebody at their desk, and everything they may see."""

from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import Response

from review.access import Permission
from review.case import CaseState
from review.procedure import natural
from review.store import cases, inbox
from review.store.transaction import reading
from review.web.casework_list import Query, View, listing, query_of
from review.web.console import Here
from review.web.screen import page
from review.web.visitor import Me
from review.workflow.emergency_minutes import unfinished

NEWS = 5
"""How many unread messages stand on the first page."""

STATES = {
    CaseState.RUNNING: "Berjalan",
    CaseState.WAITING: "Menunggu pintu",
    CaseState.QUEUED: "Antre tempat",
    CaseState.CLOSED: "Selesai",
}
"""The states of a case, as a list names them."""

VIEWS = ((View.ALL, "Semua"), (View.TURN, "Menunggu saya"), (View.MINE, "Saya ajukan"))
OWN = ((View.ALL, "Permohonan saya"), (View.TURN, "Menunggu saya"))
"""The lists that are offered to whoever may read all cases, and to whoever reads only the own."""


def home(console: Here, me: Me) -> Response:
    """Show what waits for this person, their unread messages, and their newest cases."""
    office = console.office
    mine = View.ALL if me.holds(Permission.READ_CASES) else View.MINE
    with reading(office.store) as connection:
        waiting = listing(connection, office, me.person, Query(View.TURN))
        newest = listing(connection, office, me.person, Query(mine))
        emergencies = unfinished(connection) if mine is View.ALL else ()
        messages = [one for one in inbox.messages(connection, me.person.id, 50) if one.seen is None]
    return page(
        console,
        "beranda.html",
        me,
        emergencies=emergencies,
        waiting=waiting,
        newest=newest,
        messages=messages[:NEWS],
        may_apply=me.holds(Permission.APPLY),
        states=STATES,
    )


def list_page(request: Request, console: Here, me: Me) -> Response:
    """Show the cases that were asked for, page by page."""
    me.require(Permission.READ_OWN)
    office, query = console.office, query_of(request.query_params)
    with reading(office.store) as connection:
        found = listing(connection, office, me.person, query)
        kinds = cases.procedures(connection)
    return page(
        console,
        "permohonan_daftar.html",
        me,
        query=query,
        found=found,
        kinds=sorted(kinds, key=natural),
        tables=office.procedures,
        states=STATES,
        may_apply=me.holds(Permission.APPLY),
        views=VIEWS if me.holds(Permission.READ_CASES) else OWN,
        address=lambda **changed: f"/permohonan?{urlencode(query.terms(**changed))}",
    )

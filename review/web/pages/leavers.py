"""Who leaves, and which removals the program proposed because of it or by itself."""

from typing import Annotated

from fastapi import Depends, HTTPException, Request
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import UploadFile

from review.access import Permission, Refused
from review.form import Faulty
from review.leaving import EXPLAINED, OUT, WORDS
from review.roster import Finding
from review.store import departures, people
from review.store.transaction import reading
from review.web import csrf
from review.web.console import Console, Here
from review.web.screen import page
from review.web.visitor import SESSION, Forbidden, Form, Me, Visitor
from review.workflow import departing
from review.workflow.departing import Wanted

MOST_FILE = 2_000_000
"""The largest list of staff, in bytes: some twenty thousand people."""

TOO_LARGE = f"Berkas lebih besar dari {MOST_FILE // 1_000_000} MB. Bagi berkas menjadi beberapa bagian."
BLANK = Wanted("", "", "", "")


def leavers_page(console: Here, me: Me) -> Response:
    """Show who leaves, what was proposed, and the rules."""
    return _shown(console, me, BLANK, {})


def enter(console: Here, me: Me, form: Form) -> Response:
    """Enter that somebody leaves."""
    wanted = Wanted(*(form.one(name) for name in ("pemegang", "jenis", "efektif", "dasar")))
    done = departing.enter(console.office, me.person, wanted)
    if isinstance(done, Refused):
        raise Forbidden(done.why)
    if isinstance(done, Faulty):
        return _shown(console, me, wanted, dict(done.faults))
    return RedirectResponse("/kepegawaian", 303)


async def _sent(request: Request) -> bytes:
    """Read the list that was sent.

    Raises:
        Forbidden: The form did not come from our own pages.
        HTTPException: The list is too large.
    """
    async with request.form(max_files=1, max_fields=2) as form:
        token = str(form.get(csrf.FIELD))
        if not csrf.is_ours(request.cookies.get(SESSION, ""), token, request.headers):
            raise Forbidden(csrf.STRANGE)
        file = form.get("daftar")
        body = await file.read(MOST_FILE + 1) if isinstance(file, UploadFile) else b""
    if len(body) > MOST_FILE:
        raise HTTPException(413, TOO_LARGE)
    return body


Sent = Annotated[bytes, Depends(_sent)]


def compare(console: Here, me: Me, sent: Sent) -> Response:
    """Compare a list of staff with the holders, and offer each finding to be entered."""
    found = departing.against(console.office, me.person, sent)
    if isinstance(found, Refused):
        me.require(Permission.RECORD_LEAVER)
        return _shown(console, me, BLANK, {"daftar": found.why})
    return _shown(console, me, BLANK, {}, found)


def take_back(console: Here, me: Me, form: Form) -> Response:
    """Take back that somebody leaves."""
    done = departing.take_back(console.office, me.person, form.one("catatan"))
    if isinstance(done, Refused):
        me.require(Permission.RECORD_LEAVER)
        return _shown(console, me, BLANK, {"": done.why})
    return RedirectResponse("/kepegawaian", 303)


def _shown(
    console: Console,
    me: Visitor,
    typed: Wanted,
    faults: dict[str, str],
    found: tuple[Finding, ...] | None = None,
) -> Response:
    me.require(Permission.READ_CARDS)
    office, may_enter = console.office, me.holds(Permission.RECORD_LEAVER)
    with reading(office.store) as connection:
        entered = departures.listed(connection)
        proposed = departures.proposed(connection)
        names = people.names(connection)
        known = departing.candidates(connection, office.clock()) if may_enter else ()
    return page(
        console,
        "kepegawaian.html",
        me,
        422 if faults else 200,
        entered=entered,
        proposed=proposed,
        names=names,
        known=known,
        kinds=WORDS,
        out=OUT,
        rules=EXPLAINED,
        may_enter=may_enter,
        today=office.today(),
        typed=typed,
        faults=faults,
        found=found,
    )

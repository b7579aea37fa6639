"""Who leaves, and which removals the program proposed because of it or by itself."""

from fastapi.responses import RedirectResponse, Response

from review.access import Permission, Refused
from review.form import Faulty
from review.leaving import EXPLAINED, OUT, WORDS
from review.store import departures, people
from review.store.transaction import reading
from review.web.console import Console, Here
from review.web.screen import page
from review.web.visitor import Forbidden, Form, Me, Visitor
from review.workflow import departing
from review.workflow.departing import Wanted

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


def take_back(console: Here, me: Me, form: Form) -> Response:
    """Take back that somebody leaves."""
    done = departing.take_back(console.office, me.person, form.one("catatan"))
    if isinstance(done, Refused):
        me.require(Permission.RECORD_LEAVER)
        return _shown(console, me, BLANK, {"": done.why})
    return RedirectResponse("/kepegawaian", 303)


def _shown(console: Console, me: Visitor, typed: Wanted, faults: dict[str, str]) -> Response:
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
    )

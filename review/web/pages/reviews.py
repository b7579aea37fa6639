"""Pages of the quarterly review: the campaigns, and one campaign with its rows, answers and decisions."""

from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from card_registry.words import DoorId
from review.access import Permission, Refused
from review.campaign import Change, Outcome, Recommendation, Scope
from review.people import CAPACITY_WORDS
from review.request import ALWAYS, SCHEDULES
from review.store import campaigns, cases, grants
from review.store.transaction import reading
from review.web.console import Console, Here
from review.web.review_query import SHOWN_WORDS, Asked, Shown, asked_of
from review.web.reviewbook import ANSWERS, DECISIONS, view_of
from review.web.screen import page
from review.web.visitor import Form, Me, NotFound, Posted, Visitor
from review.workflow.campaign_minutes import leave_open, take_back_card
from review.workflow.campaign_opening import open_review
from review.workflow.campaign_rows import answer_row, decide_row

TERMS = tuple(Asked("x", "x", "x", "x", "x", 2).terms())
"""What an address may name."""

NO_CHOICE = Refused("Pilih salah satu jawaban.")


def reviews_page(console: Here, me: Me) -> Response:
    """Show every campaign that this person may see, the newest first."""
    return _list(console, me, "")


def _list(console: Console, me: Visitor, refusal: str, form: Posted | None = None) -> Response:
    me.require(Permission.READ_OWN)
    opens = me.holds(Permission.OPEN_REVIEW)
    with reading(console.office.store) as connection:
        living = grants.all_active(connection, console.office.clock()) if opens else ()
        found = []
        for one in campaigns.newest(connection):
            file = cases.load(connection, one.case)
            sums = campaigns.standing(connection, one.case)
            near = me.holds(Permission.READ_CASES) or me.person.unit.casefold() in sums.units
            if file is not None and near:
                found.append((one, file, sums))
    return page(
        console,
        "review_daftar.html",
        me,
        403 if refusal else 200,
        found=found,
        older=len(found) == campaigns.NEWEST,
        opens=opens,
        reads=me.holds(Permission.READ_CASES),
        typed=(lambda _: "") if form is None else form.one,
        units=sorted({one.holder_unit for one in living}, key=str.casefold),
        refusal=refusal,
    )


def open_one(console: Here, me: Me, form: Form) -> Response:
    """Open a review of a unit's or a door's rights, because of an event."""
    scope = Scope(unit=form.one("unit"), door=form.one("pintu"))
    done = open_review(console.office, me.person, scope, form.one("alasan"), form.one("pemegang"))
    if isinstance(done, Refused):
        return _list(console, me, done.why, form)
    return RedirectResponse(f"/review/{done}", 303)


def review_page(request: Request, console: Here, me: Me, case: str) -> Response:
    """Show one campaign."""
    return _review(console, me, case, asked_of(request.query_params), "")


def _review(console: Console, me: Visitor, case: str, asked: Asked, refusal: str, row: str = "") -> Response:
    office = console.office
    with reading(office.store) as connection:
        view = view_of(connection, office, me.person, case, asked)
    if view is None or not (view.total or me.holds(Permission.READ_CASES)):
        raise NotFound
    return page(
        console,
        "review.html",
        me,
        403 if refusal else 200,
        view=view,
        words=SHOWN_WORDS,
        answers=ANSWERS,
        decisions=DECISIONS,
        schedules=SCHEDULES,
        advices=tuple(Recommendation),
        capacities=CAPACITY_WORDS,
        mine=Shown.MINE,
        address=lambda **to: f"/review/{case}?{urlencode(view.asked.terms(**to))}",
        refusal=refusal,
        faulty=row,
    )


def say(console: Here, me: Me, form: Form, case: str, item: str) -> Response:
    """Take an answer to one row, or a decision on it."""
    outcome = form.one("hasil")
    if outcome not in set(Outcome):
        done: object = NO_CHOICE
    elif form.one("sebagai") == "putusan":
        verdict = (Outcome(outcome), form.one("alasan"))
        change = _change(console, form) if outcome == Outcome.CHANGE else None
        done = (
            change
            if isinstance(change, Refused)
            else decide_row(console.office, me.person, (case, item), verdict, change)
        )
    else:
        done = answer_row(console.office, me.person, (case, item), Outcome(outcome), form.one("alasan"))
    asked = asked_of({name: form.one(name) for name in TERMS})
    if isinstance(done, Refused):
        return _review(console, me, case, asked, done.why, item)
    return RedirectResponse(f"/review/{case}?{urlencode(asked.terms())}#butir-{item}", 303)


def _change(console: Console, form: Posted) -> Change | Refused:
    """Read what a right is to be narrowed to."""
    try:
        last = date.fromisoformat(form.one("sampai"))
    except ValueError:
        return Refused("Isi tanggal terakhir berlakunya hak yang diubah.")
    schedule = form.one("jadwal")
    if schedule not in {one.value for one in SCHEDULES}:
        return Refused("Pilih jadwal hak yang diubah.")
    midnight = datetime.combine(last + timedelta(days=1), time(), ZoneInfo(console.office.zone()))
    doors = tuple(DoorId(one) for one in form.fields.get("pintu", ()))
    ends = round(midnight.astimezone(UTC).timestamp() * 1000)
    return Change(doors, None if schedule == ALWAYS else schedule, ends)


def card_back(console: Here, me: Me, form: Form, case: str) -> Response:
    """Note that a card came back, or never will."""
    done = take_back_card(console.office, me.person, (case, form.one("kartu")), form.one("kondisi"))
    if isinstance(done, Refused):
        return _review(console, me, case, Asked(), done.why)
    return RedirectResponse(f"/review/{case}#kartu", 303)


def go_on(console: Here, me: Me, form: Form, case: str) -> Response:
    """Let a review go on although doors have not confirmed."""
    done = leave_open(console.office, me.person, case, form.one("alasan"))
    if isinstance(done, Refused):
        return _review(console, me, case, Asked(), done.why)
    return RedirectResponse(f"/permohonan/{case}", 303)

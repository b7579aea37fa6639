"""The sheet of a review: a unit answers, or a judge decides, many rows in one step."""

from collections.abc import Mapping
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from review.access import Permission, Refused
from review.form import Faulty
from review.store.transaction import reading
from review.web.console import Console, Here
from review.web.review_query import Asked, asked_of
from review.web.reviewsheet import CHOICES, SHARED, As, SheetView, sheet_of, words_of
from review.web.screen import page
from review.web.visitor import LongForm, Me, NotFound, Posted, Visitor
from review.workflow.campaign_rows import answer_rows, decide_rows

NOTHING = Refused(
    "Tidak ada butir yang dipilih. Pilih pada butirnya; kata bersama tidak mencakup butir yang memerlukan "
    "alasan."
)
FAULTS = "Belum ada yang disimpan. Perbaiki butir yang ditandai, lalu kirim lagi."


def sheet_page(request: Request, console: Here, me: Me, case: str) -> Response:
    """Show the rows that wait for this person."""
    given = request.query_params
    return _shown(console, me, case, (_part(given.get("sebagai", "")), asked_of(given)), saved=_saved(given))


def _saved(given: Mapping[str, str]) -> int:
    """Read how many rows were just kept, which the address says after a sheet was taken."""
    text = given.get("tersimpan", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0  # noqa: PLR2004 - digits


def _part(text: str) -> As | None:
    return As(text) if text in set(As) else None


def fill(console: Here, me: Me, form: LongForm, case: str) -> Response:
    """Take a sheet: all of it, or none where a row is to be corrected."""
    part = _part(form.one("sebagai")) or As.UNIT
    asked = asked_of({name: form.one(name) for name in ("unit", "cari", "rekomendasi", "halaman")})
    with reading(console.office.store) as connection:
        words = words_of(connection, case, part, form)
    if not words:
        return _shown(console, me, case, (part, asked), form, NOTHING)
    say = answer_rows if part is As.UNIT else decide_rows
    done = say(console.office, me.person, case, words)
    if isinstance(done, Faulty | Refused):
        return _shown(console, me, case, (part, asked), form, done)
    terms = {**asked.terms(halaman=""), "sebagai": part.value, "tersimpan": str(len(done))}
    return RedirectResponse(f"/review/{case}/lembar?{urlencode(terms)}", 303)


def _refusal(view: SheetView, faults: Mapping[str, str]) -> str:
    """Say that nothing was kept, and what is wrong with rows that do not wait on this sheet any more."""
    shown = {line.kept.id for line in view.lines}
    gone = dict.fromkeys(said for id, said in faults.items() if id not in shown)
    return " ".join((FAULTS, *gone)) if faults else ""


def _shown(
    console: Console,
    me: Visitor,
    case: str,
    wanted: tuple[As | None, Asked],
    form: Posted | None = None,
    wrong: Faulty | Refused | None = None,
    saved: int = 0,
) -> Response:
    with reading(console.office.store) as connection:
        view = sheet_of(connection, me.person, case, *wanted)
    if view is None:
        raise NotFound
    me.require(Permission.READ_OWN)
    part, asked, faults = view.part, view.asked, wrong.faults if isinstance(wrong, Faulty) else {}
    return page(
        console,
        "review_lembar.html",
        me,
        200 if wrong is None else 422,
        view=view,
        saved=saved,
        choices=CHOICES[part],
        shared=SHARED,
        typed=(lambda _: "") if form is None else form.one,
        faults=faults,
        refusal=wrong.why if isinstance(wrong, Refused) else _refusal(view, faults),
        address=lambda **to: f"?{urlencode({'sebagai': part.value, **asked.terms(**to)})}",
    )

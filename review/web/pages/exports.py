"""Pages of data that is taken away: what may be taken, in which form, and the record of what was."""

import re
from typing import Annotated, Any

from fastapi import Query, Request
from fastapi.responses import Response
from sqlalchemy import Connection

from review.access import Permission, Refused
from review.documents.codes import typed as typed_code
from review.export import units
from review.export.taking import allowed, take
from review.export.wanted import ALL_DOORS, WHICH_WORDS, Subject, Which, from_json, told
from review.office import Office
from review.procedure import natural
from review.store import cases, exports, people
from review.store.exports import Export
from review.store.transaction import reading
from review.web.console import Console, Here
from review.web.export_form import FORMS, Present, Typed, days, read
from review.web.giving import Giving
from review.web.pages.cases_list import STATES
from review.web.screen import page
from review.web.visitor import Form, Me, NotFound, Visitor
from review.workflow.documents import base_address

ROWS = 10
"""How many files stand on one page."""

SUBJECTS = {
    Subject.EVENTS: "Peristiwa pintu",
    Subject.ACCESS: "Daftar akses",
    Subject.CASES: "Permohonan",
    Subject.TRAIL: "Jejak audit",
    Subject.PROOF: "Berkas bukti jurnal",
}
FORM_WORDS = {
    "xlsx": "XLSX",
    "csv": "CSV, koma",
    "csv-titik-koma": "CSV, titik koma",
    "pdf": "PDF/A",
    "zip": "ZIP",
}
"""What each form is called where one is chosen."""

USUAL = frozenset({ALL_DOORS, WHICH_WORDS[Which.ALL]})
"""What a record need not say."""

UNKNOWN = "Tidak ada berkas dengan kode atau sidik itu pada catatan konsol ini."
_HASH = re.compile(r"[0-9a-f]{64}")
Text = Annotated[str, Query(max_length=80)]
Number = Annotated[int, Query(ge=1, le=100_000)]


def exports_page(request: Request, console: Here, me: Me, cari: Text = "", halaman: Number = 1) -> Response:
    """Show what may be taken away, and what was."""
    me.require(Permission.EXPORT)
    chosen = request.query_params.get("isi", "")
    subject = Subject(chosen) if chosen in set(Subject) else Subject.EVENTS
    typed = Typed(subject, dict(request.query_params))
    if not cari:
        return _show(console, me, typed, "", halaman)
    with reading(console.office.store) as connection:
        found = tuple(one for one in _found(connection, cari) if _may_see(me, one))
    return _show(console, me, typed, "", halaman, sought=cari, matches=found)


def _found(connection: Connection, text: str) -> tuple[Export, ...]:
    """Give the files that a typed code or hash names."""
    sought = text.strip().lower()
    if _HASH.fullmatch(sought):
        return exports.by_hash(connection, sought)
    code = typed_code(text)
    one = None if code is None else exports.find(connection, code)
    return () if one is None else (one,)


def _may_see(me: Visitor, one: Export) -> bool:
    return me.holds(Permission.READ_AUDIT) or one.person == me.person.id


def _show(  # noqa: PLR0913 - what the page shows besides its form
    console: Console,
    me: Visitor,
    typed: Typed,
    fault: str,
    number: int = 1,
    status: int = 200,
    *,
    sought: str = "",
    matches: tuple[Export, ...] = (),
) -> Response:
    office = console.office
    return page(
        console,
        "ekspor.html",
        me,
        status,
        typed=typed,
        span=days(typed.one("dari"), typed.one("sampai"), office.today()),
        fault=fault,
        subjects={one: words for one, words in SUBJECTS.items() if allowed(me.person, one) is None},
        forms=FORMS,
        form_words=FORM_WORDS,
        which_words=WHICH_WORDS,
        states=STATES,
        all_doors=office.doors,
        matches=[_line(office, one) for one in matches],
        number=number,
        sought=sought,
        unknown=UNKNOWN,
        **_read(office, me, number),
    )


def _read(office: Office, me: Visitor, number: int) -> dict[str, Any]:
    """Read what the page offers to choose from, and one page of records."""
    everybodys = me.holds(Permission.READ_AUDIT)
    with reading(office.store) as connection:
        whose = None if everybodys else me.person.id
        given = exports.newest(connection, whose, ROWS + 1, (number - 1) * ROWS)
        return {
            "names": people.names(connection),
            "units": units.known(connection),
            "kinds": sorted(cases.procedures(connection), key=natural),
            "given": [_line(office, one) for one in given[:ROWS]],
            "more": len(given) > ROWS,
            "everybodys": everybodys,
        }


def _line(office: Office, one: Export) -> tuple[Export, str, tuple[tuple[str, str], ...]]:
    """Give a file with what it is called and what was asked for."""
    subject = Subject(one.subject)
    signs = {str(sign.id): sign.label for sign in office.doors}
    asked = told(from_json(subject, one.asked), signs, office.zone())
    return one, SUBJECTS[subject], tuple(part for part in asked if part[1] not in USUAL)


def take_away(request: Request, console: Here, me: Me, subject: str, form: Form) -> Response:
    """Give a file away, or say on the page why not."""
    me.require(Permission.EXPORT)
    if subject not in set(Subject):
        raise NotFound
    office, typed = console.office, Typed(Subject(subject), {name: form.one(name) for name in form.fields})
    asked = read(typed, present(office))
    if isinstance(asked, str):
        return _show(console, me, typed, asked, status=422)
    base = base_address(office, str(request.base_url))
    taken = take(office, me.person, asked.wanted, asked.form, base)
    if isinstance(taken, Refused):
        status = 409 if allowed(me.person, typed.subject) is None else 403
        return _show(console, me, typed, taken.why, status=status)
    return Giving(taken)


def present(office: Office) -> Present:
    """Give the present moment of an office."""
    return Present(office.clock(), office.today(), office.zone())


def export_page(console: Here, me: Me, code: str) -> Response:
    """Show the record of one file."""
    me.require(Permission.EXPORT)
    known = typed_code(code)
    with reading(console.office.store) as connection:
        one = None if known is None else exports.find(connection, known)
        names = people.names(connection)
    if one is None or not _may_see(me, one):
        raise NotFound
    line = _line(console.office, one)
    shown: dict[str, Any] = {
        "one": one,
        "title": line[1],
        "asked": line[2],
        "names": names,
        "form_words": FORM_WORDS,
    }
    return page(console, "ekspor_satu.html", me, **shown)

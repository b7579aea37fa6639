"""Pages of data protection: rules, dry runs, purges and holds; and what the office has about one person."""

from typing import Annotated, Any
from urllib.parse import urlencode

import msgspec
from fastapi import Query
from fastapi.responses import RedirectResponse, Response

from review.access import Permission, Refused
from review.form import Faulty
from review.retention import LEAST, MOST, Hold, HoldKind, Kind, Rules
from review.retention.words import HOLDS, WORDS
from review.store import cases, people, personal, retention
from review.store.transaction import reading
from review.web.console import Console, Here
from review.web.personal_sheet import lines
from review.web.screen import page
from review.web.visitor import Forbidden, Form, Me, NotFound, Visitor
from review.workflow import personal as rights
from review.workflow import retaining
from review.workflow.personal import Correction, Personal, Subject

HOME = "/pelindungan-data"
NEWEST = 20
"""How many decisions the page shows."""

LEAST_LETTERS = 2

Text = Annotated[str, Query(max_length=120)]
Faults = dict[str, str]

UNCHECKED = "Nyatakan bahwa pratinjau telah diperiksa, lalu hapus."
WRONG = "Setiap aturan harus bilangan bulat bulan di antara batas yang tertulis."


def retention_page(console: Here, me: Me, periksa: Text = "") -> Response:
    """Show rules, holds and decisions; check them all where that is asked for."""
    me.require(Permission.READ_RETENTION)
    checked = retaining.verify(console.office) if periksa else None
    return _home(console, me, {}, {}, checked)


def _home(
    console: Console,
    me: Visitor,
    typed: dict[str, str],
    faults: Faults,
    checked: tuple[str, ...] | None = None,
) -> Response:
    me.require(Permission.READ_RETENTION)
    office = console.office
    with reading(office.store) as connection:
        holds = retention.holds(connection)
        told: dict[str, Any] = {
            "rules": retention.in_force(connection),
            "announced": retention.announcements(connection),
            "holds": [(hold, _named(console, hold)) for hold in holds],
            "decisions": retention.recorded(connection, NEWEST),
            "total": retention.count(connection),
            "broken": retention.broken(connection),
            "names": people.names(connection),
        }
    return page(
        console,
        "pelindungan.html",
        me,
        422 if faults else 200,
        kinds=WORDS,
        least=LEAST,
        most=MOST,
        hold_kinds=HOLDS,
        may_purge=me.holds(Permission.PURGE),
        may_hold=me.holds(Permission.HOLD_DATA),
        may_read=me.holds(Permission.READ_PERSON),
        typed=typed,
        faults=faults,
        checked=checked,
        **told,
    )


def _named(console: Console, hold: Hold) -> str:
    """Say what a hold is on, as people call it."""
    with reading(console.office.store) as connection:
        match hold.kind:
            case HoldKind.HOLDER:
                known = personal.identity(connection, hold.target)
                return hold.target if known is None else known.name
            case HoldKind.CASE:
                return cases.numbers(connection, [hold.target]).get(hold.target, hold.target)
            case HoldKind.DOOR:
                labels = {door.id: door.label for door in console.office.doors}
                return next((label for id_, label in labels.items() if id_ == hold.target), hold.target)
            case HoldKind.EVERYTHING:
                return ""


def change_rules(console: Here, me: Me, form: Form) -> Response:
    """Put other rules in force."""
    me.require(Permission.PURGE)
    try:
        rules = Rules({kind: int(form.one(kind.value)) for kind in Kind})
    except ValueError:
        return _home(console, me, {}, {"aturan": WRONG})
    done = retaining.change(console.office, me.person, rules)
    if isinstance(done, Refused):
        raise Forbidden(done.why)
    return RedirectResponse(HOME, 303)


def preview_page(console: Here, me: Me, jenis: Text = "") -> Response:
    """Show what a purge of one kind would take now, and take nothing."""
    return _preview(console, me, _kind(jenis), "")


def _kind(text: str) -> Kind:
    if text not in set(Kind):
        raise NotFound
    return Kind(text)


def _preview(console: Console, me: Visitor, kind: Kind, fault: str) -> Response:
    me.require(Permission.READ_RETENTION)
    return page(
        console,
        "pelindungan_pratinjau.html",
        me,
        409 if fault else 200,
        kind=kind,
        words=WORDS[kind],
        one=retaining.preview(console.office, kind),
        may_purge=me.holds(Permission.PURGE),
        fault=fault,
    )


def purge(console: Here, me: Me, form: Form) -> Response:
    """Purge what a dry run showed."""
    me.require(Permission.PURGE)
    kind = _kind(form.one("jenis"))
    if form.one("yakin") != "ya":
        return _preview(console, me, kind, UNCHECKED)
    done = retaining.purge(console.office, me.person, kind, form.one("kode"))
    if isinstance(done, Refused):
        return _preview(console, me, kind, done.why)
    return RedirectResponse(f"{HOME}/keputusan/{done[-1].decision.number}", 303)


def decision_page(console: Here, me: Me, number: int) -> Response:
    """Show one decision, as it stands in the chain."""
    me.require(Permission.READ_RETENTION)
    with reading(console.office.store) as connection:
        found = retention.numbered(connection, number) if 0 < number < 2**31 else None
        if found is None:
            raise NotFound
        numbers = cases.numbers(connection, found.decision.cases)
        names = people.names(connection)
    labels = WORDS[found.decision.kind]
    return page(
        console, "pelindungan_keputusan.html", me, one=found, words=labels, numbers=numbers, names=names
    )


def hold(console: Here, me: Me, form: Form) -> Response:
    """Hold data back."""
    typed = {name: form.one(name) for name in ("jenis", "sasaran", "dasar")}
    done = rights.hold(console.office, me.person, typed["jenis"], typed["sasaran"], typed["dasar"].strip())
    if isinstance(done, Refused):
        raise Forbidden(done.why)
    if isinstance(done, Faulty):
        return _home(console, me, typed, dict(done.faults))
    return RedirectResponse(f"{HOME}#tahanan", 303)


def lift(console: Here, me: Me, form: Form) -> Response:
    """Lift a hold."""
    done = rights.lift(console.office, me.person, form.one("tahanan"))
    if isinstance(done, Refused):
        raise Forbidden(done.why)
    return RedirectResponse(f"{HOME}#tahanan", 303)


def people_page(console: Here, me: Me, nama: Text = "") -> Response:
    """Show whom a name may mean."""
    me.require(Permission.READ_PERSON)
    text = nama.strip()
    found: tuple[personal.Match, ...] = ()
    if len(text) >= LEAST_LETTERS:
        with reading(console.office.store) as connection:
            found = personal.search(connection, text)
    return page(console, "pelindungan_cari.html", me, text=text, found=found)


def person_page(console: Here, me: Me, holder: str) -> Response:
    """Show everything about a holder or an account."""
    told = _told(console, me, holder, "data.buka")
    return _person(console, me, told, {}, {})


def _told(console: Console, me: Visitor, holder: str, act: str) -> Personal:
    me.require(Permission.READ_PERSON)
    told = rights.tell(console.office, me.person, holder, act)
    if isinstance(told, Refused):
        raise NotFound
    return told


def _person(console: Console, me: Visitor, told: Personal, typed: dict[str, str], faults: Faults) -> Response:
    with reading(console.office.store) as connection:
        rules = retention.in_force(connection)
    who = {"nama": told.who.name, "unit": told.who.unit, "nip": told.who.nip, "dasar": ""}
    return page(
        console,
        "pelindungan_orang.html",
        me,
        422 if faults else 200,
        told=told,
        lines={one.name: lines(one, console.office.zone()) for one in told.categories},
        until=rights.until_of(console.office, rules, told),
        may_correct=told.subject is Subject.HOLDER and me.holds(Permission.CORRECT_PERSON),
        copy=_copy_of(told),
        may_audit=me.holds(Permission.READ_AUDIT),
        typed=who | typed,
        faults=faults,
    )


def _copy_of(told: Personal) -> str:
    """Give the address of a copy of what a page shows."""
    if told.subject is Subject.GUEST:
        return f"{HOME}/tamu/salinan?{urlencode({'nama': told.who.name})}"
    return f"{HOME}/orang/{told.who.id}/salinan"


def guest_page(console: Here, me: Me, nama: Text = "") -> Response:
    """Show everything about the guests of a name."""
    return _person(console, me, _guest(console, me, nama, "data.buka"), {}, {})


def _guest(console: Console, me: Visitor, name: str, act: str) -> Personal:
    me.require(Permission.READ_PERSON)
    told = rights.tell_guest(console.office, me.person, name, act)
    if isinstance(told, Refused):
        raise NotFound
    return told


def guest_copy(console: Here, me: Me, nama: Text = "") -> Response:
    """Give everything about the guests of a name as a file."""
    return as_file(console, _guest(console, me, nama, "data.salin"))


def correct(console: Here, me: Me, holder: str, form: Form) -> Response:
    """Correct a holder's name, unit and NIP."""
    typed = {name: form.one(name).strip() for name in ("nama", "unit", "nip", "dasar")}
    done = rights.correct(console.office, me.person, holder, _correction(typed))
    if isinstance(done, Refused):
        raise Forbidden(done.why)
    if isinstance(done, Faulty):
        return _person(console, me, _told(console, me, holder, "data.buka"), typed, dict(done.faults))
    return RedirectResponse(f"{HOME}/orang/{holder}", 303)


def _correction(typed: dict[str, str]) -> Correction:
    return Correction(typed["nama"], typed["unit"], typed["nip"], typed["dasar"])


def copy(console: Here, me: Me, holder: str) -> Response:
    """Give everything about a holder as a file."""
    told = _told(console, me, holder, "data.salin")
    return as_file(console, told)


def as_file(console: Console, told: Personal) -> Response:
    """Give a copy of somebody's data as JSON, to be saved."""
    body = msgspec.json.format(msgspec.json.encode(rights.as_copy(console.office, told)))
    name = f"data-pribadi-{told.who.id[:8]}.json"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(body, media_type="application/json", headers=headers)

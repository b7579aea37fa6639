"""The office's days off, a year at a time: from the yearly files, the profile, and the administrator."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from fastapi.responses import RedirectResponse, Response
from sqlalchemy import Connection

from review.access import Permission, Refused
from review.form import Faulty
from review.profile import Hours
from review.store import free_days, profiles
from review.store.transaction import reading
from review.web.console import Console, Here
from review.web.screen import page
from review.web.visitor import Forbidden, Form, Me, Posted, Visitor
from review.workdays import DayKind, FreeDay
from review.workflow import office_calendar
from review.workflow.office_calendar import Wanted

KINDS = {
    DayKind.LOCAL: "Libur daerah",
    DayKind.NATIONAL: "Libur nasional",
    DayKind.LEAVE: "Cuti bersama",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One day of the list: closed or worked after all, and whether the administrator changed it."""

    day: FreeDay
    closed: bool
    changed: bool


def calendar_page(console: Here, me: Me, tahun: str = "") -> Response:
    """Show the days off of one year."""
    known = office_calendar.years(console.office)
    year = next((one for one in known if str(one) == tahun), console.office.today().year)
    return _shown(console, me, year, {}, {})


def close_day(console: Here, me: Me, form: Form) -> Response:
    """Close the office on a day."""
    wanted = Wanted(form.one("tanggal"), form.one("jenis"), form.one("nama"))
    done = office_calendar.close(console.office, me.person, wanted)
    if isinstance(done, Faulty):
        typed = {"tanggal": wanted.day, "jenis": wanted.kind, "nama": wanted.name}
        return _shown(console, me, _year(console, form), typed, done.faults)
    if isinstance(done, Refused):
        raise Forbidden(done.why)
    return RedirectResponse(f"/libur?tahun={done.date.year}", 303)


def close_days(console: Here, me: Me, form: Form) -> Response:
    """Close the office on many days: a whole year's decree, one day a line."""
    text = form.one("daftar")
    done = office_calendar.close_many(console.office, me.person, text)
    if isinstance(done, Faulty):
        return _shown(console, me, _year(console, form), {"daftar": text}, done.faults)
    if isinstance(done, Refused):
        raise Forbidden(done.why)
    return RedirectResponse(f"/libur?tahun={_year(console, form)}", 303)


def change_day(console: Here, me: Me, form: Form) -> Response:
    """Let the office work on a day off, or take an edit back."""
    day, act = form.one("hari"), form.one("ubah")
    work = office_calendar.work if act == "masuk" else office_calendar.restore
    done = work(console.office, me.person, day)
    if isinstance(done, Refused):
        me.require(Permission.CHANGE_CALENDAR)
        return _shown(console, me, _year(console, form), {}, {"": done.why})
    return RedirectResponse(f"/libur?tahun={_year(console, form)}", 303)


def _year(console: Console, form: Posted) -> int:
    known = office_calendar.years(console.office)
    return next((one for one in known if str(one) == form.one("tahun")), console.office.today().year)


def _shown(
    console: Console, me: Visitor, year: int, typed: Mapping[str, str], faults: Mapping[str, str]
) -> Response:
    me.require(Permission.READ_CASES)
    office = console.office
    with reading(office.store) as connection:
        calendar = free_days.calendar(connection, office.zone())
        profile = profiles.in_force(connection)
        lines = tuple(line for line in _lines(connection) if line.day.date.year == year)
    return page(
        console,
        "libur.html",
        me,
        422 if faults else 200,
        year=year,
        years=office_calendar.years(office),
        known=calendar.known(date(year, 1, 1)),
        lines=lines,
        calendar=calendar,
        hours=Hours() if profile is None else profile.hours,
        kinds=KINDS,
        may_change=me.holds(Permission.CHANGE_CALENDAR),
        today=office.today(),
        typed=typed,
        faults=faults,
    )


def _lines(connection: Connection) -> tuple[Line, ...]:
    """Give every day off, and every day that would be one, in order."""
    made = {one.day.date: one for one in free_days.edits(connection)}
    found = {day: Line(free, closed=True, changed=False) for day, free in free_days.given(connection).items()}
    found |= {day: Line(one.day, one.closed, changed=True) for day, one in made.items()}
    return tuple(found[day] for day in sorted(found))

"""Delegations: who stands in for whom, a form for another, and whether the delegate could sign."""

from dataclasses import dataclass

from fastapi.responses import RedirectResponse, Response

from review.access import Permission, Refused
from review.form import Faulty
from review.people import CAPACITY_WORDS, Capacity, Person, Role
from review.store import delegations, people, profiles
from review.store.delegations import Delegation, Standing
from review.store.transaction import reading
from review.web.console import Console, Here
from review.web.screen import page
from review.web.visitor import Forbidden, Form, Me, Visitor
from review.workflow import delegating
from review.workflow.delegating import OUTSIDERS, VACANT, Readiness, Wanted, readiness, roles_of

CAPACITIES = {
    Capacity.DAILY: "Plh. (pelaksana harian): pejabat tetap berhalangan sementara",
    Capacity.ACTING: "Plt. (pelaksana tugas): pejabat tetap berhalangan tetap, atau jabatan kosong",
    Capacity.FOR: "a.n. (atas nama): menandatangani atas nama pejabat yang masih bertugas",
}

GOOD = frozenset({Readiness.READY, Readiness.NOT_NEEDED, Readiness.BY_SESSION})


@dataclass(frozen=True, slots=True)
class Line:
    """One delegation on the page; ``ready`` is only asked of those that run or are to come."""

    one: Delegation
    standing: Standing
    ready: Readiness | None
    may_end: bool


def delegations_page(console: Here, me: Me) -> Response:
    """Show every delegation, and the form."""
    return _shown(console, me, Wanted("", "", "", "", "", "", ""), {})


def delegate(console: Here, me: Me, form: Form) -> Response:
    """Let somebody hold a role for a time."""
    names = ("kepada", "peran", "kedudukan", "digantikan", "mulai", "sampai", "dasar")
    wanted = Wanted(*(form.one(name) for name in names))
    done = delegating.delegate(console.office, me.person, wanted)
    if isinstance(done, Refused):
        raise Forbidden(done.why)
    if isinstance(done, Faulty):
        return _shown(console, me, wanted, dict(done.faults))
    return RedirectResponse("/delegasi", 303)


def end(console: Here, me: Me, form: Form) -> Response:
    """End a delegation before its last day."""
    done = delegating.end(console.office, me.person, form.one("delegasi"))
    if isinstance(done, Refused):
        me.require(Permission.READ_CASES)
        return _shown(console, me, Wanted("", "", "", "", "", "", ""), {"": done.why})
    return RedirectResponse("/delegasi", 303)


def _shown(console: Console, me: Visitor, typed: Wanted, faults: dict[str, str]) -> Response:
    me.require(Permission.READ_CASES)
    office, now = console.office, console.office.clock()
    own = roles_of(me.person) if me.holds(Permission.DELEGATE) else ()
    with reading(office.store) as connection:
        listed = delegations.listed(connection)
        names = people.names(connection)
        titles = profiles.titles(connection)
        staff = [one for one in people.everyone(connection, now) if _stands_in(one, me.person)]
        holders = {role: delegations.holders(connection, role, now) for role in own}
    lines = [_line(console, me, one) for one in listed]
    return page(
        console,
        "delegasi.html",
        me,
        422 if faults else 200,
        lines=sorted(lines, key=lambda line: tuple(Standing).index(line.standing)),
        names=names,
        good=GOOD,
        roles=own,
        holders=holders,
        staff=staff,
        capacities=CAPACITIES,
        words=CAPACITY_WORDS,
        titles=titles,
        vacant=VACANT,
        chooses=Role.ADMIN in me.person.own_roles(),
        today=office.today(),
        typed=typed,
        faults=faults,
    )


def _stands_in(one: Person, me: Person) -> bool:
    return one.id != me.id and bool(one.roles - OUTSIDERS)


def _line(console: Console, me: Visitor, one: Delegation) -> Line:
    standing = one.standing(console.office.clock())
    if standing is Standing.OVER:
        return Line(one, standing, None, may_end=False)
    ready = readiness(console.office, one.person, one.role)
    return Line(one, standing, ready, may_end=delegating.may_end(me.person, one))

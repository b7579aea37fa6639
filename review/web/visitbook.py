"""Visits as their pages show them: lists by what people look for, and one visit with all that is known."""

from dataclasses import dataclass, replace

from sqlalchemy import Connection

from review.access import Permission, Refused, may
from review.documents.layout import Facts
from review.documents.showing import blocks
from review.office import Office
from review.people import Person
from review.projection import local_time
from review.shelf import forms
from review.store import cards, cases, occurrences, papers, people, visits
from review.store.cards import CardRow
from review.store.cases import CaseFile
from review.store.occurrences import Question
from review.visits import Item, Visit, VisitState, Window, check
from review.visits.listing import Tab, belongs, late
from review.web.happenings import Happening, happenings
from review.web.span import Days, days

FORM = "F13"
ELSEWHERE = frozenset({"kartu_tamu", "perangkat_keluar"})
"""Fields of F13 that stand on the page at a place of their own."""

TAPS = 200


@dataclass(frozen=True, slots=True)
class Row:
    """One visit in a list; ``late`` is by how long (milliseconds) its guests stay or stayed too long."""

    visit: Visit
    number: str
    parent: str
    escort: str
    late: int | None

    @property
    def place(self) -> str:
        """Give what its page is addressed by."""
        return self.visit.case or self.visit.id

    def guests(self) -> str:
        """Name the guests with where they are from."""
        named = [f"{one.name} ({one.agency})" if one.agency else one.name for one in self.visit.plan.guests]
        return ", ".join(named)


@dataclass(frozen=True, slots=True)
class Book:
    """A list of visits, with how many stand in each of the others."""

    tab: Tab
    days: Days
    rows: tuple[Row, ...]
    counts: dict[Tab, int]


def book(connection: Connection, office: Office, person: Person, tab: Tab, asked: Days) -> Book:
    """Give one list of visits: all of the office's, or those of an applicant's own cases."""
    now, zone = office.clock(), office.zone()
    today, span = days("", "", office.today(), 1).window(zone), asked.window(zone)
    all_ = not isinstance(may(person, Permission.READ_VISITS), Refused)
    begins = min(today.begins, span.begins)
    found = visits.since(connection, begins, None if all_ else person.id)
    spans = {one: span if one is Tab.CLOSED else today for one in Tab}
    listed = {one: [visit for visit in found if belongs(visit, one, now, spans[one])] for one in Tab}
    counts = {one: len(listed[one]) for one in Tab}
    return Book(tab, asked, _rows(connection, listed[tab], now), counts)


def _rows(connection: Connection, found: list[Visit], now: int) -> tuple[Row, ...]:
    numbers = cases.numbers(connection, {id_ for one in found for id_ in (one.case, one.parent) if id_})
    names = people.names(connection)
    ordered = sorted(found, key=lambda one: (_begins(one), one.id), reverse=True)
    return tuple(_row(one, numbers, names, now) for one in ordered)


def _row(one: Visit, numbers: dict[str, str], names: dict[str, str], now: int) -> Row:
    parent = numbers.get(one.parent, "–")
    escort = names.get(one.plan.escort or "", "")
    return Row(one, numbers.get(one.case or "", ""), parent, escort, late(one, now))


def _begins(one: Visit) -> int:
    return one.plan.window.begins if one.plan.window else one.entered or 0


@dataclass(frozen=True, slots=True)
class Carried:
    """What a visit brought in and carried out; ``strange`` was carried out and had not been brought."""

    brought: tuple[Item, ...]
    out: tuple[Item, ...]
    strange: tuple[Item, ...]
    left_behind: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class VisitView:
    """Everything one visit's page shows."""

    row: Row
    file: CaseFile | None
    parent: CaseFile
    card: CardRow | None
    told: tuple[tuple[str, str], ...]
    carried: Carried
    taps: tuple[Happening, ...]


def open_visit(connection: Connection, office: Office, id: str) -> VisitView | None:
    """Give a visit by its own id or its case's, None when there is none; who may see it is not decided."""
    one = visits.find(connection, id)
    parent = None if one is None else cases.load(connection, one.parent)
    if one is None or parent is None:
        return None
    file = None if one.case is None else cases.load(connection, one.case)
    numbers = {each.case.id: each.number for each in (file, parent) if each is not None}
    row = _row(
        one, {str(id_): number for id_, number in numbers.items()}, people.names(connection), office.clock()
    )
    return VisitView(
        row,
        file,
        parent,
        _card(connection, one),
        () if file is None else _told(connection, file),
        _carried(connection, one),
        () if file is None else _taps(connection, office, file),
    )


def _card(connection: Connection, one: Visit) -> CardRow | None:
    return None if one.holder is None else next(iter(cards.of_holder(connection, one.holder)), None)


def _told(connection: Connection, file: CaseFile) -> tuple[tuple[str, str], ...]:
    """Give what the parts of F13 about entry and exit say."""
    filled, form = papers.sheets(connection, file.case.id, FORM), forms()[FORM]
    if filled is None:
        return ()
    filled_in = {one for one in filled.values if filled.values[one]}
    parts = tuple(
        replace(part, fields=tuple(one for one in part.fields if one.name in filled_in - ELSEWHERE))
        for part in form.parts[1:]
    )
    rest = blocks(replace(form, parts=parts), filled)
    return tuple(row for block in rest if isinstance(block, Facts) for row in block.rows)


def _carried(connection: Connection, one: Visit) -> Carried:
    out = () if one.case is None else visits.carried_out(connection, one.case)
    found = check(one.plan.items, out, (), ())
    over = one.state in {VisitState.LEFT, VisitState.CLOSED} and one.left is not None
    return Carried(one.plan.items, out, found.strange, found.left_behind if over else ())


def _taps(connection: Connection, office: Office, file: CaseFile) -> tuple[Happening, ...]:
    found = occurrences.asked(connection, Question(case=file.case.id), TAPS)
    return happenings(connection, office, found)


def span_text(window: Window, zone: str) -> str:
    """Write a window: one day with its hours, or two moments."""
    (first, begins), (last, ends) = local_time(window.begins, zone), local_time(window.ends, zone)
    hours = f"{begins[:5]}–{ends[:5]}".replace(":", ".")
    if first == last:
        return f"{first:%d-%m-%Y}, {hours}"
    return f"{first:%d-%m-%Y} {begins[:5]} – {last:%d-%m-%Y} {ends[:5]}".replace(":", ".")

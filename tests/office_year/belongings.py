"""What came and went must add up: guests, what they carried, servers and their papers, and reminders.

As in ``adding_up`` each rule gives a sentence for every place where it does not hold.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date

from sqlalchemy import Connection, select

from card_registry.words import CaseId
from review.case import Ending
from review.inventory import DeviceStatus
from review.inventory.sheets import handed
from review.notices.due import Mark
from review.store import cases, grants, inventory, reminders, visits
from review.store.cases import CaseFile
from review.tables import visit as visit_table
from review.visits import Visit, VisitState
from review.workdays import first_working_day
from review.workflow.reminding import calendar_of
from tests.office_year.matters import Matter
from tests.office_year.street import Street
from tests.office_year.town import Town

ALL = 1_000_000
END_OF_TIME = 1 << 60
BRINGING = frozenset({"S2.A", "P5", "S5.A"})
FETCHING = frozenset({"P3", "P4"})
REMINDED_AFTER = 3
"""How many working days late a step is that certainly was reminded of."""


def amiss(connection: Connection, street: Street) -> Iterator[str]:
    """Name everything that came and did not go, or went and never came."""
    files = cases.newest(connection, None, ALL)
    yield from _guests(connection, street)
    yield from _goods(connection, street)
    yield from _servers(connection, street, files)
    yield from _rights_follow(connection, street, files)
    yield from _reminders(connection, street, files)
    yield from _months(files, street.clerks.town)


def all_visits(connection: Connection) -> tuple[Visit, ...]:
    """Give every visit that has a case of its own."""
    rows = connection.scalars(select(visit_table.c.case).where(visit_table.c.case.is_not(None)))
    found = (visits.of_case(connection, case) for case in rows)
    return tuple(one for one in found if one is not None)


def _guests(connection: Connection, street: Street) -> Iterator[str]:
    """Whoever came in went out; a visit is closed, its times in order; who stayed too long was told of."""
    for one in all_visits(connection):
        entered, left, closed = one.entered, one.left, one.closed
        if one.state is not VisitState.CLOSED or closed is None:
            yield f"visit {one.case} is {one.state}"
        elif (entered is None) != (left is None):
            yield f"visit {one.case} was entered {entered} and left {left}"
        elif entered is not None and left is not None and not entered - 60_000 <= left <= closed:
            yield f"visit {one.case} was entered {entered}, left {left}, closed {closed}"
        came, went = street.came.get(one.id), one.id in street.clerks.gone_home
        if (came is None, entered is None) not in {(True, True), (False, False)} or (came is None) is went:
            yield f"visit {one.case}: in truth in {came}, out {went}; the office says in {entered}"
        elif came is not None and came != entered:
            yield f"visit {one.case} was entered at {came} in truth, and at {entered} by the office"
        window = one.plan.window
        late = came is not None and window is not None and street.left.get(one.id, 0) >= window.ends
        if late != (one.alarmed is not None):
            yield f"visit {one.case}: too long {late}, told of {one.alarmed}"


def _goods(connection: Connection, street: Street) -> Iterator[str]:
    """What a visit carried in was carried out, but the server it brought; and the other way round."""
    for one in all_visits(connection):
        if one.entered is None or one.case is None:
            continue
        matter = street.clerks.matters[one.case]
        carried_in = Counter(item.serial for item in one.plan.items)
        carried_out = Counter(item.serial for item in visits.carried_out(connection, one.case))
        server = {matter.facts.get("serial", "")}
        way = matter.facts.get("barang", "")
        wanted_in, wanted_out = (server if way == "masuk" else set(), server if way == "keluar" else set())
        if set(carried_in - carried_out) != wanted_in or set(carried_out - carried_in) != wanted_out:
            yield f"visit {one.case}: in {dict(carried_in)}, out {dict(carried_out)}, {way} {server}"


def _servers(connection: Connection, street: Street, files: tuple[CaseFile, ...]) -> Iterator[str]:
    """The room holds what was brought and not fetched, each by its paper; no place is kept for nobody."""
    brought, fetched = set[str](), set[str]()
    for file in files:
        serial = _matter(street, file.case.id).facts.get("serial", "")
        if file.case.ending is Ending.COMPLETED:
            brought |= {serial} if file.case.procedure.id in BRINGING else set()
            fetched |= {serial} if file.case.procedure.id in FETCHING else set()
    stock = inventory.load(connection, END_OF_TIME)
    here = {one.serial for one in stock.devices if one.status is not DeviceStatus.RETURNED}
    if here != brought - fetched:
        yield f"the room lacks {brought - fetched - here} and has {here - (brought - fetched)} too many"
    lines = [line for number, paper in inventory.handovers(connection) for line in handed(paper, number)]
    came, went = ({line.serial for line in lines if line.inward is inward} for inward in (True, False))
    if came != brought or went != fetched:
        yield f"papers bring {came ^ brought} and take {went ^ fetched} that servers did not"
    yield from (f"a place is kept for {one.case}" for one in stock.reservations)


def _rights_follow(connection: Connection, street: Street, files: tuple[CaseFile, ...]) -> Iterator[str]:
    """Whoever had a right because of a server has it no more when the server is gone."""
    gone = {
        _matter(street, file.case.id).facts.get("serial", ""): file.case.entered
        for file in files
        if file.case.procedure.id in FETCHING and file.case.ending is Ending.COMPLETED
    }
    living = {one.case: one for one in grants.all_active(connection, street.clerks.town.hours.true)}
    for file in files:
        because = _matter(street, file.case.id).facts.get("karena", "")
        given_before = file.case.entered < gone.get(because, 0)
        if file.case.procedure.id == "S1.A" and given_before and file.case.id in living:
            yield f"{file.number}: the right stays although {because} is gone"


def _matter(street: Street, case: CaseId) -> Matter:
    return street.clerks.matters.get(case, Matter("", ""))


def _reminders(connection: Connection, street: Street, files: tuple[CaseFile, ...]) -> Iterator[str]:
    """Every step that was days late was reminded of."""
    for file in files:
        for place, days in _matter(street, file.case.id).late.items():
            table, _, step = place.partition(" ")
            done = any(row.step == step for row in file.case.history)
            if table != file.case.procedure.id or not done or days < REMINDED_AFTER:
                continue
            if Mark.OVERDUE not in reminders.said(connection, (file.case.id, step, 1)):
                yield f"{file.number} step {step} was {days} days late, and nobody was told"


def _months(files: tuple[CaseFile, ...], town: Town) -> Iterator[str]:
    """Each month after the first has its inventory and its check of the log, from its first working day."""
    calendar = calendar_of(town.office)
    found = defaultdict[str, dict[date, str]](dict)
    for file in files:
        if file.case.procedure.id in {"P6", "P10"}:
            begun = calendar.day_of(file.made)
            found[file.case.procedure.id][begun.replace(day=1)] = file.number
            if begun != first_working_day(calendar, begun.year, begun.month):
                yield f"{file.number} was begun on {begun}"
    for table in ("P6", "P10"):
        wanted = {date(2026, month, 1) for month in range(2, town.today.month + 1)}
        if found[table].keys() != wanted:
            yield f"{table} was begun in {sorted(found[table].values())}"

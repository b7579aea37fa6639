"""Cases begun by the clock: when a period is due, and that each has one case whatever happens."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from review.case import Advanced, CaseState, Ending
from review.people import SYSTEM, Capacity, Role
from review.procedure import Recurrence
from review.recurrence import due, next_month, period_of
from review.shelf import holidays
from review.store import case_chain, cases, inbox, papers, people, recurring
from review.store.cases import CaseFile
from review.store.transaction import reading, writing
from review.workdays import Calendar, first_working_day
from review.workflow.answering import take_back
from review.workflow.opening import Beginning, open_case
from review.workflow.recurring import begin_due
from review.workflow.signing_off import Report
from tests.review.rooms import YEAR, file_of, say
from tests.review.world import World

CALENDAR = Calendar("Asia/Jakarta", free=holidays())
DAYS = st.dates(date(2025, 1, 1), date(2027, 12, 31))
RECURS = st.sampled_from(Recurrence)
WIB = ZoneInfo("Asia/Jakarta")
BOTH = ["P10", "P6"]


@given(RECURS, DAYS, DAYS)
def test_a_period_is_due_from_its_first_working_day_on(recurs: Recurrence, since: date, today: date) -> None:
    """Never on an earlier day, never for a period that began before the procedure recurred."""
    found, period = due(recurs, CALENDAR, since, today), period_of(recurs, today)
    begins = first_working_day(CALENDAR, period.first.year, period.first.month)
    assert (found is not None) == (since <= begins <= today)
    assert found in {None, period}


@given(RECURS, DAYS)
def test_every_day_lies_in_one_period(recurs: Recurrence, day: date) -> None:
    """Names differ exactly where first days do, and sort as the periods do."""
    mine, next_ = period_of(recurs, day), period_of(recurs, day + timedelta(days=1))
    assert mine.first <= day
    assert (mine.name == next_.name) == (mine.first == next_.first)
    assert mine.name <= next_.name
    assert next_month(day) > day
    assert period_of(Recurrence.MONTHLY, next_month(day) - timedelta(days=1)).first == day.replace(day=1)


def test_the_names_of_periods_are_those_of_case_numbers() -> None:
    """2026-11 and 2026-T4, as INV- and RVW- numbers have them."""
    day = date(2026, 11, 20)
    assert [period_of(one, day).name for one in Recurrence] == ["2026-11", "2026-T4"]
    assert period_of(Recurrence.QUARTERLY, day).first == date(2026, 10, 1)
    assert next_month(date(2026, 12, 31)) == date(2027, 1, 1)


@pytest.fixture
def office(world: World) -> World:
    """An office with a technician, which has looked once at its schedule."""
    with writing(world.office.store) as connection:
        now, operator = world.clock(), world.person("operator").id
        people.delegate(connection, operator, Role.FUNGSIONAL, Capacity.DAILY, (now, now + YEAR))
    assert begin_due(world.office) == 0
    return world


def at(world: World, day: date, hour: int = 9) -> None:
    """Move the clock to an hour of a day at the site."""
    local = datetime(day.year, day.month, day.day, hour, tzinfo=WIB)
    world.clock.now = round(local.astimezone(UTC).timestamp() * 1000)


def running(world: World) -> list[CaseFile]:
    """Give the cases at somebody's desk, by number."""
    with reading(world.office.store) as connection:
        return sorted(cases.running(connection), key=lambda file: file.number)


def test_the_first_working_day_begins_what_recurs_once(office: World) -> None:
    """On the first of December, in office hours; what comes every quarter waits for its own."""
    for day, hour in ((date(2026, 11, 30), 9), (date(2026, 12, 1), 6)):
        at(office, day, hour)
        assert begin_due(office.office) == 0
    at(office, date(2026, 12, 1))
    assert (begin_due(office.office), begin_due(office.office)) == (2, 0)
    assert [file.number for file in running(office)] == ["INV-2026-12", "LOG-2026-12"]
    check = running(office)[0]
    assert (check.case.step, check.case.applicant, check.applicant_name) == ("1", None, "Sistem")
    with reading(office.office.store) as connection:
        told = [one.text for one in inbox.messages(connection, office.person("operator").id)]
        assert case_chain.tampered(connection) == ()
    assert {text.split()[1] for text in told} == {"INV-2026-12", "LOG-2026-12"}
    assert len(told) == len(BOTH)


def test_a_case_of_the_clock_becomes_whose_first_step_it_was(office: World) -> None:
    """The technician who drafts the month's form is its officer, on the cover and on the form."""
    at(office, date(2026, 12, 1))
    begin_due(office.office)
    check = running(office)[0]
    done = say(office, check.case.id, "operator")
    assert isinstance(done, Advanced), done
    after = file_of(office, check.case.id)
    assert (after.case.applicant, after.applicant_name) == (office.person("operator").id, "Petugas Operator")


def test_a_new_office_waits_for_the_next_period(world: World) -> None:
    """Even when its first day is the first working day; nothing is begun behind anybody's back."""
    at(world, date(2026, 12, 1))
    assert (begin_due(world.office), begin_due(world.office)) == (0, 0)
    at(world, date(2027, 1, 1))
    assert begin_due(world.office) == 0
    at(world, date(2027, 1, 4))
    assert begin_due(world.office) == len(BOTH) + 1
    assert "RVW-2027-T1" in {file.number for file in running(world)}


def test_a_late_look_makes_up_for_the_period_and_not_for_those_before(office: World) -> None:
    """A console that was off on the day begins the case later in the month; whole months are gone."""
    at(office, date(2027, 2, 25))
    assert begin_due(office.office) == len(BOTH) + 1
    assert [file.number for file in running(office)] == ["INV-2027-02", "LOG-2027-02", "RVW-2027-T1"]


def test_what_was_opened_by_hand_is_the_periods_case(office: World) -> None:
    """Unless it was given up, which is no check of the month."""
    at(office, date(2026, 12, 1), 8)
    operator = office.person("operator")
    kept, given_up = (open_case(office.office, operator, Beginning(id_, {})) for id_ in ("P6", "P10"))
    assert isinstance(kept, str)
    assert isinstance(given_up, str)
    take_back(office.office, operator, given_up, "salah bulan")
    assert file_of(office, given_up).case.ending is Ending.WITHDRAWN
    assert begin_due(office.office) == 1
    assert [file.number for file in running(office)] == ["INV-2026-12", "LOG-2026-12-2"]
    with reading(office.office.store) as connection:
        assert recurring.case_of(connection, "P6", "2026-12") == kept


def test_a_table_that_no_longer_recurs_is_begun_no_more(office: World) -> None:
    """The office's own table decides; what a deposited server asked for goes on without it."""
    tables = {id: replace(table, recurs=None) for id, table in office.office.procedures.items()}
    plain = replace(office, office=replace(office.office, procedures=MappingProxyType(tables)))
    at(plain, date(2026, 12, 1))
    assert begin_due(plain.office) == 0
    asking = open_case(plain.office, plain.person("operator"), Beginning("P10", {}))
    assert isinstance(asking, str)
    with writing(plain.office.store) as connection:
        case = file_of(plain, asking).case.id
        recurring.put_on(connection, "P6", date(2027, 1, 1), case, plain.clock())
    assert begin_due(plain.office) == 1
    assert "INV-2026-12" in {file.number for file in running(plain)}


@pytest.mark.parametrize("fatal", range(2, 12))
def test_a_kill_at_any_moment_begins_nothing_twice(office: World, fatal: int) -> None:
    """Whatever call fails, the next round leaves exactly one case for each period."""

    class KilledError(RuntimeError):
        """The machine lost power."""

    calls = 0

    def clock() -> int:
        nonlocal calls
        calls += 1
        if calls == fatal:
            raise KilledError
        return office.clock()

    at(office, date(2026, 12, 1))
    dying = replace(office.office, clock=clock)
    try:
        begin_due(dying)
    except KilledError:
        assert calls == fatal
    begin_due(office.office)
    assert [file.number for file in running(office)] == ["INV-2026-12", "LOG-2026-12"]
    assert {file.case.state for file in running(office)} == {CaseState.RUNNING}


def test_two_consoles_begin_one_case(office: World) -> None:
    """Who comes second sees the first one's case."""
    at(office, date(2026, 12, 1))
    with ThreadPoolExecutor(4) as pool:
        begun = list(pool.map(lambda _: begin_due(office.office), range(4)))
    assert sum(begun) == len(BOTH)
    assert len(running(office)) == len(BOTH)


def test_the_program_is_nobody_who_signs_in(office: World) -> None:
    """Its account is not active and holds no role."""
    at(office, date(2026, 12, 1))
    begin_due(office.office)
    with reading(office.office.store) as connection:
        assert people.find(connection, SYSTEM, office.clock()) is None
        assert people.account(connection, "(sistem)") is None
        assert SYSTEM not in {person.id for person in people.everyone(connection, office.clock())}


def test_cases_of_the_clock_are_worked_to_their_end(office: World) -> None:
    """The month's check of the room and of the door log, by the people whose steps they are."""
    at(office, date(2026, 12, 1))
    begin_due(office.office)
    room, log = (file.case.id for file in running(office))
    checked = {"petugas": ["Petugas Operator"]}
    for login, label, form in (
        ("operator", "selesai", {}),
        ("operator", "selesai", checked),
        ("operator", "sesuai", {}),
        ("kabid", "disetujui", {}),
        ("operator", "selesai", {}),
    ):
        done = say(office, room, login, label, form)
        assert isinstance(done, Advanced), done
    for login, label in (
        ("operator", "selesai"),
        ("operator", "selesai"),
        ("kabid", "disetujui"),
        ("operator", "selesai"),
    ):
        done = say(office, log, login, label)
        assert isinstance(done, Advanced), done
    assert running(office) == []
    with reading(office.office.store) as connection:
        made = papers.newest(connection, log, "LAP", Report)
    assert made is not None
    assert made.since is not None
    assert datetime.fromtimestamp(made.since / 1000, WIB).date() == date(2026, 11, 1)

"""Reminders: which are due, who hears them, and that the daily turn says each once."""

from dataclasses import replace
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select, update

from card_registry.words import CaseId, PersonId
from review.case import Case, begin
from review.notices.due import CAMPAIGN, SUPERIORS, Mark, campaign_mark, hearers, step_mark
from review.people import Person, Role
from review.shelf import holidays, shipped
from review.store import inbox
from review.store.transaction import reading, writing
from review.tables import person
from review.tables_notices import reminder
from review.workdays import Calendar
from review.workflow.reminding import remind
from tests.review.test_workflow import opened, say
from tests.review.world import World

WIB = ZoneInfo("Asia/Jakarta")
CALENDAR = Calendar("Asia/Jakarta", free=holidays())
TABLE = shipped()["S1.A"]


def at(day: date, hour: int, minute: int = 0) -> int:
    """Give a moment at the site."""
    local = datetime.combine(day, time(hour, minute), WIB)
    return round(local.astimezone(UTC).timestamp() * 1000)


FRIDAY = date(2026, 11, 20)
MONDAY, TUESDAY, WEDNESDAY, THURSDAY = (date(2026, 11, day) for day in (23, 24, 25, 26))


def somebody(number: int, *roles: Role) -> Person:
    """Give a person with roles."""
    return Person(PersonId(f"{number:032x}"), f"Orang {number}", "Unit", frozenset(roles))


def at_step(no: str) -> Case:
    """Give a case that entered a step on Friday."""
    return replace(begin(CaseId("ab" * 16), TABLE, at(FRIDAY, 9)), step=no)


def test_a_step_is_late_then_overdue_and_each_is_said_once() -> None:
    """One working day from Friday is Monday; a step of minutes is late at once and overdue on Tuesday."""
    case = at_step("3")
    assert step_mark(case, CALENDAR, at(MONDAY, 15), ()) is None
    assert step_mark(case, CALENDAR, at(TUESDAY, 8), ()) is Mark.OVERDUE
    short = replace(case.procedure.step("3"), duration="5 menit")
    table = replace(TABLE, steps=tuple(short if one.no == "3" else one for one in TABLE.steps))
    quick = replace(case, procedure=table)
    assert step_mark(quick, CALENDAR, at(FRIDAY, 10), ()) is Mark.LATE
    assert step_mark(quick, CALENDAR, at(FRIDAY, 10), {Mark.LATE}) is None
    assert step_mark(quick, CALENDAR, at(TUESDAY, 8), {Mark.LATE}) is Mark.OVERDUE
    assert step_mark(quick, CALENDAR, at(TUESDAY, 8), {Mark.OVERDUE}) is None
    assert step_mark(replace(quick, queued=True), CALENDAR, at(TUESDAY, 8), ()) is None
    assert step_mark(replace(quick, step="SELESAI"), CALENDAR, at(TUESDAY, 8), ()) is None


@pytest.mark.parametrize(
    ("today", "said", "mark"),
    [
        (date(2026, 11, 20), (), None),
        (date(2026, 11, 23), (), Mark.THREE_BEFORE),
        (date(2026, 11, 24), (Mark.THREE_BEFORE,), None),
        (date(2026, 11, 25), (Mark.THREE_BEFORE,), Mark.ONE_BEFORE),
        (date(2026, 11, 25), (), Mark.ONE_BEFORE),
        (date(2026, 11, 26), (Mark.ONE_BEFORE,), None),
        (date(2026, 11, 27), (Mark.ONE_BEFORE,), Mark.ONE_AFTER),
        (date(2026, 12, 24), (Mark.ONE_AFTER,), None),
    ],
)
def test_a_campaign_is_reminded_before_and_after_its_last_day(
    today: date, said: tuple[Mark, ...], mark: Mark | None
) -> None:
    """Three and one working days before Thursday, and one after; what was slept through is skipped."""
    assert campaign_mark(THURSDAY, today, CALENDAR, said) is mark


@given(st.dates(date(2026, 1, 2), date(2026, 12, 20)), st.integers(0, 20))
def test_a_campaign_says_each_mark_once_whatever_days_are_missed(ends: date, skip: int) -> None:
    """Asked on any days in order, marks come in order and none twice."""
    said: list[Mark] = []
    for number in range(-skip, 12):
        today = date.fromordinal(ends.toordinal() + number)
        mark = campaign_mark(ends, today, CALENDAR, said)
        said += [mark] if mark else []
    order = [mark for mark, _ in reversed(CAMPAIGN)]
    assert said == [mark for mark in order if mark in said]


def test_the_actors_hear_it_and_one_level_up_when_it_is_overdue() -> None:
    """Late: whoever may do the step; overdue: those above as well, skipping a level that nobody holds."""
    kabid, kadis = somebody(1, Role.KABID), somebody(2, Role.KADIS)
    kasi, operator = somebody(3, Role.KASI), somebody(4, Role.OPERATOR)
    everybody = (kabid, kadis, kasi, operator)
    step = next(one.no for one in TABLE.steps if one.role is Role.OPERATOR)
    case = at_step(step)
    late, overdue = (hearers(case, mark, everybody) for mark in (Mark.LATE, Mark.OVERDUE))
    assert (late.actors, late.above) == ((operator,), ())
    assert (overdue.actors, overdue.above) == ((operator,), (kasi,))
    assert hearers(case, Mark.OVERDUE, (kabid, kadis, operator)).above == (kabid,)
    assert hearers(case, Mark.OVERDUE, (operator,)).above == ()
    both = somebody(5, Role.OPERATOR, Role.KASI)
    assert hearers(case, Mark.OVERDUE, (both, kabid)).above == (kabid,)


def test_a_step_that_nobody_may_do_is_told_above_at_once() -> None:
    """No holder of the role is no reason for silence; the assigned person is asked alone."""
    kabid, one, two = somebody(1, Role.KABID), somebody(2, Role.OPERATOR), somebody(3, Role.OPERATOR)
    case = at_step(next(step.no for step in TABLE.steps if step.role is Role.OPERATOR))
    alone = hearers(case, Mark.LATE, (kabid,))
    assert (alone.actors, alone.above) == ((), (kabid,))
    assert hearers(case, Mark.LATE, (kabid, one, two), two.id).actors == (two,)
    assert hearers(case, Mark.LATE, (kabid, one, two), kabid.id).actors == (one, two)


def test_nobody_stands_above_the_applicant() -> None:
    """The applicant's own delay is told to the applicant alone; above the head of the office is nobody."""
    applicant, kabid = somebody(1, Role.PEMOHON), somebody(2, Role.KABID)
    case = begin(CaseId("ab" * 16), TABLE, at(FRIDAY, 9))
    assert hearers(case, Mark.OVERDUE, (applicant, kabid)).above == ()
    assert set(SUPERIORS) == set(Role) - {Role.KADIS, Role.ADMIN, Role.AUDITOR, Role.SISTEM}
    for role in SUPERIORS:
        seen = [role]
        while seen[-1] in SUPERIORS:
            seen.append(SUPERIORS[seen[-1]])
        assert seen[-1] is Role.KADIS


def told(world: World, login: str) -> list[str]:
    """Give a person's messages, the oldest first."""
    with reading(world.office.store) as connection:
        return [one.text for one in inbox.messages(connection, world.person(login).id)][::-1]


def test_the_turn_is_taken_once_on_a_working_day_in_office_hours(world: World) -> None:
    """Not at night, not on a Sunday, not twice; late is said once, overdue once, to those above as well."""
    case = opened(world)
    world.clock.now = at(date(2026, 11, 22), 10)
    assert remind(world.office) == 0
    world.clock.now = at(TUESDAY, 3)
    assert remind(world.office) == 0
    world.clock.now = at(WEDNESDAY, 8)
    assert (remind(world.office), remind(world.office)) == (1, 0)
    step = TABLE.step("2")
    assert told(world, "kadis") == [
        f"Pengingat: langkah 2 permohonan ARS-2026-0001 menunggu Anda dan sudah terlambat ({step.duration}). "
        + step.activity
    ]
    world.clock.now = at(THURSDAY, 8)
    assert remind(world.office) == 0
    say(world, case, "kadis")
    world.clock.now = at(date(2026, 12, 4), 8)
    assert remind(world.office) == 1
    assert [text[:9] for text in told(world, "kabid")] == ["Pengingat"]
    assert [text[:8] for text in told(world, "kadis")][-1:] == ["Eskalasi"]
    with reading(world.office.store) as connection:
        assert connection.scalar(select(func.count()).select_from(reminder)) == 2


def test_a_turn_that_dies_says_nothing_and_is_taken_again(world: World) -> None:
    """Turn, marks and messages are one transaction."""
    opened(world)
    world.clock.now = at(WEDNESDAY, 8)
    with writing(world.office.store) as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER mati BEFORE INSERT ON notice BEGIN SELECT RAISE(ABORT, 'mati'); END"
        )
    with pytest.raises(Exception, match="mati"):
        remind(world.office)
    assert told(world, "kadis") == []
    with writing(world.office.store) as connection:
        connection.exec_driver_sql("DROP TRIGGER mati")
    assert remind(world.office) == 1
    assert len(told(world, "kadis")) == 1


def test_a_step_without_anybody_is_told_to_whoever_can_appoint(world: World) -> None:
    """With its only Kabid gone, the head of the office is asked to appoint one."""
    case = opened(world)
    say(world, case, "kadis")
    with writing(world.office.store) as connection:
        connection.execute(update(person).where(person.c.login == "kabid").values(active=False))
    world.clock.now = at(WEDNESDAY, 8)
    assert remind(world.office) == 1
    assert "tidak dapat dikerjakan siapa pun" in told(world, "kadis")[-1]

"""Working time: which days count, when a step is due, how long it took."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from review.shelf import holidays
from review.workdays import Calendar, DayKind, Duration, FreeDay, first_working_day

ZONE = "Asia/Jakarta"
OFFICE = Calendar(ZONE, free=holidays(), years=frozenset({2025, 2026, 2027}))
MINUTE, HOUR = 60_000, 3_600_000


def at(text: str) -> int:
    """Give the moment of a local time such as ``2026-11-20 09:30``."""
    local = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(ZONE))
    return round(local.astimezone(UTC).timestamp() * 1000)


@pytest.mark.parametrize(
    ("entered", "duration", "due"),
    [
        ("2026-11-19 09:00", "1 hari", "2026-11-20 16:00"),  # Thursday to Friday
        ("2026-11-20 09:00", "1 hari", "2026-11-23 16:00"),  # over a weekend
        ("2026-11-21 09:00", "1 hari", "2026-11-23 16:00"),  # asked on a Saturday
        ("2026-12-23 09:00", "1 hari", "2026-12-28 16:00"),  # collective leave, Christmas, a weekend
        ("2026-03-17 10:00", "5 hari", "2026-03-31 16:00"),  # Nyepi, Idul Fitri and their leave
        ("2026-11-20 09:00", "5 menit", "2026-11-20 09:05"),
        ("2026-11-20 15:58", "5 menit", "2026-11-23 07:33"),  # the rest on Monday morning
        ("2026-11-20 15:55", "5 menit", "2026-11-20 16:00"),  # exactly to the closing
        ("2026-11-20 05:00", "15 menit", "2026-11-20 07:45"),  # before the opening
        ("2026-11-20 22:00", "1 jam", "2026-11-23 08:30"),  # after the closing
        ("2026-11-19 14:00", "12 jam", "2026-11-23 09:00"),  # over two nights and a weekend
    ],
)
def test_a_step_is_due_in_working_time(entered: str, duration: str, due: str) -> None:
    """Days end with the office; minutes and hours run while it is open."""
    found = OFFICE.due(at(entered), Duration.read(duration))
    assert found == at(due)


def test_the_holidays_on_file_are_the_governments() -> None:
    """Independence Day and the leave around Christmas are free; a Sunday is free by itself."""
    free = holidays()
    assert free[date(2026, 8, 17)].name == "Hari Kemerdekaan Republik Indonesia"
    assert free[date(2026, 12, 24)].kind is DayKind.LEAVE
    assert sum(one.kind is DayKind.LEAVE for day, one in free.items() if day.year == 2026) == 8
    assert OFFICE.known(date(2027, 1, 1))
    assert not OFFICE.known(date(2031, 1, 1))


def test_periods_begin_on_their_first_working_day() -> None:
    """The first quarter of 2026 begins on 2 January, November on Monday the second."""
    assert first_working_day(OFFICE, 2026, 1) == date(2026, 1, 2)
    assert first_working_day(OFFICE, 2026, 11) == date(2026, 11, 2)


def test_a_calendar_without_a_working_day_is_refused() -> None:
    """An admin who closes the office for good is told, not waited for."""
    days = [date.fromordinal(date(2026, 1, 1).toordinal() + number) for number in range(1_300)]
    shut = Calendar(ZONE, free={day: FreeDay(day, DayKind.LOCAL, "tutup") for day in days})
    with pytest.raises(ValueError, match="correct its calendar"):
        shut.working_day(date(2026, 1, 1))
    with pytest.raises(ValueError, match="correct its calendar"):
        shut.after(date(2026, 1, 1), 3)
    with pytest.raises(ValueError, match="must begin before"):
        Calendar(ZONE, time(16), time(7))
    with pytest.raises(ValueError, match="no duration"):
        Duration.read("1 minggu")


MOMENTS = st.integers(at("2025-01-01 00:00"), at("2027-12-01 00:00"))
DURATIONS = st.builds(Duration, st.integers(1, 300), st.sampled_from(["menit", "jam", "hari"]))


@given(MOMENTS, DURATIONS)
def test_what_is_due_lies_in_working_time_and_after_the_entry(entered: int, duration: Duration) -> None:
    """Nothing is due on a free day, at night, or before it began; minutes and hours are exactly worked."""
    due = OFFICE.due(entered, duration)
    local = datetime.fromtimestamp(due / 1000, ZoneInfo(ZONE))
    assert due > entered
    assert OFFICE.works(local.date())
    assert OFFICE.opens <= local.time() <= OFFICE.closes
    if duration.unit != "hari":
        assert OFFICE.worked(entered, due) == duration.count * (MINUTE if duration.unit == "menit" else HOUR)


@given(st.dates(date(2025, 2, 1), date(2027, 11, 1)), st.integers(1, 40))
def test_counting_days_back_undoes_counting_them_forth(day: date, count: int) -> None:
    """From a working day, n days on and n days back is the same day: reminders before a deadline stand."""
    start = OFFICE.working_day(day)
    assert OFFICE.after(OFFICE.after(start, count), -count) == start

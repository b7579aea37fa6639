"""Windows, holidays and what an interval of time makes of them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from card_registry.instant import DAY, MINUTE, Certainty, Instant
from card_registry.schedule import MAX_HOLIDAYS, MAX_WINDOWS, Schedule, Window, admits
from card_registry.words import TimeQuality

WORK = Window((0, 1, 2, 3, 4), 7 * 60, 17 * 60)
NOON = 1_795_150_800_000
"""Friday 2026-11-20, 12:00 at Asia/Jakarta."""
FIVE = NOON + 5 * 60 * MINUTE


def _at(lo: int, width: int | None = 0) -> Instant:
    """Give an interval."""
    return Instant(lo, None if width is None else lo + width, TimeQuality.SYNC)


@pytest.mark.parametrize(
    ("now", "answer"),
    [
        (_at(NOON), Certainty.YES),
        (_at(FIVE - 1), Certainty.YES),
        (_at(FIVE), Certainty.NO),
        (_at(FIVE - 1, 1), Certainty.UNCERTAIN),
        (_at(NOON + DAY), Certainty.NO),
        (_at(NOON, DAY), Certainty.UNCERTAIN),
        (_at(NOON + DAY, DAY), Certainty.NO),
        (_at(NOON, None), Certainty.UNCERTAIN),
        (_at(NOON + DAY, DAY + 1), Certainty.UNCERTAIN),
        (_at(-1), Certainty.UNCERTAIN),
        (_at(4_102_444_800_000), Certainty.UNCERTAIN),
    ],
)
def test_office_hours_in_jakarta(now: Instant, answer: Certainty) -> None:
    """Monday to Friday, 07:00 to 17:00, by the wall clock at Jakarta."""
    assert admits(Schedule("Asia/Jakarta", (WORK,)), now) is answer


def test_no_schedule_is_always() -> None:
    """A grant without schedule is never refused by time of day, whatever the clock knows."""
    assert admits(None, _at(0, None)) is Certainty.YES


def test_a_holiday_closes_its_local_date_only() -> None:
    """The date is the zone's own: the evening before in UTC belongs to it already."""
    always = Window((0, 1, 2, 3, 4, 5, 6), 0, 1440)
    schedule = Schedule("Asia/Jakarta", (always,), ("2026-08-17", "2026-11-20"))
    midnight = NOON - 12 * 60 * MINUTE
    assert admits(schedule, _at(midnight)) is Certainty.NO
    assert admits(schedule, _at(midnight - 1)) is Certainty.YES
    assert admits(schedule, _at(midnight + DAY)) is Certainty.YES
    assert admits(schedule, _at(midnight - 1, 1)) is Certainty.UNCERTAIN


def test_an_hour_that_the_clock_shows_twice_is_open_twice() -> None:
    """New York, 2026-11-01: 01:30 comes at 05:30 and 06:30 UTC."""
    schedule = Schedule("America/New_York", (Window((6,), 60, 120),))
    first = int(datetime(2026, 11, 1, 5, 30, tzinfo=UTC).timestamp()) * 1000
    assert [admits(schedule, _at(first + hour * 60 * MINUTE)) for hour in range(3)] == [
        Certainty.YES,
        Certainty.YES,
        Certainty.NO,
    ]


zones = st.sampled_from(["Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura", "America/New_York"])
windows = st.builds(
    lambda days, begins, length: Window(tuple(sorted(days)), begins, min(begins + length, 1440)),
    st.sets(st.integers(0, 6), min_size=1),
    st.integers(0, 1439),
    st.integers(1, 1440),
)
schedules = st.builds(
    lambda zone, rows, days: Schedule(zone, tuple(rows), tuple(sorted(days))),
    zones,
    st.lists(windows, min_size=1, max_size=3),
    st.sets(
        st.dates(datetime(2026, 10, 30, tzinfo=UTC).date(), datetime(2026, 11, 3, tzinfo=UTC).date()).map(str)
    ),
)
EVE = int(datetime(2026, 10, 31, tzinfo=UTC).timestamp()) * 1000


@given(schedules, st.integers(0, 3 * DAY), st.integers(0, 40 * MINUTE))
def test_the_answer_is_what_the_wall_clock_says(schedule: Schedule, lo: int, width: int) -> None:
    """Yes: a window at every minute of the interval; no: at none; uncertain: at some."""
    now = _at(EVE + lo, width)
    moments = [*range(now.lo, now.lo + width, 60_000), now.lo + width]
    zone = ZoneInfo(schedule.zone)
    seen = {_shown(schedule, datetime.fromtimestamp(moment / 1000, zone)) for moment in moments}
    answer = {frozenset({True}): Certainty.YES, frozenset({False}): Certainty.NO}
    assert admits(schedule, now) is answer.get(frozenset(seen), Certainty.UNCERTAIN)


def _shown(schedule: Schedule, local: datetime) -> bool:
    """Read the definition literally."""
    minute = local.hour * 60 + local.minute
    return str(local.date()) not in schedule.holidays and any(
        local.weekday() in window.days and window.begins <= minute < window.ends
        for window in schedule.windows
    )


@pytest.mark.parametrize(
    "zone", ["", "Mars/Utopia", "../../etc/passwd", "/etc/localtime", "America", "x" * 65, "Asia/Jakarta\0"]
)
def test_a_zone_that_is_none_is_refused(zone: str) -> None:
    """Unknown names, folders and paths are refused alike."""
    with pytest.raises(ValueError, match="is not a time zone"):
        Schedule(zone, (WORK,))


@pytest.mark.parametrize(
    ("days", "begins", "ends"),
    [
        ((), 0, 1),
        ((1, 0), 0, 1),
        ((1, 1), 0, 1),
        ((-1, 0), 0, 1),
        ((6, 7), 0, 1),
        ((0,), 5, 5),
        ((0,), -1, 5),
        ((0,), 5, 1441),
    ],
)
def test_an_impossible_window_is_refused(days: tuple[int, ...], begins: int, ends: int) -> None:
    """Days in order and known, minutes forward and within a day."""
    with pytest.raises(ValueError, match="a window"):
        Window(days, begins, ends)


def test_a_schedule_is_bounded() -> None:
    """No windows, too many windows or too many holidays are refused."""
    with pytest.raises(ValueError, match="1 to 32 windows"):
        Schedule("Asia/Jakarta", ())
    with pytest.raises(ValueError, match="1 to 32 windows"):
        Schedule("Asia/Jakarta", (WORK,) * (MAX_WINDOWS + 1))
    with pytest.raises(ValueError, match="at most 512 holidays"):
        Schedule("Asia/Jakarta", (WORK,), ("2026-01-01",) * (MAX_HOLIDAYS + 1))


@pytest.mark.parametrize(
    "holidays",
    [("2026-1-1",), ("20260101",), ("2026-02-30",), ("",), ("2026-01-02", "2026-01-01"), ("2026-01-01",) * 2],
)
def test_bad_holidays_are_refused(holidays: tuple[str, ...]) -> None:
    """Dates are ISO dates, in order, each once."""
    with pytest.raises(ValueError, match="holiday"):
        Schedule("Asia/Jakarta", (WORK,), holidays)


def test_a_schedule_is_read_from_json_strictly() -> None:
    """The statement that carries a schedule is refused with the schedule's own sentence."""
    good = b'{"zone":"Asia/Jakarta","windows":[{"days":[0],"begins":1,"ends":2}],"holidays":[]}'
    assert msgspec.json.decode(good, type=Schedule).windows[0].ends == 2
    with pytest.raises(msgspec.ValidationError, match="is not a time zone"):
        msgspec.json.decode(good.replace(b"Asia/Jakarta", b"Asia/Jakarte"), type=Schedule)

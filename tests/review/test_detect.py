"""Detectors: each speaks at its number and not before, in the order of time."""

import random
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from card_registry.instant import SECOND
from review.detect import DETECTORS, Detector, Passage, Sign, Standing, Tuning, Way, detect
from review.workdays import Calendar, DayKind, FreeDay

HOLIDAY = date(2026, 12, 25)
CALENDAR = Calendar("UTC", free={HOLIDAY: FreeDay(HOLIDAY, DayKind.NATIONAL, "Natal")})
MORNING = datetime(2026, 11, 20, 9, tzinfo=UTC)


def passage(
    id: int, after: timedelta = timedelta(), way: Way = Way.IN, door: str = "utama", holder: str = "budi"
) -> Passage:
    """Give a passage some time after a Friday morning."""
    moment = MORNING + after
    at = round(moment.timestamp() * 1000)
    return Passage(id, at, moment.date(), f"{moment:%H:%M:%S}", door, holder, way)


def signs(*passages: Passage, habits: dict[str, dict[str, int]] | None = None) -> list[tuple[Detector, int]]:
    """Give which detectors spoke at which passages."""
    return [(one.detector, one.id) for one in detect(passages, (), habits or {}, CALENDAR)]


@pytest.mark.parametrize(
    ("after", "why"),
    [
        (timedelta(), ""),
        (timedelta(hours=7), "di luar jam kerja"),
        (timedelta(days=1), "hari libur"),
        (HOLIDAY - MORNING.date(), "Natal"),
    ],
)
def test_an_entry_outside_office_hours_is_named_with_its_reason(after: timedelta, why: str) -> None:
    """Closing time, a Saturday and a holiday are outside; leaving is nobody's sign."""
    found = detect([passage(1, after)], (), {}, CALENDAR)
    assert [one.sentence.endswith(f"{why}.") for one in found] == ([True] if why else [])
    left = detect([passage(1, after, Way.OUT)], (), {}, CALENDAR)
    assert Detector.OUTSIDE_HOURS not in {one.detector for one in left}


def test_an_unusual_place_is_one_that_habit_does_not_know() -> None:
    """Under five percent of at least ten earlier entries; whoever is new has no habits yet."""
    visit = passage(1, door="gudang")
    assert signs(visit, habits={"budi": {"utama": 10}}) == [(Detector.UNUSUAL_PLACE, 1)]
    assert signs(visit, habits={"budi": {"utama": 9}}) == []
    assert signs(visit, habits={"budi": {"utama": 19, "gudang": 1}}) == []
    assert signs(visit, habits={"budi": {"utama": 20, "gudang": 1}}) == [(Detector.UNUSUAL_PLACE, 1)]
    assert signs(visit, habits={"ani": {"utama": 50}}) == []


def test_a_long_stay_is_measured_where_people_tap_out() -> None:
    """Four hours are not long, a minute more is; a door without an exit reader is not judged."""
    four = timedelta(hours=4)
    assert signs(passage(1), passage(2, four, Way.OUT)) == []
    late = four + timedelta(minutes=1)
    assert signs(passage(1), passage(2, late, Way.OUT)) == [(Detector.UNUSUAL_LENGTH, 2)]
    assert signs(passage(1), passage(2, late)) == []


def test_a_second_entry_without_an_exit_is_out_of_sequence() -> None:
    """Each holder has a sequence of their own, and one that is too old is forgotten."""
    soon, other = timedelta(minutes=5), passage(3, timedelta(minutes=9), Way.OUT)
    assert signs(passage(1), passage(2, soon), other) == [(Detector.OUT_OF_SEQUENCE, 2)]
    assert signs(passage(1), passage(2, soon, holder="ani"), other) == []
    forgotten = [passage(1, -timedelta(hours=16, seconds=1)), passage(2), other]
    assert (Detector.OUT_OF_SEQUENCE, 2) not in signs(*forgotten)


def test_tailgating_shows_by_exits_without_entry_and_doors_held_open() -> None:
    """Whoever leaves without having entered, and whoever's entry left the door open."""
    assert signs(passage(1, way=Way.OUT)) == [(Detector.TAILGATING, 1)]
    entry = passage(1)
    held = [
        Standing(9, entry.at + 120 * SECOND, "utama"),
        Standing(10, entry.at + 121 * SECOND, "utama"),
        Standing(11, entry.at, "gudang"),
        Standing(12, entry.at - 1, "utama"),
    ]
    found = detect([entry], held, {}, CALENDAR)
    assert [(one.detector, one.id, one.holder) for one in found] == [(Detector.TAILGATING, 9, "budi")]


def test_an_office_tunes_its_detectors() -> None:
    """Other numbers, other signs."""
    stay = [passage(1), passage(2, timedelta(minutes=31), Way.OUT)]
    assert [one.detector for one in detect(stay, (), {}, CALENDAR, Tuning(longest_minutes=30))] == [
        Detector.UNUSUAL_LENGTH
    ]


@pytest.mark.parametrize(
    "wrong", [{"known": 0}, {"rare_percent": 0}, {"rare_percent": 100}, {"held_seconds": 0}]
)
def test_nonsense_is_no_tuning(wrong: dict[str, int]) -> None:
    """Numbers under which a detector would always or never speak are refused."""
    with pytest.raises(ValueError, match="tuned"):
        Tuning(**wrong)


def test_every_detector_finds_something() -> None:
    """The table of detectors is whole."""
    assert set(DETECTORS) == set(Detector)


passages = st.builds(
    lambda id, minutes, way, door, holder: passage(id, timedelta(minutes=minutes), way, door, holder),
    st.integers(1, 500),
    st.integers(0, 60 * 24 * 5),
    st.sampled_from(Way),
    st.sampled_from(("utama", "gudang")),
    st.sampled_from(("budi", "ani", "citra")),
)


@given(st.lists(passages, max_size=40, unique_by=lambda one: one.id), st.randoms(use_true_random=False))
def test_signs_rest_on_what_happened_and_on_no_order_of_arrival(
    rows: list[Passage], chance: random.Random
) -> None:
    """Every sign is at a passage of its own holder, in the order of time, however the rows came."""
    found = detect(rows, (), {}, CALENDAR)
    known = {(one.id, one.at, one.door, one.holder) for one in rows}
    assert all((one.id, one.at, one.door, one.holder) in known for one in found)
    assert [one.at for one in found] == sorted(one.at for one in found)
    shuffled = rows[:]
    chance.shuffle(shuffled)
    assert detect(shuffled, (), {}, CALENDAR) == found


@given(st.lists(passages, max_size=30, unique_by=lambda one: one.id))
def test_every_exit_is_explained_once(rows: list[Passage]) -> None:
    """An exit has an entry before it, or is a sign; nothing is both too long and without an entry."""
    found = detect(rows, (), {}, CALENDAR)

    def of(detector: Detector) -> set[int]:
        return {one.id for one in found if one.detector is detector}

    assert not of(Detector.TAILGATING) & of(Detector.UNUSUAL_LENGTH)
    assert all(isinstance(one, Sign) for one in found)

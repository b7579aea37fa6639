"""Who could enter: terms, schedule, cards and removals together; and samples that can be drawn again."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from card_registry.instant import Certainty
from card_registry.schedule import Schedule, Window
from card_registry.statements import GrantTerms
from card_registry.words import DoorId, GrantId, GrantKind, HolderId
from review.asking import (
    ARRIVING_FOR,
    Denial,
    Plastic,
    Right,
    Standing,
    drawn,
    judge,
    plain,
    was_held,
    weeks_of,
)
from tests.review.world import NOON

DAY = 86_400_000
TERMS = GrantTerms(
    GrantId("1" * 32), HolderId("2" * 32), (DoorId("utama"),), None, NOON, NOON + 30 * DAY, GrantKind.TETAP
)
CARD = Plastic("c", "KRT-00001", NOON)
RIGHT = Right(TERMS, NOON - DAY, cards=(CARD,))
THEN = NOON + 10 * DAY


def standing(right: Right, at: int = THEN) -> Standing | None:
    """Judge a right without a schedule."""
    return judge(right, Certainty.YES, at)


@pytest.mark.parametrize(
    ("at", "answer"),
    [
        (NOON - 1, None),
        (NOON, Standing.COULD),
        (NOON + 30 * DAY - 1, Standing.COULD),
        (NOON + 30 * DAY, None),
    ],
)
def test_a_right_holds_from_its_beginning_until_its_end(at: int, answer: Standing | None) -> None:
    """The terms are a half-open window."""
    assert standing(RIGHT, at) is answer
    assert was_held(TERMS, RIGHT.approved, (), at) is (answer is not None)


def test_nobody_could_enter_before_the_approval() -> None:
    """A right that begins before it was approved was not one yet, and then takes a while to arrive."""
    late = replace(RIGHT, approved=THEN)
    assert standing(late, THEN - 1) is None
    assert standing(late) is Standing.ARRIVING
    assert standing(late, THEN + ARRIVING_FOR) is Standing.COULD


@pytest.mark.parametrize(
    ("denial", "answer"),
    [
        (Denial(THEN + 1, THEN + 2, "k"), Standing.COULD),
        (Denial(THEN, None, "k"), Standing.LEAVING),
        (Denial(THEN - 5, THEN + 1, "k"), Standing.LEAVING),
        (Denial(THEN - 5, THEN, "k"), Standing.REMOVED),
    ],
)
def test_a_removal_counts_from_every_doors_confirmation_on(denial: Denial, answer: Standing) -> None:
    """Asked for after the moment it is nothing, confirmed by then it is certain, and between it is open."""
    assert standing(replace(RIGHT, denials=(denial,))) is answer
    assert was_held(TERMS, NOON, (denial,), THEN) is (answer is not Standing.REMOVED)
    removed = Standing.CARDLESS if answer is Standing.REMOVED else answer
    assert standing(replace(RIGHT, cards=(replace(CARD, denials=(denial,)),))) is removed


def test_a_holder_without_a_card_that_opens_could_not_enter() -> None:
    """No card, a blank one, and one made later open nothing; a second card is enough."""
    for cards in ((), (replace(CARD, bound=None),), (replace(CARD, bound=THEN + 1),)):
        assert standing(replace(RIGHT, cards=cards)) is Standing.CARDLESS
    gone = replace(CARD, denials=(Denial(NOON, NOON, "k"),))
    assert standing(replace(RIGHT, cards=(gone, CARD))) is Standing.COULD


def test_a_schedule_closes_a_right_outside_its_windows() -> None:
    """Noon at the site lies in office hours on a Monday and not on a Saturday; an unknown schedule never."""
    hours = Schedule("Asia/Jakarta", (Window((0, 1, 2, 3, 4), 8 * 60, 16 * 60),))
    assert judge(RIGHT, hours, NOON + 3 * DAY) is Standing.COULD
    assert judge(RIGHT, hours, NOON + DAY) is Standing.CLOSED
    assert judge(RIGHT, Certainty.NO, THEN) is Standing.CLOSED


moments = st.integers(NOON, NOON + 20 * DAY)


@given(st.lists(st.tuples(moments, st.none() | moments), max_size=3), moments)
def test_a_further_removal_never_gives_anything_back(told: list[tuple[int, int | None]], at: int) -> None:
    """Each denial more leaves a right as it was, or worse."""
    order = list(Standing)
    denials = tuple(Denial(made, None if end is None else max(made, end), "k") for made, end in told)
    worst = 0
    for count in range(len(denials) + 1):
        answer = standing(replace(RIGHT, denials=denials[:count]), at)
        assert answer is not None
        grade = 0 if answer in {Standing.COULD, Standing.ARRIVING} else order.index(answer)
        assert grade >= worst
        worst = grade


@given(st.text(max_size=8), st.integers(0, 200))
def test_a_seed_draws_every_number_once_and_always_alike(seed: str, size: int) -> None:
    """A draw is a permutation, and the same for the same seed."""
    assert sorted(drawn(seed, size)) == list(range(size))
    assert list(drawn(seed, size)) == list(drawn(seed, size))


def test_another_seed_draws_other_numbers() -> None:
    """Two seeds do not give one sample."""
    assert list(drawn("a", 1000))[:10] != list(drawn("b", 1000))[:10]


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 100))
def test_weeks_are_whole_and_within_their_days(first: date, length: int) -> None:
    """Every week begins on a Monday and lies within the span; none is missing."""
    last = first + timedelta(days=length)
    found = weeks_of(first, last)
    assert all(one.first.weekday() == 0 and first <= one.first and one.last <= last for one in found)
    mondays = [first + timedelta(days=day) for day in range(length + 1)]
    whole = [day for day in mondays if day.weekday() == 0 and day + timedelta(days=6) <= last]
    assert [one.first for one in found] == whole


def test_empty_words_become_a_dash() -> None:
    """A field is never blank."""
    assert [piece.text for piece in plain("", "")] == ["–"]
    assert [piece.text for piece in plain("a", "", "b")] == ["a", "b"]

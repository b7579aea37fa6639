"""The cabinet's senses: a level counts once it has stood, ends once it has gone, and moves nothing."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from card_registry.journal.event import Alarmed
from door_controller import cabinet
from door_controller.cabinet import ALARMS, COUNTS_MS, ENDS_MS, Cabinet, Sense

ABOUT = "pengendali-1"


def lived(*moments: tuple[int, Mapping[Sense, bool]]) -> list[tuple[int, str, bool]]:
    """Step through moments and give every note with its time."""
    state, notes = Cabinet(ABOUT), []
    for now, seen in moments:
        state, told = cabinet.step(state, seen, now)
        notes += [(now, body.alarm, body.raised) for body in told]
    return notes


def test_every_sense_has_its_alarm_and_its_times() -> None:
    """The table is whole, and its alarms are those of the contract."""
    assert set(ALARMS) == set(COUNTS_MS) == set(ENDS_MS) == set(Sense)
    assert sorted(ALARMS.values()) == ["cabinet-open", "fire", "mains-lost", "undervoltage"]


@pytest.mark.parametrize("sense", Sense)
def test_what_stands_long_enough_alarms_once_and_ends_once(sense: Sense) -> None:
    """Raised exactly when its time is over, cleared exactly when it was gone for its time."""
    counts, ends = COUNTS_MS[sense], ENDS_MS[sense]
    moments = [0, max(0, counts - 1), counts, counts + 500]
    wrong = [(now, {sense: True}) for now in moments]
    gone = counts + 1_000
    right = [(gone + after, {sense: False}) for after in (0, ends - 1, ends, ends + 9_999)]

    assert lived((0, {sense: False}), *wrong, *right) == [
        (counts, ALARMS[sense], True),
        (gone + ends, ALARMS[sense], False),
    ]


def test_a_dip_that_the_supply_bridges_is_no_alarm() -> None:
    """Mains away for less than a second say nothing, and the count begins anew each time."""
    mains = [(0, False), (100, True), (900, False), (950, True), (1_900, True)]
    assert lived(*((now, {Sense.MAINS: wrong}) for now, wrong in mains)) == []


def test_a_sense_that_is_not_read_shows_what_it_showed() -> None:
    """An input that cannot be read for a while neither raises nor clears by itself, but time goes on."""
    assert lived((0, {Sense.FIRE: True}), (200, {}), (9_000, {})) == [(200, "fire", True)]


def test_due_is_the_next_moment_that_changes_something() -> None:
    """None while all is as it stands; else when the first reading counts."""
    state, _ = cabinet.step(Cabinet(ABOUT), {Sense.FIRE: False, Sense.MAINS: False}, 0)
    assert cabinet.due(state) is None
    state, _ = cabinet.step(state, {Sense.FIRE: True, Sense.MAINS: True}, 1_000)
    assert cabinet.due(state) == 1_200
    state, (note,) = cabinet.step(state, {}, 1_200)
    assert note == Alarmed("fire", ABOUT, raised=True)
    assert cabinet.due(state) == 2_000


SEEN = st.dictionaries(st.sampled_from(Sense), st.booleans())


@given(st.lists(st.tuples(st.integers(0, 40_000), SEEN), max_size=60))
def test_alarms_come_in_pairs_and_never_too_soon(life: list[tuple[int, dict[Sense, bool]]]) -> None:
    """Whatever is seen: raise and clear alternate, and none comes before its time."""
    now, moments = 0, []
    for gap, seen in life:
        now += gap
        moments.append((now, seen))
    last: dict[str, tuple[int, bool]] = {}
    for at, alarm, raised in lived(*moments):
        before = last.get(alarm)
        assert raised is (before is None or not before[1])
        if before is not None:
            sense = next(sense for sense, name in ALARMS.items() if name == alarm)
            assert at - before[0] >= (COUNTS_MS if raised else ENDS_MS)[sense]
        last[alarm] = (at, raised)

"""The door machine driven by chance, in virtual time, with a witness; and laws that find each breach."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from card_registry.journal.event import Alarmed, Exited
from card_registry.words import Mode, Reason
from door_controller import bench_machine, laws
from door_controller.door import (
    Accepted,
    Awaiting,
    Broken,
    Contact,
    DoorState,
    Effect,
    Feedback,
    Input,
    Level,
    Lock,
    LockState,
    Moded,
    Note,
    Release,
    Rex,
    Signal,
    State,
    Tamper,
    Tick,
    Timing,
    TurnedAway,
    Unused,
    Used,
    due,
    step,
)
from door_controller.laws import Turn
from tests.door_controller.door_life import CARD, DOOR, FREE, TIMING, WATCHED, Life

STEPS = 60_000
MILLION = 1_000_000
NO = TurnedAway(Reason.NO_GRANT)


def test_random_lives_keep_the_laws() -> None:
    """Many doors under random inputs, faults and times; every state, mode and alarm is met many times."""
    driven = bench_machine.drive(21, STEPS)

    assert driven.wrong == []
    assert driven.steps == STEPS
    alarms = {"rex-stuck", "contact-stuck", "door-tamper", "door-forced", "door-held", "door-held-soon"}
    assert {name for name, times in driven.met.items() if times > 30} >= {*State, *LockState, *Mode, *alarms}


@pytest.mark.long
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_million_steps_keep_the_laws(seed: int) -> None:
    """The same, by the million."""
    driven = bench_machine.drive(seed, MILLION)

    assert driven.wrong == []
    assert driven.steps == MILLION


def test_a_drive_can_be_repeated() -> None:
    """What one seed found is found again."""
    assert bench_machine.drive(5, 2_000) == bench_machine.drive(5, 2_000)


INPUTS: st.SearchStrategy[Input] = st.one_of(
    st.builds(Accepted, st.just(1), st.integers(0, 9)),
    st.builds(Moded, st.sampled_from(Mode), st.just(1), st.integers(0, 9)),
    st.builds(Awaiting, st.sampled_from(Reason)),
    st.builds(Rex, st.booleans()),
    st.builds(Contact, open=st.booleans()),
    st.builds(Feedback, locked=st.booleans()),
    st.builds(Tamper, open=st.booleans()),
    st.sampled_from([Tick(), Broken(), NO]),
)


@given(
    st.randoms(use_true_random=False).map(bench_machine.timing_of),
    st.lists(st.tuples(st.integers(0, 40_000), INPUTS), max_size=40),
)
def test_a_late_tick_gives_what_punctual_ones_give(timing: Timing, life: list[tuple[int, Input]]) -> None:
    """However seldom time is told, the same happens; only a lock before a new release is left out."""
    seldom = often = DoorState(DOOR, timing)
    now = 0
    for wait, input in life:
        now += wait
        told: tuple[Effect, ...] = ()
        while (moment := due(often)) is not None and moment <= now:
            often, effects = step(often, Tick(), moment)
            told += effects
        often, effects = step(often, input, now)
        told += effects
        seldom, at_once = step(seldom, input, now)
        assert seldom == often
        if Release() in effects:
            told, at_once = without_lock(told), without_lock(at_once)
            assert sorted(told, key=repr) == sorted(at_once, key=repr)
        else:
            assert told == at_once


def without_lock(effects: tuple[Effect, ...]) -> tuple[Effect, ...]:
    """Leave the driving to locked out."""
    return tuple(effect for effect in effects if effect != Lock())


def turn(input: Input, now: int = 1_000, timing: Timing = TIMING) -> Turn:
    """Give a lawful step of a door at rest."""
    before = Life(timing).closed().door
    return Turn(before, input, now, *step(before, input, now))


def with_effects(one: Turn, *effects: Effect) -> Turn:
    """Give the step with other effects."""
    return replace(one, effects=effects)


def with_state(one: Turn, change: Callable[[DoorState], DoorState]) -> Turn:
    """Give the step with another state after it."""
    return replace(one, after=change(one.after))


RAISED = Note(Alarmed("door-forced", DOOR, raised=True))
BREACHES = {
    "a denial releases": (with_effects(turn(NO), Release(), *turn(NO).effects), "released"),
    "a card releases late": (with_effects(turn(CARD), *turn(CARD).effects[::-1]), "did not release first"),
    "a card releases twice": (with_effects(turn(CARD), Release(), *turn(CARD).effects), "first and once"),
    "a press releases late": (
        with_effects(turn(Rex(pressed=True)), Note(Exited(DOOR)), Release()),
        "did not release first",
    ),
    "a release is not driven": (with_effects(turn(CARD), Signal(Reason.GRANTED)), "relay False"),
    "a release outlives its end": (
        with_state(turn(NO), lambda door: replace(door, exit_end=9_000)),
        "released by the books False",
    ),
    "a release has no end due": (
        with_state(turn(CARD), lambda door: replace(door, card_end=7_000)),
        "ends at",
    ),
    "a moment is left undone": (
        with_state(turn(CARD), lambda door: replace(door, card_end=900)),
        "left undone",
    ),
    "a contact doubted too long": (
        with_state(turn(NO), lambda door: replace(door, leaf=Level(seen=True, since=900, believed=False))),
        "the contact has shown True since 900",
    ),
    "a lock waited for too long": (
        with_state(turn(NO, timing=WATCHED), lambda door: replace(door, bolt=False, follow_at=1_000)),
        "should have followed at 1000",
    ),
    "an open leaf that is not held": (
        with_state(
            turn(NO, now=90_000),
            lambda door: replace(door, state=State.OPEN, leaf=Level(seen=True, believed=True)),
        ),
        "the leaf is open after 90000 ms",
    ),
    "a tick before due tells": (with_effects(turn(Tick()), Note(Exited(DOOR))), "changed something"),
    "a mode nobody ordered": (
        with_state(turn(NO), lambda door: replace(door, mode=Mode.LOCKDOWN)),
        "mode lockdown",
    ),
    "free by another event": (
        with_state(turn(FREE), lambda door: replace(door, freed_by=(1, 1))),
        "by (1, 1)",
    ),
    "forced in free": (
        with_state(turn(FREE), lambda door: replace(door, state=State.FORCED)),
        "in mode FREE",
    ),
    "a failure that keeps free": (
        replace(turn(FREE), before=turn(FREE).after, input=Broken()),
        "where normal by None was due",
    ),
    "an alarm that does not stand": (
        with_effects(turn(NO), RAISED, *turn(NO).effects),
        "told ['door-forced']",
    ),
    "an alarm raised twice": (with_effects(turn(NO), RAISED, RAISED, *turn(NO).effects), "raised twice"),
    "an alarm cleared twice": (
        with_effects(turn(NO), Note(Alarmed("door-held", DOOR, raised=False)), *turn(NO).effects),
        "cleared twice",
    ),
    "a place used before it was accepted": (
        with_effects(turn(NO), Used(1, 7), *turn(NO).effects),
        "never accepted",
    ),
    "a place forgotten": (with_state(turn(CARD), lambda door: replace(door, pending=())), "unsettled"),
    "a place that could be settled": (
        with_state(turn(CARD), lambda door: replace(door, leaf=replace(door.leaf, believed=True, seen=True))),
        "can be settled",
    ),
    "a card without a light": (with_effects(turn(NO)), "was answered by []"),
    "a light for nobody": (with_effects(turn(Tick()), Signal(Reason.GRANTED)), "was answered by"),
    "an exit not noted": (with_effects(turn(Rex(pressed=True)), Release()), "0 exits"),
    "a leaf against its contact": (
        with_state(turn(NO), lambda door: replace(door, state=State.OPEN)),
        "the leaf is open",
    ),
    "a lock failed for nothing": (
        with_state(turn(NO), lambda door: replace(door, lock=LockState.LOCK_FAILED)),
        "lock-failed",
    ),
    "a lock that denies unwatched": (
        with_state(turn(NO, timing=WATCHED), lambda door: replace(door, bolt=False)),
        "feedback False",
    ),
    "an unused place settled as another": (
        with_effects(turn(CARD), *turn(CARD).effects, Unused(1, 8)),
        "settled twice",
    ),
}


@pytest.mark.parametrize("name", BREACHES)
def test_the_laws_can_be_broken(name: str) -> None:
    """Each breach planted in one lawful step is found, and the lawful step is not complained of."""
    planted, said = BREACHES[name]

    assert said in "; ".join(laws.watch(laws.Books(), planted).wrong)


@pytest.mark.parametrize("input", [NO, CARD, FREE, Rex(pressed=True), Tick()])
def test_a_lawful_step_is_not_complained_of(input: Input) -> None:
    """Nothing is wrong with the steps that the breaches are planted in, and an old complaint is not kept."""
    books = laws.watch(laws.Books(wrong=("something before",)), turn(input))

    assert books.wrong == ()


def test_every_law_has_a_planted_breach() -> None:
    """A law that nothing can break proves nothing."""
    planted = [(laws.watch(laws.Books(), one), one) for one, _ in BREACHES.values()]
    for law in laws.LAWS:
        assert any(law(books, one) is not None for books, one in planted), law.__name__

"""The door machine walked exhaustively: every input at every telling moment, from every state, to a depth.

The walk forgets what cannot matter any more (ends that are over, the age of levels that are believed) and
sees each state from its own now, so states that differ by that alone are one. The moments tried in each state
are: at once, the instant before what is due, the moment that is due, and long after everything. Each step is
checked by the laws, each new state by what could be done in it.

A walk begins with a door just started, in NORMAL and in LOCKDOWN, with one at rest, and with one just used.
``DOORS`` says which doors are walked and how deep; ``--long`` goes one deeper, but for the door that has
everything, whose states grow tenfold.
"""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import pytest

from card_registry.words import Mode, Reason
from door_controller import laws
from door_controller.door import (
    Broken,
    Contact,
    DoorState,
    Effect,
    Feedback,
    Input,
    Level,
    Lock,
    LockState,
    Release,
    Rex,
    State,
    Tamper,
    Tick,
    Timing,
    TurnedAway,
    alarms_of,
    due,
    step,
)
from tests.door_controller.door_life import CARD, DOOR, FREE, LOCKDOWN, NORMAL

LONG_AFTER = 1_000_000
ENOUGH = 16
"""More moments than can be due one after the other while nothing comes in."""

BARE = Timing(
    release_ms=3_000, held_ms=5_000, warn_ms=2_000, rex_stuck_ms=5_000, stuck_after=2, contact=False
)
EVERYTHING = Timing(
    release_ms=3_000, held_ms=5_000, warn_ms=2_000, rex_stuck_ms=5_000, stuck_after=1,
    relock_on_close=True, feedback=True, tamper=True,
)  # fmt: skip
DOORS = {
    "bare": (BARE, 6),
    "contact": (replace(BARE, contact=True), 4),
    "relock": (replace(BARE, contact=True, relock_on_close=True, debounce_ms=0, warn_ms=0), 4),
    "feedback": (replace(BARE, feedback=True), 4),
    "everything": (EVERYTHING, 3),
}
"""Each door, and how many inputs in a row it is given."""


def alphabet(timing: Timing) -> tuple[Input, ...]:
    """Give the inputs that a door listens to."""
    inputs: list[Input] = [
        CARD, TurnedAway(Reason.NO_GRANT), Rex(pressed=True), Rex(pressed=False), Tick(), Broken(),
        FREE, LOCKDOWN, NORMAL,
    ]  # fmt: skip
    if timing.contact:
        inputs += [Contact(open=True), Contact(open=False)]
    if timing.feedback:
        inputs += [Feedback(locked=True), Feedback(locked=False)]
    if timing.tamper:
        inputs += [Tamper(open=True), Tamper(open=False)]
    return tuple(inputs)


def moments(door: DoorState) -> Iterator[int]:
    """Give the telling moments of a state, seen from its own now."""
    yield 0
    if (moment := due(door)) is not None:
        yield moment - 1
        yield moment
    yield LONG_AFTER


def seen_from(door: DoorState, now: int) -> DoorState:
    """Give the same door with ``now`` at zero, without what no longer matters."""
    opening = door.leaf.seen != door.leaf.believed
    until = door.until - now
    if door.state in (State.OPEN, State.WARNED):
        until = max(door.opened_at, door.until) - now
    elif not opening:
        until = max(until, 0)
    return replace(
        door,
        card_end=None if door.card_end is None else door.card_end - now,
        exit_end=None if door.exit_end is None else door.exit_end - now,
        follow_at=None if door.follow_at is None else door.follow_at - now,
        until=until,
        opened_at=until if door.state in (State.OPEN, State.WARNED) else 0,
        leaf=at_zero(door.leaf, now),
        cover=at_zero(door.cover, now),
    )


def at_zero(level: Level, now: int) -> Level:
    """Give a level with ``now`` at zero; how long a believed one has stood does not matter."""
    return replace(level, since=level.since - now if level.seen != level.believed else 0)


def books_of(door: DoorState) -> laws.Books:
    """Give the books that a witness keeps of a door by now; the laws hold them equal."""
    return laws.Books(
        door.card_end, door.exit_end, door.freed_by, door.released, door.pressed,
        frozenset(alarms_of(door)), door.pending,
    )  # fmt: skip


def checked(door: DoorState, input: Input, now: int) -> tuple[DoorState, tuple[Effect, ...]]:
    """Take one step from a state at zero, by the laws."""
    after, effects = step(door, input, now)
    books = laws.watch(books_of(door), laws.Turn(door, input, now, after, effects))
    assert books.wrong == (), f"{input} at {now} to {door}"
    return after, effects


def at_rest(timing: Timing) -> DoorState:
    """Give a door of which every input says that it is shut and locked."""
    door = DoorState(DOOR, timing)
    for input in (Contact(open=False), Feedback(locked=True), Tamper(open=False)):
        door, _ = checked(door, input, 0)
    door, _ = checked(door, Tick(), LONG_AFTER)
    return seen_from(door, LONG_AFTER)


def just_used(door: DoorState) -> DoorState:
    """Give a door at rest after a person went through and the leaf fell shut; its bolt is not thrown yet."""
    went = ((CARD, 0), (Feedback(locked=False), 100), (Contact(open=True), 200), (Contact(open=False), 3_000))
    for input, now in went:
        door, _ = checked(door, input, now)
    door, _ = checked(door, Tick(), 3_400)
    return seen_from(door, 3_400)


@cache
def walk(timing: Timing, depth: int) -> tuple[set[DoorState], int]:
    """Walk all inputs to a depth; give the states met and the number of steps made."""
    inputs, steps = alphabet(timing), 0
    rest = at_rest(timing)
    frontier = {DoorState(DOOR, timing), DoorState(DOOR, timing, Mode.LOCKDOWN), rest, just_used(rest)}
    met = set(frontier)
    for _ in range(depth):
        reached = set()
        for door in frontier:
            for now in moments(door):
                for input in inputs:
                    after, _ = checked(door, input, now)
                    reached.add(seen_from(after, now))
                    steps += 1
        frontier = reached - met
        met |= frontier
    return met, steps


@pytest.mark.parametrize(
    ("name", "deeper"),
    [
        *((name, 0) for name in DOORS),
        *(pytest.param(name, 1, marks=pytest.mark.long) for name in DOORS if name != "everything"),
    ],
)
def test_every_walk_keeps_the_laws(name: str, deeper: int) -> None:
    """No input at any moment, in any state within the depth, breaks a law; nor does what follows it."""
    timing, depth = DOORS[name]
    met, _ = walk(timing, depth + deeper)
    for door in met:
        comes_to_rest(door)
        lets_out(door)


def comes_to_rest(door: DoorState) -> None:
    """Following ``due`` ends locked unless free, every accepted place settled; so does one late tick."""
    resting, told = door, list[Effect]()
    for _ in range(ENOUGH):
        if (moment := due(resting)) is None:
            break
        resting, effects = checked(resting, Tick(), moment)
        told += effects
    assert due(resting) is None, f"{door} comes to no rest"
    assert resting.released == (resting.mode is Mode.FREE)
    assert resting.pending == ()
    assert step(door, Tick(), LONG_AFTER) == (resting, tuple(told))


def lets_out(door: DoorState) -> None:
    """Letting go and pressing releases first, whatever the state and mode, and no order takes it back."""
    up, _ = checked(door, Rex(pressed=False), 0)
    pressed, effects = checked(up, Rex(pressed=True), 0)
    assert effects[0] == Release()
    assert Lock() not in effects
    for order in (LOCKDOWN, NORMAL, FREE):
        ordered, effects = checked(pressed, order, 0)
        assert ordered.released
        assert Lock() not in effects


def test_the_walks_meet_every_state() -> None:
    """A walk that never gets anywhere proves nothing."""
    met = {door for name in ("contact", "everything") for door in walk(*DOORS[name])[0]}

    assert {door.state for door in met} == set(State)
    assert {door.lock for door in met} == set(LockState)
    assert {door.mode for door in met} == set(Mode)
    assert {alarm for door in met for alarm in alarms_of(door)} == {
        "door-forced", "door-held-soon", "door-held", "door-ajar", "lock-failed", "release-failed",
        "rex-stuck", "contact-stuck", "door-tamper",
    }  # fmt: skip

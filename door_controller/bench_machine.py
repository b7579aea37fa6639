"""The door machine under random lives: chance chooses doors, inputs, faults and times; a witness sees all.

Each life has its own door, with its own times and inputs. Time moves by nothing, by a little, by a lot, to
the moment that is due, to the instant before it, or beyond it; so punctual, early and late ticks all come.
"""

import random
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from card_registry.command.bench_row import Row
from card_registry.words import DoorId, Mode, Reason
from door_controller import laws
from door_controller.door import (
    Accepted,
    Awaiting,
    Broken,
    Contact,
    DoorState,
    Feedback,
    Input,
    Moded,
    Rex,
    Tamper,
    Tick,
    Timing,
    TurnedAway,
    alarms_of,
    due,
    step,
)

STEPS = 1_000_000
"""What the row drives; its target is a minute."""

LIFE = 1_000
"""The steps of one life, before another door is made."""

DOOR = DoorId("ruang-server")
SECONDS = 60.0

_INPUTS: tuple[Input, ...] = (
    TurnedAway(Reason.NO_GRANT),
    Awaiting(Reason.PIN_REQUIRED),
    *(Rex(pressed) for pressed in (True, False, False)),
    *(Contact(shown) for shown in (True, False) for _ in range(3)),
    *(Feedback(locked) for locked in (True, False) for _ in range(2)),
    *(Tamper(shown) for shown in (True, False)),
    *(Tick() for _ in range(4)),
    Broken(),
)
_PLACED = 5
"""How many of the choices carry a place: two cards and the three modes, each place given once."""


@dataclass
class Driven:
    """What a drive did: its steps, what it broke, how often each state and alarm was met."""

    steps: int = 0
    wrong: list[str] = field(default_factory=list)
    met: Counter[str] = field(default_factory=Counter)


def machine_rows() -> Iterator[Row]:
    """Measure how many random steps of the machine one core makes and checks in a minute of its own time."""
    began = time.process_time()
    driven = drive(2026, STEPS)
    took = time.process_time() - began
    value = driven.steps / took * SECONDS
    met = not driven.wrong and took <= SECONDS
    name = "door machine-steps, random inputs, faults and times, every law checked"
    yield Row(name, "door", value, "steps/min", "≥ 1 000 000 on one core, none wrong", None, None, met)


def drive(seed: int, steps: int) -> Driven:
    """Drive doors through ``steps`` random steps; the same seed is the same drive."""
    chance = random.Random(seed)  # noqa: S311 - a drive that can be repeated, and no secret
    driven = Driven()
    while driven.steps < steps and not driven.wrong:
        _live(chance, driven, min(LIFE, steps - driven.steps))
    return driven


def timing_of(chance: random.Random) -> Timing:
    """Give the times of some door."""
    return Timing(
        release_ms=chance.choice((3_000, 5_000, 60_000)),
        held_ms=chance.choice((5_000, 20_000)),
        debounce_ms=chance.choice((0, 50, 400)),
        warn_ms=chance.choice((0, 1_000, 10_000)),
        rex_stuck_ms=chance.choice((5_000, 30_000)),
        follow_ms=chance.choice((200, 2_000, 10_000)),
        relock_on_close=chance.random() < 1 / 2,
        contact=chance.random() < 5 / 6,
        feedback=chance.random() < 2 / 3,
        tamper=chance.random() < 1 / 2,
        stuck_after=chance.choice((0, 1, 3)),
    )


def _live(chance: random.Random, driven: Driven, steps: int) -> None:
    door = DoorState(DOOR, timing_of(chance), chance.choice((Mode.NORMAL, Mode.LOCKDOWN)))
    books, now = laws.Books(), chance.randrange(1_000_000)
    for number in range(1, steps + 1):
        now = _later(chance, door, now)
        input = _input(chance, number)
        after, effects = step(door, input, now)
        books = laws.watch(books, laws.Turn(door, input, now, after, effects))
        driven.steps += 1
        if books.wrong:
            driven.wrong += [f"step {driven.steps} ({input} at {now}): {said}" for said in books.wrong]
            return
        if after.state is not door.state or after.lock is not door.lock or after.mode is not door.mode:
            driven.met.update((after.state, after.lock, after.mode, *alarms_of(after)))
        door = after


def _later(chance: random.Random, door: DoorState, now: int) -> int:
    """Give the moment of the next input: at once, soon, at or just before what is due, or late."""
    kind, moment = chance.random(), due(door)
    if kind < 1 / 6:
        return now
    if kind < 3 / 5 or moment is None:
        return now + int(chance.random() * (600 if kind < 5 / 9 else 40_000))
    if kind < 9 / 10:
        return moment
    return moment - 1 if kind < 19 / 20 else moment + int(chance.random() * 100_000)


def _input(chance: random.Random, number: int) -> Input:
    which = int(chance.random() * (len(_INPUTS) + _PLACED))
    match which:
        case 0 | 1:
            return Accepted(1, number)
        case 2:
            return Moded(Mode.NORMAL, 1, number)
        case 3:
            return Moded(Mode.LOCKDOWN, 1, number)
        case 4:
            return Moded(Mode.FREE, 1, number)
        case _:
            return _INPUTS[which - _PLACED]

"""A script played to its end: each step at its moment, and a line for everything that came of it."""

from collections.abc import Callable
from pathlib import Path
from typing import assert_never

from card_registry.errors import OperatorMistaken
from card_registry.instant import DAY, SECOND
from door_controller.simulator.script.words import (
    After,
    ExpectAlarm,
    ExpectAnswer,
    Expectation,
    ExpectLeaf,
    ExpectLock,
    ExpectMode,
    Lock,
    Next,
    Script,
    Since,
    Step,
)
from door_controller.simulator.virtual.hands import act, listen
from door_controller.simulator.virtual.house import House
from door_controller.simulator.virtual.transcript import Line, What

AFTERWARDS_MS = 3 * SECOND
"""How long a play goes on after its last step, so that what is counted together is written."""


def play(script: Script, seed: int, folder: Path, tell: Callable[[Line], None]) -> int:
    """Play a script in an empty ``folder``; give how many expectations and laws failed.

    Raises:
        OperatorMistaken: A step goes back in time, or names what is not there; the sentence names its line.
    """
    failed = 0

    def count(line: Line) -> None:
        nonlocal failed
        failed += line.failed
        tell(line)

    house = House(script, seed, folder, count)
    listen(house)
    try:
        for step in script.steps:
            _take(house, step, count)
        house.run_until(house.hours.now + AFTERWARDS_MS)
    finally:
        rows, root = house.rows, house.end()
    tell(Line(house.hours.now, What.END, f"{rows} rows, root {root}, {failed} failed"))
    return failed


def _take(house: House, step: Step, tell: Callable[[Line], None]) -> None:
    at = moment(house, step)
    if at < house.hours.now:
        raise OperatorMistaken(
            f"line {step.line}: time goes back; it is {house.hours.now / SECOND} s already"
        )
    house.run_until(at)
    action = step.action
    if isinstance(action, Expectation):
        reason = expect(house, action)
        tell(
            Line(
                at, What.EXPECT, step.text if reason is None else f"{step.text}; {reason}", reason is not None
            )
        )
        return
    tell(Line(at, What.DO, step.text))
    try:
        act(house, action)
    except OperatorMistaken as error:
        raise OperatorMistaken(f"line {step.line}: {error}") from error


def moment(house: House, step: Step) -> int:
    """Give when a step comes (milliseconds since the beginning)."""
    now = house.hours.now
    match step.when:
        case Since(ms):
            return ms
        case After(ms):
            return now + ms
        case Next(ms):
            return now + (ms - house.hours.of_day) % DAY
        case _:
            assert_never(step.when)


def expect(house: House, expected: Expectation) -> str | None:
    """Say how it is instead; None where it is as expected."""
    if isinstance(expected, ExpectLock):
        released = next(iter(house.wires.values())).released
        return (
            None
            if released == (expected.lock is Lock.RELEASED)
            else f"it is {'released' if released else 'locked'}"
        )
    if isinstance(expected, ExpectAnswer):
        return None if house.answer is expected.reason else f"it was {house.answer}"
    if house.program is None:
        return "no program runs"
    door = next(iter(house.program.latches.values())).door
    match expected:
        case ExpectLeaf(state):
            return None if door.state == state else f"it is {door.state}"
        case ExpectMode(mode):
            return None if door.mode is mode else f"it is {door.mode}"
        case ExpectAlarm(alarm, stands):
            lines = house.program.alarms.lines()
            found = any(line.split()[0] == alarm for line in lines)
            return None if found == stands else f"standing: {', '.join(lines) or 'none'}"
        case _:
            assert_never(expected)

"""Lines have one holder, a level that follows from what drives them, and a memory."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from card_registry.errors import OperatorMistaken
from door_controller.simulator.lines import HISTORY_MOST, LINES, LineBank
from door_controller.simulator.words import Change, Function, Pull

RELAY, BUTTON = 17, 3


def levels(bank: LineBank) -> list[int]:
    """The level of every line."""
    return [bank.view(line).level for line in LINES]


def test_as_at_boot() -> None:
    """GPIO 0 to 8 are pulled up, the others down, and nobody holds any (BCM2711 ARM peripherals, 5.3)."""
    assert levels(LineBank()) == [1] * 9 + [0] * 19


def test_what_drives_a_line() -> None:
    """An output beats the outside, the outside beats the pull, and each shows again when the other ends."""
    bank, me = LineBank(), object()
    bank.claim(RELAY, me, "me")

    assert bank.make_output(RELAY, me, 1) == 1
    assert bank.move(RELAY, 0) == 1
    assert bank.make_input(RELAY, me, Pull.UP) == 0
    assert bank.outside(RELAY) == 0
    assert bank.move(RELAY, 1) == 1
    bank.make_input(RELAY, me, Pull.DOWN)
    assert bank.move(RELAY, None) == 0
    assert bank.view(RELAY).function is Function.INPUT


def test_becoming_an_output_does_not_pulse() -> None:
    """A line becomes an output at the level asked for, or at the level it has."""
    bank, me = LineBank(), object()
    bank.claim(BUTTON, me, "me")
    bank.make_output(BUTTON, me, None)
    bank.make_output(BUTTON, me, 1)

    assert bank.history(BUTTON, 0) == ()


def test_one_holder() -> None:
    """A second holder is refused with the first one's name, and nobody drives what he does not hold."""
    bank, me, other = LineBank(), object(), object()
    bank.claim(RELAY, me, "process 12")
    bank.claim(RELAY, me, "process 12")
    with pytest.raises(OperatorMistaken, match="process 12"):
        bank.claim(RELAY, other, "process 13")
    with pytest.raises(OperatorMistaken, match="not claimed"):
        bank.make_output(RELAY, other, 1)


def test_a_dead_holder_leaves_the_line_driven() -> None:
    """As on a Pi: the output stays until the next holder changes it."""
    bank, dead, heir = LineBank(), object(), object()
    bank.claim(RELAY, dead, "dead")
    bank.make_output(RELAY, dead, 1)
    bank.abandon(dead)
    assert bank.view(RELAY).level == 1
    assert bank.view(RELAY).holder is None
    assert bank.move(RELAY, 0) == 1
    bank.claim(RELAY, heir, "heir")
    assert bank.make_output(RELAY, heir, None) == 1
    bank.release(RELAY, heir)

    assert bank.view(RELAY).level == 0


@pytest.mark.parametrize("line", [-1, 28, 999])
def test_there_are_28_lines(line: int) -> None:
    """Others are refused."""
    with pytest.raises(OperatorMistaken, match="no line"):
        LineBank().view(line)


@given(st.lists(st.integers(0, 1), max_size=60))
def test_the_memory_is_exact(moves: list[int]) -> None:
    """Every change is counted, in order and at times that do not run back; equal levels are no change."""
    bank = LineBank()
    seen: list[Change] = []
    bank.watch("me", lambda _, change: seen.append(change))
    for level in moves:
        bank.move(RELAY, level)
    history = bank.history(RELAY, 0)

    assert list(history) == seen
    assert [change.count for change in history] == list(range(1, len(history) + 1))
    assert [change.level for change in history] == [number % 2 for number in range(1, len(history) + 1)]
    assert sorted(change.ms for change in history) == [change.ms for change in history]
    assert bank.history(RELAY, len(history) // 2) == history[len(history) // 2 :]


def test_the_memory_is_bounded() -> None:
    """Only the newest changes are kept; the count goes on."""
    bank = LineBank()
    for number in range(HISTORY_MOST + 10):
        bank.move(RELAY, (number + 1) % 2)

    assert len(bank.history(RELAY, 0)) == HISTORY_MOST
    assert bank.view(RELAY).changes == HISTORY_MOST + 10


def test_a_watcher_can_leave() -> None:
    """After leaving it is told nothing."""
    bank = LineBank()
    seen: list[int] = []
    bank.watch("me", lambda line, _: seen.append(line))
    bank.move(RELAY, 1)
    bank.watch("me", None)
    bank.watch("me", None)
    bank.move(RELAY, 0)

    assert seen == [RELAY]

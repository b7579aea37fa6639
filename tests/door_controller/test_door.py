"""The door machine: its table, line by line, and its invariants under random lives."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from card_registry.journal.event import Alarmed, DoorChanged, Exited
from card_registry.words import DoorId, Reason
from door_controller.door import (
    Accepted,
    Broken,
    Contact,
    DoorState,
    Effect,
    Input,
    Lock,
    Note,
    Release,
    Rex,
    Signal,
    Tick,
    Timing,
    TurnedAway,
    Unused,
    due,
    step,
)

DOOR = DoorId("ruang-server")
TIMING = Timing(release_ms=5_000, held_ms=20_000, debounce_ms=50, warn_ms=0)
CARD = Accepted(1, 7)


@dataclass
class Life:
    """A door and all that happened to it."""

    door: DoorState = field(default_factory=lambda: DoorState(DOOR, TIMING))
    effects: list[Effect] = field(default_factory=list)

    def at(self, now: int, *inputs: Input) -> list[Effect]:
        """Take inputs at one moment; give what followed."""
        followed: list[Effect] = []
        for one in inputs:
            self.door, effects = step(self.door, one, now)
            followed += effects
        self.effects += followed
        return followed

    def closed(self) -> "Life":
        """Let the contact show closed, from the start."""
        self.at(0, Contact(open=False))
        self.at(100, Tick())
        return self


def notes(effects: list[Effect]) -> list[object]:
    """Give what is to be written down."""
    return [effect.body for effect in effects if isinstance(effect, Note)]


def changed(state: str, cause: str) -> DoorChanged:
    """Give a change of this door."""
    return DoorChanged(DOOR, state, cause)


def test_a_card_releases_for_its_time_and_then_locks() -> None:
    """The lock is released at once and locked at the end of the release, not before."""
    life = Life().closed()

    assert life.at(1_000, CARD) == [Release(), Signal(Reason.GRANTED)]
    assert due(life.door) == 6_000
    assert life.at(5_999, Tick()) == []
    assert life.at(6_000, Tick()) == [Lock(), Unused(1, 7)]
    assert due(life.door) is None


def test_a_denial_only_signals() -> None:
    """A denied card moves nothing."""
    assert Life().at(1_000, TurnedAway(Reason.NO_GRANT)) == [Signal(Reason.NO_GRANT)]


def test_the_exit_button_releases_first_and_once() -> None:
    """Pressing releases before anything is noted; holding it down does not release again."""
    life = Life().closed()

    assert life.at(1_000, Rex(pressed=True)) == [Release(), Note(Exited(DOOR))]
    assert life.at(2_000, Rex(pressed=True)) == []
    assert life.at(6_000, Tick()) == []
    assert life.at(7_000, Rex(pressed=False)) == []
    assert life.at(12_000, Tick()) == [Lock()]
    assert life.at(13_000, Rex(pressed=True)) == [Release(), Note(Exited(DOOR))]


def test_an_overdue_release_ends_before_the_next_input() -> None:
    """Even without a tick, whatever comes next locks first."""
    life = Life().closed()
    life.at(1_000, CARD)

    assert life.at(60_000, TurnedAway(Reason.NO_GRANT)) == [Lock(), Unused(1, 7), Signal(Reason.NO_GRANT)]


def test_a_second_card_extends_the_release() -> None:
    """The later end counts."""
    life = Life().closed()
    life.at(1_000, CARD)
    life.at(4_000, CARD)

    assert life.at(6_000, Tick()) == []
    assert life.at(9_000, Tick()) == [Lock(), Unused(1, 7), Unused(1, 7)]


def test_opening_while_released_is_open() -> None:
    """A person who walks through raises no alarm."""
    life = Life().closed()
    life.at(1_000, CARD)
    life.at(2_000, Contact(open=True))

    assert notes(life.at(2_060, Tick())) == [changed("open", "released")]
    life.at(4_000, Contact(open=False))
    assert notes(life.at(4_060, Tick())) == [changed("closed", "contact")]


def test_opening_in_the_last_instant_of_a_release_is_not_forced() -> None:
    """The moment of the first change counts, not the end of the debounce."""
    life = Life().closed()
    life.at(1_000, CARD)
    life.at(5_990, Contact(open=True))

    assert notes(life.at(6_050, Tick())) == [changed("open", "released")]


def test_opening_while_locked_is_forced_until_closed() -> None:
    """A forced door alarms at once, and the alarm clears when it closes."""
    life = Life().closed()
    life.at(1_000, Contact(open=True))

    assert notes(life.at(1_050, Tick())) == [
        changed("forced", "not-released"),
        Alarmed("door-forced", DOOR, raised=True),
    ]
    assert notes(life.at(90_000, Tick())) == []
    life.at(91_000, Contact(open=False))
    assert notes(life.at(91_050, Tick())) == [
        changed("closed", "contact"),
        Alarmed("door-forced", DOOR, raised=False),
    ]


def test_a_door_open_for_too_long_is_held() -> None:
    """After the release and the held-open time the alarm is raised, once."""
    life = Life().closed()
    life.at(1_000, CARD)
    life.at(2_000, Contact(open=True))
    life.at(2_050, Tick())

    assert due(life.door) == 6_000
    life.at(6_000, Tick())
    assert due(life.door) == 26_000
    assert notes(life.at(26_000, Tick())) == [
        changed("held", "too-long"),
        Alarmed("door-held", DOOR, raised=True),
    ]
    assert due(life.door) is None
    life.at(30_000, Contact(open=False))
    assert notes(life.at(30_050, Tick()))[1] == Alarmed("door-held", DOOR, raised=False)


def test_bouncing_is_not_seen() -> None:
    """A level that does not stand for the debounce time never counts."""
    life = Life().closed()
    for now in range(1_000, 1_040, 10):
        life.at(now, Contact(open=True))
        life.at(now + 5, Contact(open=False))

    assert notes(life.at(2_000, Tick())) == []
    assert due(life.door) is None


def test_every_input_of_400_ms_is_seen() -> None:
    """The longest debounce allowed still sees an opening of 400 ms."""
    life = Life(DoorState(DOOR, Timing(debounce_ms=400))).closed()
    life.at(0, Contact(open=False))
    life.at(500, Tick())
    life.at(1_000, Contact(open=True))

    assert notes(life.at(1_400, Tick())) != []


def test_without_debounce_a_level_counts_at_once() -> None:
    """A debounce of nothing needs no tick."""
    life = Life(DoorState(DOOR, Timing(debounce_ms=0)))

    assert notes(life.at(5, Contact(open=True))) == [changed("open", "start")]
    assert notes(life.at(6, Contact(open=True))) == []


def test_a_door_found_open_is_not_forced() -> None:
    """The first level after a start is no news."""
    life = Life()
    life.at(0, Contact(open=True))

    assert notes(life.at(50, Tick())) == [changed("open", "start")]


def test_broken_locks_and_exit_still_works() -> None:
    """A fault ends the release at once; the button still releases after it."""
    life = Life().closed()
    life.at(1_000, CARD)

    assert life.at(1_500, Broken()) == [Lock(), Unused(1, 7)]
    assert due(life.door) is None
    assert life.at(2_000, Rex(pressed=True))[0] == Release()


@pytest.mark.parametrize(
    "times",
    [
        {"release_ms": 2_999},
        {"release_ms": 60_001},
        {"held_ms": 0},
        {"debounce_ms": 401},
        {"debounce_ms": -1},
    ],
)
def test_times_out_of_bounds_are_refused(times: dict[str, Any]) -> None:
    """No configuration makes a door stay open, or shut in people's faces."""
    with pytest.raises(ValueError, match="must be"):
        Timing(**times)

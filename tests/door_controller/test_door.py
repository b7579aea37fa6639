"""The door machine's table of the leaf, and its releases by card and exit button, line by line."""

from dataclasses import replace
from typing import Any

import pytest

from card_registry.journal.event import Exited
from card_registry.words import Mode, Reason
from door_controller.door import (
    BOUNDS,
    Accepted,
    Awaiting,
    Broken,
    Contact,
    DoorState,
    Lock,
    Note,
    Release,
    Rex,
    Signal,
    State,
    Timing,
    TurnedAway,
    Unused,
    Used,
    due,
)
from tests.door_controller.door_life import CARD, DOOR, TIMING, Life, changed, cleared, notes, raised


def test_a_card_releases_for_its_time_and_then_locks() -> None:
    """The lock is released at once and locked at the end of the release, not before."""
    life = Life().closed()

    assert life.at(1_000, CARD) == [Release(), Signal(Reason.GRANTED)]
    assert due(life.door) == 6_000
    assert life.at(5_999) == []
    assert life.at(6_000) == [Lock(), Unused(1, 7)]
    assert due(life.door) is None


@pytest.mark.parametrize("input", [TurnedAway(Reason.NO_GRANT), Awaiting(Reason.PIN_REQUIRED)])
def test_a_denial_only_signals(input: TurnedAway | Awaiting) -> None:
    """A card that is denied, or not enough by itself, moves nothing and is told why."""
    life = Life().closed()
    before = life.door

    assert life.at(1_000, input) == [Signal(input.reason)]
    assert life.door == before


def test_the_exit_button_releases_first_and_once() -> None:
    """Pressing releases before anything is noted; holding it down does not release again."""
    life = Life().closed()

    assert life.at(1_000, Rex(pressed=True)) == [Release(), Note(Exited(DOOR))]
    assert life.at(2_000, Rex(pressed=True)) == []
    assert life.at(6_000) == []
    assert life.at(7_000, Rex(pressed=False)) == []
    assert life.at(11_999) == []
    assert life.at(12_000) == [Lock()]
    assert life.at(13_000, Rex(pressed=True)) == [Release(), Note(Exited(DOOR))]


def test_a_button_held_down_too_long_is_stuck() -> None:
    """It locks and alarms; letting go clears the alarm, and the next press releases at once."""
    life = Life().closed()
    life.at(1_000, Rex(pressed=True))

    assert life.at(31_000) == [Lock(), Note(raised("rex-stuck"))]
    assert due(life.door) is None
    assert life.at(90_000, Rex(pressed=False)) == [Note(cleared("rex-stuck"))]
    assert life.at(90_001, Rex(pressed=True)) == [Release(), Note(Exited(DOOR))]


def test_a_button_is_believed_for_no_less_than_a_release() -> None:
    """Where the release is longer than what makes a button stuck, the release counts."""
    life = Life(Timing(release_ms=40_000, rex_stuck_ms=5_000)).closed()
    life.at(1_000, Rex(pressed=True))

    assert life.at(40_999) == []
    assert life.at(41_000)[0] == Lock()


def test_a_card_does_not_shorten_an_exit_nor_an_exit_a_card() -> None:
    """Whoever releases longer counts."""
    life = Life().closed()
    life.at(1_000, Rex(pressed=True), CARD)
    life.at(2_000, Rex(pressed=False))
    life.at(4_000, CARD)

    assert Lock() not in life.at(7_000)
    assert life.at(9_000)[0] == Lock()


def test_an_overdue_release_ends_before_the_next_input() -> None:
    """Even without a tick, whatever comes next locks first."""
    life = Life().closed()
    life.at(1_000, CARD)

    assert life.at(60_000, TurnedAway(Reason.NO_GRANT)) == [Lock(), Unused(1, 7), Signal(Reason.NO_GRANT)]


def test_an_overdue_lock_does_not_come_between_a_person_and_the_release() -> None:
    """The late end of a release is told after the new release, and drives nothing."""
    life = Life().closed()
    life.at(1_000, CARD)

    assert life.at(60_000, Rex(pressed=True)) == [Release(), Unused(1, 7), Note(Exited(DOOR))]
    assert life.door.released


def test_a_second_card_extends_the_release() -> None:
    """The later end counts, and each of the two is told its own end, in order."""
    life = Life().closed()
    life.at(1_000, CARD)
    life.at(4_000, Accepted(1, 8))

    assert life.at(6_000) == []
    assert life.at(9_000) == [Lock(), Unused(1, 7), Unused(1, 8)]


def test_opening_while_released_is_open() -> None:
    """A person who walks through raises no alarm."""
    life = Life().closed()
    life.at(1_000, CARD)
    life.at(2_000, Contact(open=True))

    assert life.at(2_060) == [Note(changed("open", "released")), Used(1, 7)]
    life.at(4_000, Contact(open=False))
    assert notes(life.at(4_060)) == [changed("closed", "contact")]


def test_opening_in_the_last_instant_of_a_release_is_not_forced() -> None:
    """The moment of the first change counts, not the end of the debounce."""
    life = Life().closed()
    life.at(1_000, CARD)
    life.at(5_990, Contact(open=True))

    assert life.at(6_000) == [Lock()]
    assert life.at(6_050) == [Note(changed("open", "released")), Used(1, 7)]


def test_an_exit_bar_whose_contact_is_quicker_than_its_button_is_not_forced() -> None:
    """The button shunts the alarm while the contact still settles."""
    life = Life().closed()
    life.at(1_000, Contact(open=True))
    life.at(1_020, Rex(pressed=True))

    assert notes(life.at(1_050)) == [changed("open", "released")]


def test_opening_while_locked_is_forced_until_closed() -> None:
    """A forced door alarms at once, whoever is accepted meanwhile, and the alarm clears when it closes."""
    life = Life().closed()
    life.at(1_000, Contact(open=True))

    assert notes(life.at(1_050)) == [changed("forced", "not-released"), raised("door-forced")]
    assert life.at(2_000, CARD) == [Release(), Signal(Reason.GRANTED), Used(1, 7)]
    assert notes(life.at(90_000)) == []
    life.at(91_000, Contact(open=False))
    assert notes(life.at(91_050)) == [changed("closed", "contact"), cleared("door-forced")]


def test_a_door_open_for_too_long_is_held() -> None:
    """After the release and the held-open time the alarm is raised, once."""
    life = Life().closed()
    life.at(1_000, CARD)
    life.at(2_000, Contact(open=True))
    life.at(2_050)

    assert due(life.door) == 6_000
    life.at(6_000)
    assert due(life.door) == 26_000
    assert notes(life.at(26_000)) == [changed("held", "too-long"), raised("door-held")]
    assert due(life.door) is None
    life.at(30_000, Contact(open=False))
    assert notes(life.at(30_050)) == [changed("closed", "contact"), cleared("door-held")]


def test_a_warning_comes_before_held() -> None:
    """The warning ends where the alarm begins; each is told once."""
    life = Life(replace(TIMING, warn_ms=10_000)).closed()
    life.at(1_000, CARD)
    life.at(2_000, Contact(open=True))

    assert notes(life.at(16_000)) == [
        changed("open", "released"),
        changed("held-soon", "lingering"),
        raised("door-held-soon"),
    ]
    assert notes(life.at(26_000)) == [
        changed("held", "too-long"),
        cleared("door-held-soon"),
        raised("door-held"),
    ]


@pytest.mark.parametrize("input", [CARD, Rex(pressed=True)])
def test_a_new_release_takes_the_warning_back(input: Accepted | Rex) -> None:
    """A person who releases an open door again has the whole time again."""
    life = Life(replace(TIMING, warn_ms=10_000, rex_stuck_ms=5_000)).closed()
    life.at(1_000, Rex(pressed=True), Rex(pressed=False))
    life.at(2_000, Contact(open=True))
    life.at(16_000)

    assert notes(life.at(20_000, input))[-2:] == [changed("open", "released"), cleared("door-held-soon")]
    life.at(34_999)
    assert life.door.state is State.OPEN
    assert notes(life.at(35_000))[-2:] == [changed("held-soon", "lingering"), raised("door-held-soon")]


def test_a_warning_longer_than_the_held_time_begins_with_it() -> None:
    """No warning begins while the door is released."""
    life = Life(Timing(held_ms=5_000, warn_ms=60_000)).closed()
    life.at(1_000, CARD)
    life.at(2_000, Contact(open=True))

    assert notes(life.at(5_999)) == [changed("open", "released")]
    assert notes(life.at(6_000))[0] == changed("held-soon", "lingering")
    assert notes(life.at(11_000))[0] == changed("held", "too-long")


def test_bouncing_is_not_seen() -> None:
    """A level that does not stand for the debounce time never counts."""
    life = Life().closed()
    for now in range(1_000, 1_040, 10):
        life.at(now, Contact(open=True))
        life.at(now + 5, Contact(open=False))

    assert notes(life.at(2_000)) == []
    assert due(life.door) is None


def test_every_input_of_400_ms_is_seen() -> None:
    """The longest debounce allowed still sees an opening of 400 ms, though no tick came in it."""
    life = Life(Timing(debounce_ms=400)).closed()
    life.at(500)
    life.at(1_000, Contact(open=True))

    assert changed("forced", "not-released") in notes(life.at(1_400, Contact(open=False)))


def test_without_debounce_a_level_counts_at_once() -> None:
    """A debounce of nothing needs no tick."""
    life = Life(Timing(debounce_ms=0))

    assert notes(life.at(5, Contact(open=True))) == [changed("open", "start")]
    assert notes(life.at(6, Contact(open=True))) == []


def test_a_door_found_open_is_not_forced() -> None:
    """The first level after a start is no news."""
    life = Life()
    life.at(0, Contact(open=True))

    assert notes(life.at(50)) == [changed("open", "start")]


@pytest.mark.parametrize("mode", [Mode.NORMAL, Mode.LOCKDOWN])
def test_a_failure_locks_and_exit_still_works(mode: Mode) -> None:
    """A fault ends every release at once and keeps the mode; the next press releases after it."""
    life = Life(mode=mode).closed()
    life.at(1_000, CARD, Rex(pressed=True))

    assert life.at(1_500, Broken()) == [Lock(), Unused(1, 7)]
    assert life.door.mode is mode
    assert due(life.door) is None
    assert life.at(1_600, Broken()) == [Lock()]
    assert life.at(2_000, Rex(pressed=False)) == []
    assert life.at(2_001, Rex(pressed=True))[0] == Release()


@pytest.mark.parametrize(("name", "bounds", "unit"), BOUNDS)
def test_times_out_of_bounds_are_refused(name: str, bounds: tuple[int, int], unit: str) -> None:
    """No configuration makes a door stay open, or shut in people's faces; both bounds themselves stand."""
    least, most = bounds
    for allowed in bounds:
        times: dict[str, Any] = {name: allowed}
        assert getattr(Timing(**times), name) == allowed
    for refused in (least - 1, most + 1):
        times = {name: refused}
        with pytest.raises(ValueError, match=f"{name} must be {least} to {most} {unit}, not"):
            Timing(**times)


@pytest.mark.parametrize(
    ("mode", "place"), [(Mode.FREE, None), (Mode.NORMAL, (1, 7)), (Mode.LOCKDOWN, (1, 7))]
)
def test_no_door_is_free_without_a_committed_event(mode: Mode, place: tuple[int, int] | None) -> None:
    """A program cannot start a door free; a mode that is not free explains nothing."""
    with pytest.raises(ValueError, match="committed event"):
        DoorState(DOOR, TIMING, mode, place)


def test_a_door_shows_what_its_contact_shows_before_it_believes_it() -> None:
    """What reads the wires compares with what is seen, and not with what is believed."""
    life = Life().closed()
    life.at(1_000, Contact(open=True))

    assert (life.door.seen, life.door.contact, life.door.secured) == (True, False, False)

"""The modes of the door machine, and who may override them: exit always, an accepted card always."""

from dataclasses import replace

import pytest

from card_registry.journal.event import Exited, ModeChanged
from card_registry.words import Mode, Reason
from door_controller.door import (
    Broken,
    Contact,
    Lock,
    Moded,
    Note,
    Release,
    Rex,
    Signal,
    State,
    Unused,
    Used,
    due,
)
from tests.door_controller.door_life import (
    CARD,
    DOOR,
    FREE,
    LOCKDOWN,
    NORMAL,
    TIMING,
    Life,
    changed,
    cleared,
    notes,
)


def test_lockdown_locks_at_once() -> None:
    """A card's release ends; whoever it was for did not pass."""
    life = Life().closed()
    life.at(1_000, CARD)

    assert life.at(2_000, LOCKDOWN) == [Lock(), Unused(1, 7)]
    assert due(life.door) is None
    assert life.at(3_000, LOCKDOWN) == [Lock()]


@pytest.mark.parametrize("pressed", [True, False])
def test_lockdown_cuts_no_exit(*, pressed: bool) -> None:
    """A release by the exit button runs on, whether the button is still down or not."""
    life = Life().closed()
    life.at(1_000, CARD, Rex(pressed=True))
    life.at(1_500, Rex(pressed=pressed))

    assert life.at(2_000, LOCKDOWN) == [Unused(1, 7)]
    assert life.door.released
    assert life.rest()[0] == Lock()
    assert life.door.until == (31_000 if pressed else 6_500)


@pytest.mark.parametrize("mode", [LOCKDOWN, FREE, NORMAL])
def test_exit_releases_in_every_mode(mode: Moded) -> None:
    """No mode blocks exit."""
    life = Life().closed()
    life.at(1_000, mode)

    assert life.at(2_000, Rex(pressed=True)) == [Release(), Note(Exited(DOOR))]


def test_an_override_card_opens_in_lockdown() -> None:
    """Whom the decision let in, the machine lets in; a lockdown repeated locks again."""
    life = Life(mode=Mode.LOCKDOWN).closed()

    assert life.at(1_000, CARD) == [Release(), Signal(Reason.GRANTED)]
    assert life.at(2_000, LOCKDOWN) == [Lock(), Unused(1, 7)]


def test_an_opening_cut_short_by_lockdown_is_not_forced() -> None:
    """Who pulled the door before the order came is no intruder; who pulls it after is."""
    life = Life().closed()
    life.at(1_000, CARD)
    life.at(1_990, Contact(open=True))

    assert life.at(2_000, LOCKDOWN) == [Lock()]
    assert life.at(2_040) == [Note(changed("open", "released")), Used(1, 7)]
    life.at(3_000, Contact(open=False))
    life.at(4_000, Contact(open=True))
    assert life.at(4_050)[0] == Note(changed("forced", "not-released"))


def test_free_holds_the_release_until_it_is_left() -> None:
    """Nothing is timed in FREE, and leaving it locks."""
    life = Life().closed()

    assert life.at(1_000, FREE) == [Release()]
    assert life.at(1_001, FREE) == [Release()]
    assert due(life.door) is None
    assert life.door.freed_by == (1, 20)
    assert life.at(90_000_000, NORMAL) == [Lock()]
    assert life.at(90_000_001, NORMAL) == []


def test_free_knows_no_held_door_until_it_is_left() -> None:
    """The held clock begins when FREE ends."""
    life = Life().closed()
    life.at(1_000, FREE, Contact(open=True))

    assert notes(life.at(500_000)) == [changed("open", "released")]
    assert due(life.door) is None
    assert life.at(600_000, LOCKDOWN) == [Lock()]
    assert due(life.door) == 620_000


@pytest.mark.parametrize(("now", "alarm"), [(1_100, "door-forced"), (22_000, "door-held")])
def test_free_ends_the_alarms_of_an_open_leaf(now: int, alarm: str) -> None:
    """What is free is neither forced nor held; after it the clock begins anew."""
    life = Life().closed()
    life.at(1_000, *([] if alarm == "door-forced" else [FREE]), Contact(open=True))
    life.at(1_050)
    life.at(1_060, NORMAL)
    life.at(now)

    assert notes(life.at(30_000, FREE)) == [changed("open", "free"), cleared(alarm)]
    life.at(40_000, NORMAL)
    assert life.at(60_000) != []
    assert life.door.state is State.HELD


def test_leaving_free_cuts_no_card_short() -> None:
    """A card accepted while free keeps the release of its own."""
    life = Life().closed()
    life.at(1_000, FREE)

    assert life.at(2_000, CARD) == [Release(), Signal(Reason.GRANTED)]
    assert life.at(3_000, NORMAL) == []
    assert life.at(7_000) == [Lock(), Unused(1, 7)]


def test_a_card_in_free_is_settled_by_its_own_time() -> None:
    """The release of FREE goes on; whoever tapped and did not walk through did not pass."""
    life = Life().closed()
    life.at(1_000, FREE, CARD)

    assert life.at(6_000) == [Unused(1, 7)]
    assert life.door.released


def test_a_failure_ends_free() -> None:
    """The door is locked and NORMAL, the journal is told so, and FREE does not come back by itself."""
    life = Life().closed()
    life.at(1_000, FREE)

    assert life.at(2_000, Broken()) == [Lock(), Note(ModeChanged(DOOR, Mode.NORMAL, "fault"))]
    assert life.door.mode is Mode.NORMAL
    assert not life.door.released


def test_a_door_that_relocks_on_closing_locks_behind_the_person() -> None:
    """The rest of the release is not left to the next person; closing without having opened locks nothing."""
    life = Life(replace(TIMING, relock_on_close=True)).closed()

    life.passed(1_000, 2_500)
    assert life.at(2_550) == [Lock(), Note(changed("closed", "contact"))]
    life.at(3_000, Contact(open=True))
    assert life.at(3_050)[0] == Note(changed("forced", "not-released"))


def test_without_that_option_a_release_lasts() -> None:
    """A door that closes early stays released for its time."""
    life = Life().closed()

    life.passed(1_000, 2_500)
    assert life.at(2_550) == [Note(changed("closed", "contact"))]
    assert life.at(6_000) == [Lock()]


def test_closing_locks_nothing_while_the_button_is_down() -> None:
    """Exit goes before re-locking, and a release by the button is never ended by the contact."""
    life = Life(replace(TIMING, relock_on_close=True)).closed()
    life.at(1_000, Rex(pressed=True))
    life.passed(1_100, 2_500)

    assert life.at(2_550) == [Note(changed("closed", "contact"))]
    life.at(3_000, Rex(pressed=False))
    assert life.at(7_999) == []
    assert life.at(8_000) == [Lock()]


def test_closing_ends_a_card_and_leaves_the_exit_its_time() -> None:
    """After the button was let go the card's release ends with the closing, the exit's with its time."""
    life = Life(replace(TIMING, relock_on_close=True)).closed()
    life.at(1_000, Rex(pressed=True), Rex(pressed=False))
    life.passed(4_000, 5_000)

    assert life.at(5_050) == [Note(changed("closed", "contact"))]
    assert life.at(6_000) == [Lock()]


def test_a_card_accepted_while_the_leaf_is_open_keeps_its_release() -> None:
    """The door that closes behind the first person does not lock before the second."""
    life = Life(replace(TIMING, relock_on_close=True)).closed()
    life.at(1_000, CARD)
    life.at(1_500, Contact(open=True))
    life.at(2_000, CARD)
    life.at(2_100, Contact(open=False))

    assert life.at(2_150) == [Note(changed("closed", "contact"))]
    assert life.at(7_000) == [Lock()]

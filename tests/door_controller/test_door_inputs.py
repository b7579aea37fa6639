"""What the door machine makes of feedback, cover and contact that are odd, and who is said to have passed."""

from dataclasses import replace

import pytest

from card_registry.words import Mode, Reason
from door_controller.door import (
    Accepted,
    Contact,
    Effect,
    Feedback,
    Lock,
    LockState,
    Note,
    Release,
    Rex,
    Signal,
    State,
    Tamper,
    Unused,
    Used,
    due,
)
from tests.door_controller.door_life import (
    CARD,
    FREE,
    NORMAL,
    TIMING,
    WATCHED,
    Life,
    changed,
    cleared,
    notes,
    raised,
)


def test_a_lock_that_follows_raises_nothing() -> None:
    """Released and locked again, each within the time."""
    life = Life(WATCHED).closed()

    life.at(1_000, CARD)
    assert life.door.lock is LockState.RELEASED
    assert life.at(1_300, Feedback(locked=False)) == []
    life.at(6_000)
    assert life.at(6_400, Feedback(locked=True)) == []
    assert life.door.secured
    assert due(life.door) is None


def test_a_lock_that_does_not_release_alarms_until_it_follows() -> None:
    """People stand before a door that says granted: somebody should know."""
    life = Life(WATCHED).closed()
    life.at(1_000, CARD)

    assert due(life.door) == 3_000
    assert life.at(3_000) == [Note(raised("release-failed"))]
    assert life.door.lock is LockState.RELEASE_FAILED
    assert life.at(3_500, Feedback(locked=False)) == [Note(cleared("release-failed"))]


def test_a_release_that_failed_ends_with_the_release() -> None:
    """A lock that stayed locked is as it should be afterwards."""
    life = Life(WATCHED).closed()
    life.at(1_000, CARD)
    life.at(3_000)

    assert life.at(6_000) == [Lock(), Note(cleared("release-failed")), Unused(1, 7)]
    assert life.door.secured


def test_a_slow_lock_must_release_within_half_the_release() -> None:
    """However much time it is given: a lock that never releases is found. Locking takes as long as it may."""
    life = Life(replace(WATCHED, follow_ms=10_000)).closed()
    life.at(1_000, CARD)

    assert life.at(3_500) == [Note(raised("release-failed"))]
    life.at(4_000, Feedback(locked=False))
    life.at(6_000)
    assert due(life.door) == 16_000


def test_a_second_card_does_not_give_a_failing_lock_more_time() -> None:
    """The time to follow counts from the first release."""
    life = Life(WATCHED).closed()
    life.at(1_000, CARD)
    life.at(2_500, Rex(pressed=True))

    assert life.at(3_000) == [Note(raised("release-failed"))]


def test_a_lock_that_does_not_lock_alarms_until_it_follows() -> None:
    """The leaf never opened, so it lies in its frame: the lock itself failed."""
    life = Life(WATCHED).closed()
    life.at(1_000, CARD)
    life.at(1_100, Feedback(locked=False))
    life.at(6_000)

    assert not life.door.secured
    assert life.at(8_000) == [Note(raised("lock-failed"))]
    assert life.door.lock is LockState.LOCK_FAILED
    assert due(life.door) is None
    assert life.at(9_000, Feedback(locked=True)) == [Note(cleared("lock-failed"))]


def test_a_lock_that_comes_loose_at_rest_has_failed() -> None:
    """Feedback lost while nothing was asked of the lock."""
    life = Life(WATCHED).closed()
    life.at(50_000, Feedback(locked=False))

    assert life.at(51_999) == []
    assert life.at(52_000) == [Note(raised("lock-failed"))]
    assert life.at(60_000, CARD)[-1] == Note(cleared("lock-failed"))


def test_an_open_leaf_excuses_its_bolt() -> None:
    """The time to follow begins when the leaf is shut."""
    life = Life(WATCHED).closed()
    life.at(1_000, CARD)
    life.at(1_500, Contact(open=True), Feedback(locked=False))
    life.at(15_000, Contact(open=False))

    assert life.at(15_050) == [Note(changed("closed", "contact"))]
    assert due(life.door) == 17_050
    assert life.at(16_000, Feedback(locked=True)) == []
    assert due(life.door) is None


def ajar() -> Life:
    """Give a door that was used and does not lie in its frame, since 8 000."""
    life = Life(WATCHED).closed()
    life.at(1_000, CARD)
    life.at(1_500, Contact(open=True), Feedback(locked=False))
    life.at(5_000, Contact(open=False))
    assert life.at(8_000) == [
        Note(changed("closed", "contact")),
        Lock(),
        Note(changed("ajar", "not-locked")),
        Note(raised("door-ajar")),
    ]
    assert life.door.state is State.AJAR
    assert due(life.door) is None
    return life


def test_a_leaf_that_was_open_and_does_not_lock_is_ajar_until_it_does() -> None:
    """Somebody pushes it home."""
    life = ajar()

    assert life.at(9_000, Feedback(locked=True)) == [
        Note(changed("closed", "locked")),
        Note(cleared("door-ajar")),
    ]
    assert life.door.secured
    life.at(20_000, Feedback(locked=False))
    assert life.at(22_000) == [Note(raised("lock-failed"))], "it was proved locked, so it is the lock now"


def test_a_leaf_ajar_that_is_pulled_open_is_forced() -> None:
    """Nothing released it."""
    life = ajar()
    life.at(9_000, Contact(open=True))

    assert notes(life.at(9_050)) == [
        changed("forced", "not-released"),
        cleared("door-ajar"),
        raised("door-forced"),
    ]


@pytest.mark.parametrize("input", [CARD, Rex(pressed=True), FREE])
def test_a_leaf_ajar_that_is_released_is_closed(input: Effect | Accepted | Rex) -> None:
    """What is released need not be locked."""
    life = ajar()

    told = life.at(9_000, input)  # type: ignore[arg-type]
    assert notes(told)[-2:] == [changed("closed", "released"), cleared("door-ajar")]


def test_without_a_contact_a_lock_that_fails_is_never_ajar() -> None:
    """Nobody can say where the leaf is."""
    life = Life(replace(WATCHED, contact=False)).closed()
    life.at(1_000, CARD)
    life.at(1_500, Contact(open=True), Feedback(locked=False))
    life.at(6_000)

    assert life.at(8_000) == [Note(raised("lock-failed"))]


def test_inputs_a_door_has_not_are_not_listened_to() -> None:
    """A wire that is not fitted proves nothing."""
    life = Life(replace(TIMING, contact=False))

    assert life.at(1_000, Contact(open=True), Feedback(locked=False), Tamper(open=True)) == []
    assert due(life.door) is None
    assert life.door.secured


def test_an_opened_cover_alarms_until_it_is_shut() -> None:
    """A level that bounces is not told; the same level again is no news."""
    life = Life(replace(TIMING, tamper=True)).closed()
    life.at(500, Tamper(open=False))
    life.at(1_000, Tamper(open=True))
    life.at(1_020, Tamper(open=False))
    assert life.at(1_100) == []

    life.at(2_000, Tamper(open=True), Tamper(open=True))
    assert life.at(2_050) == [Note(raised("door-tamper"))]
    assert life.door.tampered
    life.at(3_000, Tamper(open=False))
    assert life.at(3_050) == [Note(cleared("door-tamper"))]


def test_the_same_feedback_again_is_no_news() -> None:
    """A level that is read each tenth of a second changes nothing."""
    life = Life(WATCHED).closed()
    before = life.door

    assert life.at(1_000, Feedback(locked=True), Contact(open=False)) == []
    assert life.door is before


def test_a_contact_that_never_moves_is_stuck() -> None:
    """After so many unused releases nobody can say who passed; a movement ends the alarm."""
    life = Life(replace(TIMING, stuck_after=2)).closed()
    life.at(1_000, Accepted(1, 1))
    assert life.at(6_000) == [Lock(), Unused(1, 1)]
    life.at(7_000, Accepted(1, 2))
    assert life.at(12_000) == [Lock(), Note(raised("contact-stuck")), Unused(1, 2)]

    assert life.at(13_000, Accepted(1, 3)) == [Release(), Signal(Reason.GRANTED), Used(1, 3)]
    life.at(14_000, Contact(open=True))
    assert notes(life.at(14_050)) == [changed("open", "released"), cleared("contact-stuck")]


def test_a_leaf_that_opens_begins_the_count_anew() -> None:
    """Only releases in a row make a contact stuck, and exits do not count."""
    life = Life(replace(TIMING, stuck_after=2)).closed()
    life.at(1_000, Accepted(1, 1))
    life.passed(10_000, 12_000)
    for now in (20_000, 40_000):
        life.at(now, Rex(pressed=True), Rex(pressed=False))
    life.at(60_000, Accepted(1, 8))

    assert life.at(65_000) == [Lock(), Unused(1, 8)]


def test_a_count_of_none_calls_no_contact_stuck() -> None:
    """A site may know that people often tap and stay."""
    life = Life(replace(TIMING, stuck_after=0)).closed()
    told: list[Effect] = []
    for number in range(30):
        told += life.at(number * 10_000, Accepted(1, number))

    assert notes(told) == []


@pytest.mark.parametrize("contact", [True, False])
def test_without_a_level_of_the_contact_each_accepted_counts_as_used(*, contact: bool) -> None:
    """Nobody can say that they stayed outside: not fitted, or not read yet."""
    life = Life(replace(TIMING, contact=contact))

    assert life.at(1_000, CARD) == [Release(), Signal(Reason.GRANTED), Used(1, 7)]
    assert life.at(6_000) == [Lock()]


def test_several_accepted_share_an_opening() -> None:
    """All of them are used, in their order; who comes while the leaf is open is used at once."""
    life = Life().closed()
    life.at(1_000, Accepted(1, 1))
    life.at(2_000, Accepted(1, 2))
    life.at(3_000, Contact(open=True))

    assert life.at(3_050)[1:] == [Used(1, 1), Used(1, 2)]
    assert life.at(3_100, Accepted(1, 3))[-1] == Used(1, 3)


def test_a_leaf_that_bounces_as_the_release_ends_was_not_used() -> None:
    """It is waited for until it settles."""
    life = Life().closed()
    life.at(1_000, CARD)
    life.at(5_990, Contact(open=True))

    assert life.at(6_000) == [Lock()]
    assert life.at(6_010, Contact(open=False)) == [Unused(1, 7)]


def test_a_failing_lock_is_watched_in_free_too() -> None:
    """A lock that does not release while the door is free keeps people out, or in."""
    life = Life(WATCHED, Mode.LOCKDOWN).closed()
    life.at(1_000, FREE)

    assert life.at(3_000) == [Note(raised("release-failed"))]
    assert life.at(4_000, NORMAL) == [Lock(), Note(cleared("release-failed"))]


@pytest.mark.parametrize(
    ("input", "alarm"), [(Tamper(open=True), "door-tamper"), (Contact(open=True), "door-held-soon")]
)
def test_another_moment_does_not_hurry_a_level(input: Tamper | Contact, alarm: str) -> None:
    """A level that has not stood long enough is not believed because something else was due."""
    life = Life(replace(TIMING, tamper=True, held_ms=5_000, warn_ms=300_000)).closed()
    life.at(200, Tamper(open=False))
    life.at(1_000, CARD)
    life.at(5_980, input)

    assert life.at(6_000)[0] == Lock()
    assert life.at(6_029, input) == []
    assert raised(alarm) in notes(life.at(6_030))

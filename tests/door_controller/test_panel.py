"""Light and buzzer: every reason and every indication has its pattern, and time alone plays it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from card_registry.words import Reason
from door_controller.panel import (
    ANSWERS,
    PHASE_MS,
    STANDING,
    Indication,
    Panel,
    Pattern,
    Phase,
    Shown,
    due,
    shown,
    signal,
    stand,
)

DARK, GREEN, RED, AMBER = Shown(), Shown(green=True), Shown(red=True), Shown(green=True, red=True)
GRANTED = {Reason.GRANTED, Reason.GRANTED_FREE, Reason.GRANTED_EXIT}
AWAITING = {Reason.PIN_REQUIRED, Reason.SECOND_PERSON, Reason.ESCORT_REQUIRED}
FOUND = {
    Reason.UNKNOWN_CREDENTIAL,
    Reason.CARD_DENIED,
    Reason.HOLDER_DENIED,
    Reason.GRANT_DENIED,
    Reason.NO_GRANT,
}


def lights(pattern: Pattern) -> set[tuple[bool, bool]]:
    """Give the combinations of green and red that a pattern shows."""
    return {(phase.green, phase.red) for phase in pattern.phases}


def test_every_reason_and_every_indication_has_its_pattern() -> None:
    """A person is never answered by nothing."""
    assert set(ANSWERS) == set(Reason)
    assert set(STANDING) == set(Indication)


@pytest.mark.parametrize("reason", Reason)
def test_an_answer_says_yes_in_green_and_no_in_red(reason: Reason) -> None:
    """Green alone is for the granted; every denial ends in red or dark; each answer sounds, and ends."""
    pattern = ANSWERS[reason]
    green, red, amber = (True, False), (False, True), (True, True)

    assert (green in lights(pattern)) == (reason in GRANTED)
    assert (amber in lights(pattern)) >= (reason in AWAITING)
    assert (red in lights(pattern)) == (reason not in GRANTED | AWAITING)
    assert any(phase.buzzer for phase in pattern.phases)
    assert pattern.repeats > 0
    assert pattern.round_ms * pattern.repeats <= 30_000


def test_groups_can_be_told_apart() -> None:
    """No two groups both look and sound alike while they sound; eight are what people can learn."""
    groups = {tuple(pattern.at(now)[0] for now in range(0, 1_000, 50)) for pattern in ANSWERS.values()}

    assert len(groups) == len(set(ANSWERS.values())) == 8


def test_whoever_found_a_card_learns_nothing() -> None:
    """Lost, revoked and never known look alike."""
    assert len({ANSWERS[reason] for reason in FOUND}) == 1


def test_indications_can_be_told_apart() -> None:
    """No two look alike, and none ends."""
    assert len({pattern.phases for pattern in STANDING.values()}) == len(Indication)
    assert {pattern.repeats for pattern in STANDING.values()} == {0}


def test_an_answer_plays_once_over_what_stands() -> None:
    """Then the standing light comes back."""
    panel = signal(Panel(Indication.EXPIRED), Reason.GRANTED, 1_000)

    assert shown(panel, 1_000) == Shown(green=True, buzzer=True)
    assert due(panel, 1_000) == 1_300
    assert shown(panel, 1_300) == GREEN
    assert due(panel, 1_301) == 4_000
    assert shown(panel, 3_999) == GREEN
    assert shown(panel, 4_000) == RED
    assert due(panel, 4_000) is None


def test_the_latest_answer_wins() -> None:
    """A PIN that was awaited and given is granted at once."""
    panel = signal(Panel(), Reason.PIN_REQUIRED, 1_000)

    assert shown(panel, 1_250) == AMBER
    assert shown(panel, 15_999) == DARK
    assert shown(signal(panel, Reason.GRANTED, 1_250), 1_600) == GREEN


def test_an_answer_may_repeat() -> None:
    """Three times red and dark."""
    panel = signal(Panel(), Reason.OUTSIDE_SCHEDULE, 0)

    assert [shown(panel, now) for now in (450, 550, 1_450, 2_450, 2_999)] == [RED, DARK, RED, RED, DARK]
    assert shown(panel, 3_000) == DARK
    assert shown(panel, 5_050) == GREEN, "the blink that says the controller lives"


def test_an_indication_that_stands_plays_on() -> None:
    """Saying it again each second does not begin it anew; another one begins at its first phase."""
    panel = stand(Panel(), Indication.LOCKDOWN, 500)

    assert stand(panel, Indication.LOCKDOWN, 1_700) is panel
    assert shown(panel, 1_499) == RED
    assert shown(panel, 1_500) == DARK
    assert due(panel, 1_500) == 2_500
    assert shown(stand(panel, Indication.ALARM, 1_700), 1_700) == Shown(red=True, buzzer=True)


@pytest.mark.parametrize("ms", [PHASE_MS[0] - 1, PHASE_MS[1] + 1])
def test_a_phase_nobody_could_notice_is_refused(ms: int) -> None:
    """Neither a flicker nor a light for an hour."""
    with pytest.raises(ValueError, match="a phase must last"):
        Phase(ms)


@given(
    st.sampled_from(Indication),
    st.none() | st.sampled_from(Reason),
    st.integers(0, 100_000),
    st.integers(0, 100_000),
)
def test_nothing_changes_before_it_is_due(
    indication: Indication, reason: Reason | None, since: int, wait: int
) -> None:
    """Between a moment and the one that is due the same is on, whoever looks; and that one lies ahead."""
    panel, now = stand(Panel(), indication, since), since + wait
    if reason is not None:
        panel = signal(panel, reason, since)
    moment = due(panel, now)
    if moment is None:
        assert {shown(panel, now + later) for later in range(0, 200_000, 7_777)} == {shown(panel, now)}
    else:
        assert moment > now
        assert {shown(panel, at) for at in (*range(now, moment, 333), moment - 1)} == {shown(panel, now)}

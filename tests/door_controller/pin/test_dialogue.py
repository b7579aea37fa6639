"""What is typed at a door: complete at the site's length or at ``#``, over after fifteen seconds."""

from hypothesis import given
from hypothesis import strategies as st

from door_controller.pin.dialogue import (
    LASTS_MS,
    Cancelled,
    Complete,
    Dialogue,
    Progress,
    Typing,
    due,
    opened,
    step,
)
from door_controller.readers import KEYS

CANARY = "73951846"


def typed(keys: str, digits: int = 6, now: int = 0) -> Progress:
    """Type keys at once, and give what the last one came to."""
    progress: Progress = Typing(opened(digits, now))
    for key in keys:
        if not isinstance(progress, Typing):
            break
        progress = step(progress.dialogue, key, now)
    return progress


def test_enough_digits_complete_a_pin() -> None:
    """The last digit of the site's length ends it; nobody needs ``#``."""
    assert isinstance(typed("12345"), Typing)
    assert typed("123456") == Complete("123456")


def test_hash_ends_a_shorter_pin_and_gives_up_an_empty_one() -> None:
    """A PIN issued when PINs were shorter is ended by hand; ``#`` alone costs no try."""
    assert typed("1234#") == Complete("1234")
    assert typed("#") == Cancelled()


def test_star_takes_back_then_gives_up() -> None:
    """The first ``*`` clears what was typed, another one ends the dialogue."""
    assert typed("99*123456") == Complete("123456")
    assert typed("99**") == Cancelled()
    assert typed("*") == Cancelled()


def test_what_is_no_key_changes_nothing() -> None:
    """Whatever a driver might one day report, digits, ``*`` and ``#`` are all that counts."""
    assert typed("1A2\u00b23 4é56") == typed("123456")
    assert step(opened(6, 0), "12", 0) == Typing(opened(6, 0))


def test_the_dialogue_is_over_after_fifteen_seconds_however_it_is_used() -> None:
    """From the tap on, and no key prolongs it."""
    dialogue = opened(6, 1_000)
    last = step(dialogue, "1", due(dialogue) - 1)

    assert due(dialogue) == 1_000 + LASTS_MS == 16_000
    assert isinstance(last, Typing)
    assert due(last.dialogue) == due(dialogue)
    assert step(last.dialogue, "2", due(dialogue)) == Cancelled()


@given(st.text(KEYS, max_size=40), st.integers(4, 12), st.lists(st.integers(0, 20_000), max_size=40))
def test_any_keys_at_any_time(keys: str, digits: int, times: list[int]) -> None:
    """A PIN is what was typed since the last ``*``: 1 to the site's number of digits, within the time."""
    dialogue = opened(digits, 0)
    since = ""
    for key, now in zip(keys, sorted(times), strict=False):
        progress = step(dialogue, key, now)
        since = "" if key == "*" else since + key.replace("#", "")
        match progress:
            case Typing(dialogue):
                assert dialogue.typed == since
                assert len(since) < digits
            case Complete(pin):
                assert pin == since
                assert 0 < len(pin) <= digits
                assert now < LASTS_MS
                return
            case Cancelled():
                assert now >= LASTS_MS or not since
                return


def test_digits_are_not_shown() -> None:
    """No ``repr`` of a dialogue or of its end holds what was typed."""
    shown = repr((Dialogue(8, 0, CANARY), Typing(Dialogue(9, 0, CANARY)), Complete(CANARY), typed("1234#")))

    assert CANARY not in shown
    assert "1234" not in shown

"""A card is one presentation until the field was empty for a while."""

from hypothesis import given
from hypothesis import strategies as st

from door_controller.readers.presence import (
    ABSENCE_NS,
    ATTEMPTS,
    BLIND_NS,
    Presentation,
    has_left,
    saw,
    tried_enough,
)

FIXED, OTHER = bytes.fromhex("04A1B2C3D4E5F6"), bytes.fromhex("04A1B2C3D4E5F7")
PHONE, PHONE_AGAIN = bytes.fromhex("08A1B2C3"), bytes.fromhex("0801020304"[:8])


@given(st.lists(st.integers(0, BLIND_NS), max_size=30))
def test_held_for_as_long_as_you_like(gaps: list[int]) -> None:
    """However long a card stays, and however late a busy machine looks again, it is one presentation."""
    present, now = saw(None, FIXED, 0), 0
    for gap in gaps:
        now += gap
        present = saw(present, FIXED, now)

    assert present == Presentation(FIXED, 0, now)


@given(st.integers(0, 10 * BLIND_NS))
def test_away_and_back(away: int) -> None:
    """An empty field means it has left after a while; unseen for longer still, it is presented anew."""
    present = saw(None, FIXED, 0)

    assert has_left(present, away) == (away > ABSENCE_NS)
    assert saw(present, FIXED, away).since == (away if away > BLIND_NS else 0)


def test_another_card_is_another_presentation() -> None:
    """Two cards one after the other are two taps, however quick the hands."""
    assert saw(saw(None, FIXED, 0), OTHER, 1) == Presentation(OTHER, 1, 1)


def test_a_phone_changes_its_uid() -> None:
    """A phone that draws a new random UID each time the field comes on is still the same phone."""
    assert saw(saw(None, PHONE, 0), PHONE_AGAIN, 1).since == 0
    assert saw(saw(None, PHONE, 0), FIXED, 1).since == 1


def test_chances_are_counted_and_timed() -> None:
    """A card is given up after enough attempts and enough time, not after either alone."""
    few, many = Presentation(FIXED, 0, 0, ATTEMPTS - 1), Presentation(FIXED, 0, 0, ATTEMPTS)

    assert not tried_enough(few, 2_000_000_000, 0.5)
    assert not tried_enough(many, 400_000_000, 0.5)
    assert tried_enough(many, 500_000_000, 0.5)

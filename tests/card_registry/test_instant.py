"""An interval of time against a window, by brute force."""

import itertools

import pytest

from card_registry.instant import Certainty, Instant, within
from card_registry.words import TimeQuality

FAR = 12
MOMENTS = range(6)


@pytest.mark.parametrize(("begins", "ends"), list(itertools.product(MOMENTS, MOMENTS)))
def test_within_is_what_every_moment_says(begins: int, ends: int) -> None:
    """Yes: every moment of the interval is in the window; no: none; uncertain: some. Every small case."""
    for lo in MOMENTS:
        for hi in (None, *range(lo, FAR)):
            seen = {begins <= moment < ends for moment in range(lo, (FAR if hi is None else hi) + 1)}
            wanted = (
                Certainty.UNCERTAIN if len(seen) == 2 else Certainty.YES if True in seen else Certainty.NO
            )
            assert within(Instant(lo, hi, TimeQuality.SYNC), begins, ends) is wanted


def test_an_interval_knows_its_width() -> None:
    """Unbounded is None, a moment is 0."""
    assert Instant(5, None, TimeQuality.FLOOR).width is None
    assert Instant(5, 5, TimeQuality.SYNC).width == 0


def test_an_interval_that_ends_before_it_begins_is_refused() -> None:
    """Time does not run backwards inside a value."""
    with pytest.raises(ValueError, match=r"ends \(4\) before it begins \(5\)"):
        Instant(5, 4, TimeQuality.SYNC)

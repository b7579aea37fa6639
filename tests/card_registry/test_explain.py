"""An event replays to the very decision that it records."""

from dataclasses import replace

import pytest

from card_registry.decision import Denied, Granted, decide
from card_registry.explain import replay
from card_registry.instant import Instant
from card_registry.journal.event import Moment, Tapped, Versions
from card_registry.words import Reason
from tests.card_registry.world import Vector, read_vectors


def _tapped(vector: Vector, answer: Granted | Denied) -> Tapped:
    """Write the event that a door would write."""
    tap = vector.tap
    granted = isinstance(answer, Granted)
    return Tapped(
        tap.door,
        tap.reader,
        tap.side,
        tap.kind,
        tap.tier,
        tap.credential,
        granted,
        answer.reason,
        vector.circumstances,
        Versions(),
        answer.card,
        answer.holder,
        answer.grant if isinstance(answer, Granted) else None,
        answer.flags if isinstance(answer, Granted) else (),
    )


def _moment(now: Instant) -> Moment:
    """Write the time that a door would write."""
    return Moment(now.lo, now.lo, now.hi, now.quality, "boot", 1)


@pytest.mark.parametrize("vector", read_vectors(), ids=lambda vector: vector.why)
@pytest.mark.parametrize("named", [True, False], ids=["by credential", "by card"])
def test_every_vector_replays(vector: Vector, *, named: bool) -> None:
    """The answer is the same, whether the journal names the credential by its match or otherwise."""
    credential = vector.tap.match if named and vector.tap.match is not None else "f" * 64
    shown = replace(vector, tap=replace(vector.tap, credential=credential))
    answer = decide(vector.registry, vector.tap, vector.circumstances, vector.now)
    assert replay(vector.registry, _tapped(shown, answer), _moment(vector.now)) == answer


def test_a_tap_that_the_journal_refused_replays_as_it_would_have_been() -> None:
    """The door denied for its disk's sake; the rules had granted."""
    vector = read_vectors()[0]
    answer = decide(vector.registry, vector.tap, vector.circumstances, vector.now)
    event = replace(_tapped(vector, answer), granted=False, reason=Reason.JOURNAL_REFUSED)
    assert replay(vector.registry, event, _moment(vector.now)) == answer

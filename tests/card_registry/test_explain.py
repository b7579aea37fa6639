"""An event replays to the very decision that it records."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from card_registry import canonical
from card_registry.circumstances import Circumstances
from card_registry.decision import Denied, Granted, Tap, decide
from card_registry.explain import replay
from card_registry.instant import Instant
from card_registry.journal.event import Moment, Tapped, Versions
from card_registry.registry import Registry
from card_registry.words import Mode, Reason
from tests.card_registry.world import Vector, read_vectors
from tests.card_registry.worlds import instants, registries, states, taps


def _tapped(tap: Tap, circumstances: Circumstances, answer: Granted | Denied) -> Tapped:
    """Write the event that a door would write."""
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
        circumstances,
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
    shown = replace(vector.tap, credential=credential)
    answer = decide(vector.registry, vector.tap, vector.circumstances, vector.now)
    tapped = _tapped(shown, vector.circumstances, answer)
    assert replay(vector.registry, tapped, _moment(vector.now)) == answer


@given(registries, taps, states, instants, st.sampled_from(Mode), st.sampled_from(["match", "card"]))
def test_whatever_a_door_wrote_replays(
    registry: Registry, tap: Tap, state: Circumstances, now: Instant, mode: Mode, named: str
) -> None:
    """From the event's own bytes and the registry of that day comes the very decision."""
    match = tap.match if tap.proven else None
    listed = match is not None and named == "match" and match in registry.credentials
    shown = replace(tap, match=match, credential=match if listed and match else "f" * 64)
    circumstances = replace(state, mode=mode)
    answer = decide(registry, shown, circumstances, now)
    written = canonical.encode(_tapped(shown, circumstances, answer))
    read = canonical.decode(written, Tapped, "a tap")
    assert replay(registry, read, _moment(now)) == answer


def test_a_tap_that_the_journal_refused_replays_as_it_would_have_been() -> None:
    """The door denied for its disk's sake; the rules had granted."""
    vector = read_vectors()[0]
    answer = decide(vector.registry, vector.tap, vector.circumstances, vector.now)
    event = replace(
        _tapped(vector.tap, vector.circumstances, answer), granted=False, reason=Reason.JOURNAL_REFUSED
    )
    assert replay(vector.registry, event, _moment(vector.now)) == answer

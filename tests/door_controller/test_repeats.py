"""Repeated denials: the first at once, the others counted, none lost, grants not concerned."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from card_registry.circumstances import Circumstances
from card_registry.journal.event import Tapped, Versions
from card_registry.words import CredentialKind, DoorId, ReaderId, Reason, Side, Tier
from door_controller.repeats import Repeats, due, over, take

DENIED = Tapped(
    DoorId("ruang-server"), ReaderId("masuk"), Side.IN, CredentialKind.PKOC, Tier.PUBLIC_KEY, "a" * 64,
    granted=False, reason=Reason.NO_GRANT, circumstances=Circumstances(), versions=Versions(),
)  # fmt: skip


def test_the_first_is_written_at_once_and_the_rest_counted() -> None:
    """Five taps within a second are two events: one, and one that counts four."""
    repeats, first = take({}, DENIED, 0)
    for now in (100, 200, 300, 999):
        repeats, written = take(repeats, DENIED, now)
        assert written is None

    assert first == DENIED
    assert due(repeats) == 1_000
    assert over(repeats, 999) == (repeats, ())
    repeats, counted = over(repeats, 1_000)
    assert counted == (replace(DENIED, count=4),)


def test_a_quiet_second_ends_the_run() -> None:
    """After a second without repeats the next denial is written at once again."""
    repeats, _ = take({}, DENIED, 0)
    repeats, counted = over(repeats, 1_000)

    assert (repeats, counted, due(repeats)) == ({}, (), None)


def test_other_reasons_and_cards_are_not_the_same() -> None:
    """What differs in door, credential or reason is written by itself."""
    repeats, _ = take({}, DENIED, 0)

    for other in (
        replace(DENIED, reason=Reason.ENDED),
        replace(DENIED, credential="b" * 64),
        replace(DENIED, door=DoorId("gudang")),
    ):
        assert take(repeats, other, 1)[1] == other


@given(st.lists(st.integers(0, 700), max_size=50))
def test_every_denial_is_counted_once(waits: list[int]) -> None:
    """The counts of all events are the number of taps, at no more than two events a second."""
    repeats: Repeats = {}
    now, events = 0, list[tuple[int, Tapped]]()
    for wait in waits:
        now += wait
        repeats, counted = over(repeats, now)
        repeats, first = take(repeats, DENIED, now)
        events += [(now, tapped) for tapped in (*counted, first) if tapped is not None]
    _, counted = over(repeats, now + 1_000)
    events += [(now, tapped) for tapped in counted]

    assert sum(tapped.count for _, tapped in events) == len(waits)
    assert len(events) <= 2 + 2 * (now // 1_000 + 1)

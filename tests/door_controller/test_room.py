"""How much room there is, and which events may use the last of it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from card_registry.journal.event import Alarmed, Body, DoorChanged, Exited, Refused, Started
from card_registry.words import DoorId
from door_controller.room import SIZES, DiskState, Urgency, state_of, urgency_of
from tests.door_controller.test_repeats import DENIED

DOOR = DoorId("ruang-server")
GRANTED = replace(DENIED, granted=True)


@pytest.mark.parametrize(
    ("body", "urgency"),
    [
        (GRANTED, Urgency.URGENT),
        (Exited(DOOR), Urgency.URGENT),
        (Alarmed("a", "b", raised=True), Urgency.URGENT),
        (Started("akses-door", "start"), Urgency.URGENT),
        (DoorChanged(DOOR, "forced", "contact"), Urgency.URGENT),
        (DoorChanged(DOOR, "open", "contact"), Urgency.ROUTINE),
        (DENIED, Urgency.ROUTINE),
        (Refused("slots", "why"), Urgency.ROUTINE),
    ],
)
def test_what_anybody_can_make_often_may_not_use_the_reserve(body: Body, urgency: Urgency) -> None:
    """Grants, exits and alarms may; denials, refusals and the leaf's ordinary movements may not."""
    assert urgency_of(body) is urgency


@pytest.mark.parametrize(
    ("before", "free", "missing", "after"),
    [
        (DiskState.OK, SIZES.filling, 0, DiskState.OK),
        (DiskState.OK, SIZES.filling - 1, 0, DiskState.FILLING),
        (DiskState.FILLING, SIZES.filling, 0, DiskState.FILLING),
        (DiskState.FILLING, SIZES.filling * 5 // 4, 0, DiskState.OK),
        (DiskState.FILLING, SIZES.low - 1, 0, DiskState.RESERVE),
        (DiskState.RESERVE, SIZES.low, 0, DiskState.RESERVE),
        (DiskState.RESERVE, 2 * SIZES.low, 0, DiskState.FILLING),
        (DiskState.RESERVE, 2 * SIZES.low, 1, DiskState.RESERVE),
        (DiskState.FULL, 2 * SIZES.low + 1, 1, DiskState.FILLING),
        (DiskState.FULL, SIZES.filling * 2, SIZES.reserve, DiskState.OK),
    ],
)
def test_states_begin_at_their_bytes_and_end_with_a_margin(
    before: DiskState, free: int, missing: int, after: DiskState
) -> None:
    """What was scarce stays so until the reserve can be filled up again."""
    assert state_of(before, free, missing) is after


@given(st.sampled_from(DiskState), st.integers(0, 1 << 32), st.integers(0, SIZES.reserve))
def test_a_state_stands_still_on_a_disk_that_does(before: DiskState, free: int, missing: int) -> None:
    """Measured twice with the same bytes, it says the same: no alarm comes and goes by itself."""
    once = state_of(before, free, missing)

    assert state_of(once, free, missing) is once

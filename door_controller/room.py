"""How much room the disk has for events, and which events may use the last of it (DESIGN §4, §5).

======== ============================================ ==========================================
state    the disk has                                 events
======== ============================================ ==========================================
ok       room                                         all are written
filling  less than ``Sizes.filling``                  all are written; somebody should look
reserve  less than ``Sizes.low``: only the reserve    grants, exits, orders, alarms are written
full     nothing: the journal took no event           cards are denied; exits are free, and counted
======== ============================================ ==========================================

A state is left only with a margin, so that one file more or less does not make an alarm each second.

2026-11-21: a denial that a PIN was given for is urgent, because its try must count before anybody is
answered; ten of a holder lock the PIN, so nobody can spend the reserve with them.
2026-11-21: what waits while only the reserve is left is what a passer-by or the network can make as often as
they like: denials, refusals of what was sent, and the leaf's ordinary movements.

Pure.
"""

from dataclasses import dataclass
from enum import StrEnum

from card_registry.circumstances import Circumstances
from card_registry.journal.event import Body, DoorChanged, Refused, Tapped
from card_registry.words import PinResult

MIB = 1024 * 1024


class DiskState(StrEnum):
    """How much room there is for events."""

    OK = "ok"
    FILLING = "filling"
    RESERVE = "reserve"
    FULL = "full"


class Urgency(StrEnum):
    """Which events may use the reserve."""

    URGENT = "urgent"
    ROUTINE = "routine"


@dataclass(frozen=True, slots=True)
class Sizes:
    """The bytes of the reserve and of what is given from it at once; the free ones where the states begin."""

    reserve: int = 8 * MIB
    chunk: int = MIB // 2
    filling: int = 64 * MIB
    low: int = 4 * MIB


SIZES = Sizes()
ROUTINE_STATES = frozenset({"open", "closed"})


def urgency_of(body: Body) -> Urgency:
    """Say whether an event may use the reserve."""
    match body:
        case Tapped(granted=False, circumstances=Circumstances(pin=PinResult.NOT_ASKED)) | Refused():
            return Urgency.ROUTINE
        case DoorChanged(state=state) if state in ROUTINE_STATES:
            return Urgency.ROUTINE
        case _:
            return Urgency.URGENT


def state_of(before: DiskState, free: int, missing: int, sizes: Sizes = SIZES) -> DiskState:
    """Give the state with ``free`` bytes on the disk and ``missing`` ones taken from the reserve.

    FULL is not found here: only a journal that took no event says it, and one that takes events ends it.
    """
    scarce = before in (DiskState.RESERVE, DiskState.FULL)
    if free < (2 * sizes.low + missing if scarce else sizes.low):
        return DiskState.RESERVE
    if free < sizes.filling + (0 if before is DiskState.OK else sizes.filling // 4):
        return DiskState.FILLING
    return DiskState.OK

"""A visit as a value: its plan, its window, where it stands, and the exact grant that its approver signs.

Pure.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from card_registry.statements import GrantTerms
from card_registry.words import CaseId, DoorId, GrantId, GrantKind, HolderId, PersonId

LONGEST = 14 * 24 * 60 * 60 * 1000
"""The longest window of a visit, in milliseconds; what lasts longer is a right of its own (S1.A)."""


class VisitState(StrEnum):
    """Where a visit stands."""

    PLANNED = "rencana"
    APPROVED = "disetujui"
    READY = "siap"
    INSIDE = "di-dalam"
    LEFT = "keluar"
    CLOSED = "selesai"
    REFUSED = "ditolak"


OPEN = frozenset(VisitState) - {VisitState.CLOSED}
"""The states of a visit that is not over; a refused one still has to be closed."""

_ONWARD: Mapping[VisitState, frozenset[VisitState]] = {
    VisitState.PLANNED: frozenset({VisitState.APPROVED, VisitState.REFUSED, VisitState.CLOSED}),
    VisitState.APPROVED: frozenset(
        {VisitState.APPROVED, VisitState.READY, VisitState.REFUSED, VisitState.CLOSED}
    ),
    VisitState.READY: frozenset(
        {VisitState.APPROVED, VisitState.READY, VisitState.INSIDE, VisitState.REFUSED, VisitState.CLOSED}
    ),
    VisitState.INSIDE: frozenset({VisitState.INSIDE, VisitState.LEFT}),
    VisitState.LEFT: frozenset({VisitState.CLOSED}),
    VisitState.REFUSED: frozenset({VisitState.APPROVED, VisitState.REFUSED, VisitState.CLOSED}),
    VisitState.CLOSED: frozenset(),
}
"""Where each state leads; a refused grant or a card that failed lets a step before entry be done again."""


@dataclass(frozen=True, slots=True)
class Guest:
    """One visitor: name, where from, and which identity card is looked at (its number is never kept)."""

    name: str
    agency: str
    position: str = ""
    phone: str = ""
    identity: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing carried in or out."""

    name: str
    serial: str = ""


@dataclass(frozen=True, slots=True)
class Window:
    """When a visit may enter: milliseconds, [begins, ends)."""

    begins: int
    ends: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What a visit is for, who comes with what, through which doors, when, beside whom."""

    purpose: str
    guests: tuple[Guest, ...] = ()
    items: tuple[Item, ...] = ()
    doors: tuple[DoorId, ...] = ()
    window: Window | None = None
    escort: PersonId | None = None


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit: the case and step that caused it, its own case, its guest card's holder, its times.

    ``case`` is None for a visit that is only planned, and for one of staff; times are milliseconds.
    """

    id: str
    parent: CaseId
    parent_step: str
    plan: Plan
    state: VisitState = VisitState.PLANNED
    case: CaseId | None = None
    holder: HolderId | None = None
    grant: GrantId | None = None
    entered: int | None = None
    left: int | None = None
    closed: int | None = None
    alarmed: int | None = None


def turned(visit: Visit, state: VisitState) -> Visit:
    """Give the visit in its next state.

    Raises:
        ValueError: That state does not follow; the steps of the table do not allow it.
    """
    if state not in _ONWARD[visit.state]:
        message = f"visit {visit.id} cannot go from {visit.state} to {state}"
        raise ValueError(message)
    return replace(visit, state=state)


def overstayed(visit: Visit, now: int) -> int | None:
    """Give since when a guest is inside beyond the window, None where nobody is."""
    window = visit.plan.window
    if visit.state is not VisitState.INSIDE or window is None or now < window.ends:
        return None
    return window.ends


def terms(visit: Visit, grant: GrantId) -> GrantTerms | None:
    """Give the grant of a planned visit: escorted, at its doors, in its window; None for an unplanned one."""
    window = visit.plan.window
    if window is None or visit.holder is None or not visit.plan.doors:
        return None
    kind = GrantKind.KUNJUNGAN
    return GrantTerms(
        grant, visit.holder, visit.plan.doors, None, window.begins, window.ends, kind, escort=True
    )

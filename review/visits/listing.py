"""The visits of the office by what people look for: today's, planned, inside now, beyond their time, over.

Pure.
"""

from enum import StrEnum
from typing import assert_never

from review.visits.visit import Visit, VisitState, Window, overstayed


class Tab(StrEnum):
    """One list of visits, in the words of its address."""

    TODAY = "hari-ini"
    PLANNED = "rencana"
    INSIDE = "di-dalam"
    OVERSTAYED = "lewat-waktu"
    UNCLOSED = "belum-ditutup"
    CLOSED = "selesai"


TAB_WORDS = {
    Tab.TODAY: "Hari ini",
    Tab.PLANNED: "Direncanakan",
    Tab.INSIDE: "Di dalam sekarang",
    Tab.OVERSTAYED: "Melewati waktu",
    Tab.UNCLOSED: "Belum ditutup",
    Tab.CLOSED: "Selesai",
}

STATE_WORDS = {
    VisitState.PLANNED: "Direncanakan",
    VisitState.APPROVED: "Disetujui",
    VisitState.READY: "Siap masuk",
    VisitState.INSIDE: "Di dalam",
    VisitState.LEFT: "Sudah keluar",
    VisitState.CLOSED: "Selesai",
    VisitState.REFUSED: "Ditolak",
}

AHEAD = frozenset({VisitState.PLANNED, VisitState.APPROVED, VisitState.READY})
"""The states before anybody came in."""


def belongs(visit: Visit, tab: Tab, now: int, span: Window) -> bool:
    """Say whether a visit stands in a list.

    Args:
        visit: The visit.
        tab: The list.
        now: Server clock, milliseconds.
        span: The day for today's list, the asked time for those that are over.
    """
    match tab:
        case Tab.TODAY:
            return visit.state is VisitState.INSIDE or touches(visit, span)
        case Tab.PLANNED:
            return visit.state in AHEAD and not _missed(visit, now)
        case Tab.INSIDE:
            return visit.state is VisitState.INSIDE
        case Tab.OVERSTAYED:
            return late(visit, now) is not None
        case Tab.UNCLOSED:
            over = visit.state in {VisitState.LEFT, VisitState.REFUSED}
            return over or (visit.state in AHEAD and _missed(visit, now))
        case Tab.CLOSED:
            return visit.closed is not None and span.begins <= visit.closed < span.ends
        case _:
            assert_never(tab)


def _missed(visit: Visit, now: int) -> bool:
    """Say whether a visit's window went by without anybody coming."""
    return visit.plan.window is not None and visit.plan.window.ends <= now


def touches(visit: Visit, span: Window) -> bool:
    """Say whether a visit is planned in a time, or anybody came, left or was signed off in it."""
    window = visit.plan.window
    planned = window is not None and window.begins < span.ends and window.ends > span.begins
    moments = (visit.entered, visit.left, visit.closed)
    return planned or any(one is not None and span.begins <= one < span.ends for one in moments)


def late(visit: Visit, now: int) -> int | None:
    """Give by how much (milliseconds) guests stay, or stayed, beyond their window; None where none did."""
    window = visit.plan.window
    if window is None:
        return None
    if overstayed(visit, now) is not None:
        return now - window.ends
    return visit.left - window.ends if visit.left is not None and visit.left > window.ends else None


def came(visit: Visit, span: Window) -> bool:
    """Say whether a visit stands in the visit log of a time: its guests came in, or were to come."""
    window = visit.plan.window
    at = visit.entered if visit.entered is not None else window.begins if window is not None else None
    return visit.case is not None and at is not None and span.begins <= at < span.ends

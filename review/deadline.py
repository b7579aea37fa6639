"""When a step is due, and how late it is: what a list of cases sorts and colours by.

The standard times of the tables are service targets. One that is passed is *late*; only after a whole working
day more than it took is it *overdue* and somebody above is told (sop.md §7: steps of five minutes are not
escalated before a working day has passed).

Pure.
"""

from dataclasses import dataclass
from enum import StrEnum

from review.case import Case, CaseState
from review.workdays import Calendar, Duration

DAY = Duration(1, "hari")


class Lateness(StrEnum):
    """How a step stands against its time."""

    RESTING = "tidak dihitung"
    IN_TIME = "dalam waktu"
    LATE = "lewat waktu"
    OVERDUE = "terlambat"


@dataclass(frozen=True, slots=True)
class Deadline:
    """When the present step is due, when it is to be escalated (milliseconds), and how it stands."""

    due: int
    escalate: int
    lateness: Lateness


def deadline(case: Case, calendar: Calendar, now: int) -> Deadline | None:
    """Give the deadline of the present step; None when the case is over.

    A case that waits for the doors or in a queue is nobody's delay: its time rests.
    """
    if case.state is CaseState.CLOSED:
        return None
    due = calendar.due(case.entered, Duration.read(case.here().duration))
    escalate = max(due, calendar.due(case.entered, DAY))
    return Deadline(due, escalate, _lateness(case, due, escalate, now))


def _lateness(case: Case, due: int, escalate: int, now: int) -> Lateness:
    if case.state in {CaseState.WAITING, CaseState.QUEUED}:
        return Lateness.RESTING
    if now <= due:
        return Lateness.IN_TIME
    return Lateness.LATE if now <= escalate else Lateness.OVERDUE

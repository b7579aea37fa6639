"""Which reminders are due, and who hears them: the late step's actors, one level up when it is overdue.

A step is *late* once its standard time has passed and *overdue* once a working day has as well
(``review.deadline``), so a step of a whole day is overdue at once.
Of several marks that were missed while the console slept only the newest is said. A campaign with a last day
(a review of rights) is reminded three and one working days before it and one after.

Pure.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from card_registry.words import PersonId
from review.access import Refused
from review.case import Case, standing
from review.deadline import Lateness, deadline
from review.people import Person, Role
from review.workdays import Calendar


class Mark(StrEnum):
    """What was said once about a step."""

    LATE = "lewat"
    OVERDUE = "terlambat"
    THREE_BEFORE = "H-3"
    ONE_BEFORE = "H-1"
    ONE_AFTER = "H+1"


CAMPAIGN = ((Mark.ONE_AFTER, 1), (Mark.ONE_BEFORE, -1), (Mark.THREE_BEFORE, -3))
"""The marks of a campaign, the newest first, in working days from its last day."""

SUPERIORS = {
    Role.JFU: Role.KASI,
    Role.FUNGSIONAL: Role.KASI,
    Role.OPERATOR: Role.KASI,
    Role.TU: Role.SEKRETARIS,
    Role.BMN: Role.SEKRETARIS,
    Role.KASI: Role.KABID,
    Role.KABID: Role.KADIS,
    Role.SEKRETARIS: Role.KADIS,
    Role.PEMOHON: Role.KABID,
}
"""Who stands above whom; above the others is nobody."""


@dataclass(frozen=True, slots=True)
class Hearers:
    """Who hears a reminder: those who may do the step, and those above them."""

    actors: tuple[Person, ...]
    above: tuple[Person, ...]


def step_mark(case: Case, calendar: Calendar, now: int, said: Collection[Mark]) -> Mark | None:
    """Give what is to be said about the present step now; None when nothing is, or it was said already."""
    due = deadline(case, calendar, now)
    if due is None or due.lateness in {Lateness.RESTING, Lateness.IN_TIME}:
        return None
    mark = Mark.OVERDUE if due.lateness is Lateness.OVERDUE else Mark.LATE
    return None if mark in said or Mark.OVERDUE in said else mark


def campaign_mark(ends: date, today: date, calendar: Calendar, said: Collection[Mark]) -> Mark | None:
    """Give what is to be said today about a campaign whose last day is ``ends``; None when nothing is."""
    for mark, days in CAMPAIGN:
        if today >= calendar.after(ends, days):
            return None if mark in said else mark
    return None


def hearers(case: Case, mark: Mark, everybody: Sequence[Person], assigned: PersonId | None = None) -> Hearers:
    """Say who hears a reminder about a case's present step.

    Those who may do it are asked of ``case``, so separation of duties counts; of them only the one who was
    assigned, if there is one. Where nobody may do it, whoever stands above hears of it at once; the
    applicant's own delay goes to the applicant alone.
    """
    able = tuple(one for one in everybody if not isinstance(standing(case, one), Refused))
    named = tuple(one for one in able if one.id == assigned)
    role = case.here().role
    up = not able or (mark is Mark.OVERDUE and role is not Role.PEMOHON)
    return Hearers(named or able, _above(role, able, everybody) if up else ())


def _above(role: Role, able: Sequence[Person], everybody: Sequence[Person]) -> tuple[Person, ...]:
    """Give the holders of the next role above that anybody else holds."""
    known = {one.id for one in able}
    above = SUPERIORS.get(role)
    while above is not None:
        found = tuple(one for one in everybody if above in one.roles and one.id not in known)
        if found:
            return found
        above = SUPERIORS.get(above)
    return ()

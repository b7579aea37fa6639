"""A case that the program begins by itself: numbered, at its first step, told to whoever may do that step."""

from sqlalchemy import Connection

from card_registry.words import CaseId
from review.access import Refused
from review.campaign import BY_CLOCK, EVERYTHING, Cause, Scope
from review.case import Case, begin, standing
from review.office import Office
from review.people import SYSTEM, Role
from review.procedure import Effect, Procedure
from review.store import audit, cases, inbox, people, recurring
from review.store.numbers import case_number
from review.store.outbox import Letter
from review.workflow.campaigning import take_stock


def begin_alone(
    connection: Connection,
    office: Office,
    table: Procedure,
    why: tuple[str, str],
    scope: Scope = EVERYTHING,
    cause: Cause = BY_CLOCK,
) -> Case:
    """Enter a case at its first step, asked for by nobody; it becomes whoever's does that step.

    ``why`` is a code for the audit trail, and the words after the number in the message; ``scope`` the rights
    that a review looks at, ``cause`` the event it was opened for.
    """
    now, (code, words) = office.clock(), why
    case = begin(CaseId(office.token()), table, now)
    recurring.enter_program(connection, now)
    number = case_number(connection, table, office.today())
    cases.add(connection, case, number, None, SYSTEM)
    if any(Effect.REVIEW_BEGIN in one.effects for one in table.steps):
        take_stock(connection, office, case.id, scope, cause)
    audit.record(connection, SYSTEM, "permohonan.mulai", f"case/{case.id}", now, f"{table.id} {code}".strip())
    step = case.here()
    text = f"Permohonan {number} {words} Langkah {step.no} menunggu Anda: {step.activity}"
    for person in people.everyone(connection, now):
        able = step.role is Role.PEMOHON or step.role in person.roles
        if able and not isinstance(standing(case, person), Refused):
            inbox.tell(connection, Letter(case.id, text, now), person.id)
    return case

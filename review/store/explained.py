"""What explains the openings of doors, and the list of those that nothing explains.

2026-11-21: a card shown on the way out opens nothing that needs a reason: nobody is ever kept inside.
"""

from sqlalchemy import ColumnElement, Connection, and_, exists, or_, select

from card_registry.journal.event import EventKind
from card_registry.labels import label_of
from card_registry.words import CaseId, GrantKind, OrderKind, Reason
from review.store import emergencies, grants, orders, visits
from review.store.occurrences import Listed, Question, matching
from review.tables import occurrence, visit
from review.visits import Entry, Explained, Unexplained, explain

FORCED = "forced"
"""The state of a door that was opened without any permission."""

RELEASED = label_of(OrderKind.RELEASE)
"""How an occurrence says that a door obeyed an order to open once."""


def explained(connection: Connection, listed: Listed) -> Explained | None:
    """Say what explains an occurrence; None where it let nobody in."""
    told = listed.occurrence
    facts, forced = told.facts, told.kind == EventKind.DOOR_CHANGED and told.facts.detail == FORCED
    entered = told.kind == EventKind.TAPPED and facts.granted and facts.reason != Reason.GRANTED_EXIT
    released = told.kind == EventKind.ORDERED and facts.detail == RELEASED
    if released or (entered and facts.reason == Reason.GRANTED_FREE):
        kind = OrderKind.RELEASE if released else OrderKind.FREE
        order = None if facts.door is None else orders.behind(connection, facts.door, told.at, kind)
        entry = Entry(told.at, facts.door, ordered=True)
        return explain(entry, None, None, None if order is None else order.id)
    if not forced and not entered:
        return None
    given = None if facts.grant is None else grants.find(connection, facts.grant)
    case = None if facts.case is None else CaseId(facts.case)
    entry = Entry(told.at, facts.door, case, None if given is None else given.terms.kind, forced)
    emergency = None if facts.door is None else emergencies.covering(connection, facts.door, told.at)
    return explain(entry, None if case is None else visits.of_case(connection, case), emergency)


def unexplained(
    connection: Connection, since: int, until: int, limit: int = 500
) -> tuple[tuple[Listed, Unexplained], ...]:
    """Give the openings in [since, until) that nothing explains, the latest first, each with the reason."""
    return unexplained_of(connection, Question(since=since, until=until), limit)


def unexplained_of(
    connection: Connection, question: Question, limit: int = 500
) -> tuple[tuple[Listed, Unexplained], ...]:
    """Give those of a question's openings that nothing explains, the latest first, each with the reason."""
    found = matching(connection, question, _doubtful(connection), limit)
    judged = ((listed, explained(connection, listed)) for listed in found)
    return tuple((listed, why) for listed, why in judged if isinstance(why, Unexplained))


def openings(connection: Connection, question: Question, limit: int) -> tuple[Listed, ...]:
    """Give those occurrences of a question by which a door was opened, the latest first."""
    return matching(connection, question, opened(), limit)


def opened() -> ColumnElement[bool]:
    """Give the condition of an occurrence by which a door was opened."""
    row = occurrence.c
    entered = and_(row.kind == EventKind.TAPPED.value, row.granted)
    forced = and_(row.kind == EventKind.DOOR_CHANGED.value, row.detail == FORCED)
    return or_(forced, entered, _released())


def _released() -> ColumnElement[bool]:
    return and_(occurrence.c.kind == EventKind.ORDERED.value, occurrence.c.detail == RELEASED)


def refusals(connection: Connection, question: Question, limit: int) -> tuple[Listed, ...]:
    """Give those occurrences of a question by which a door said no, the latest first."""
    return matching(connection, question, occurrence.c.granted.is_(False), limit)


def _doubtful(connection: Connection) -> ColumnElement[bool]:
    """Give the condition that every opening without an explanation meets, and few others."""
    row = occurrence.c
    darurat = grants.of_kind(connection, GrantKind.DARURAT)
    entered = and_(row.kind == EventKind.TAPPED.value, row.granted, row.reason != Reason.GRANTED_EXIT.value)
    over = exists(select(visit.c.id).where(visit.c.case == row.case, visit.c.closed <= row.at))
    forced = and_(row.kind == EventKind.DOOR_CHANGED.value, row.detail == FORCED)
    return or_(forced, _released(), and_(entered, or_(row.case.is_(None), row.grant.in_(darurat), over)))

"""What explains the openings of doors, and the list of those that nothing explains.

2026-11-21: a card shown on the way out opens nothing that needs a reason: nobody is ever kept inside.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, and_, exists, or_, select

from card_registry.journal.event import EventKind
from card_registry.labels import label_of
from card_registry.words import CaseId, GrantKind, OrderKind, Reason
from review.store import emergencies, grants, orders, visits
from review.store.asking import terms_of
from review.store.occurrences import Listed, Question, matching
from review.tables import grant, occurrence, visit
from review.visits import Entry, Explained, Unexplained, Visit, explain

FORCED = "forced"
"""The state of a door that was opened without any permission."""

TOGETHER = 500
"""How many occurrences are explained with the same queries."""

RELEASED = label_of(OrderKind.RELEASE)
"""How an occurrence says that a door obeyed an order to open once."""


@dataclass(frozen=True, slots=True)
class _Known:
    """What explanations rest on: what kind each grant is, and the visits by their own cases."""

    kinds: Mapping[str, GrantKind]
    visits: Mapping[str, Visit]

    @classmethod
    def of(cls, connection: Connection, listed: Sequence[Listed]) -> "_Known":
        """Read it for some occurrences together: a query for each would cost most of a page."""
        entered = [one.occurrence.facts for one in listed if _entered(one)]
        named = {facts.grant for facts in entered if facts.grant is not None}
        query = select(grant.c.id, grant.c.body).where(grant.c.id.in_(sorted(named)))
        kinds = {row.id: terms_of(bytes(row.body)).kind for row in connection.execute(query)}
        return cls(kinds, visits.of_cases(connection, {one.case for one in entered if one.case is not None}))


def explained(connection: Connection, listed: Listed) -> Explained | None:
    """Say what explains an occurrence; None where it let nobody in."""
    return all_explained(connection, (listed,))[0]


def all_explained(connection: Connection, listed: Sequence[Listed]) -> tuple[Explained | None, ...]:
    """Say what explains each of some occurrences, None for one that let nobody in."""
    found = list[Explained | None]()
    for start in range(0, len(listed), TOGETHER):
        some = listed[start : start + TOGETHER]
        known = _Known.of(connection, some)
        found += [_explained(connection, one, known) for one in some]
    return tuple(found)


def _entered(listed: Listed) -> bool:
    told = listed.occurrence
    tapped = told.kind == EventKind.TAPPED and bool(told.facts.granted)
    return tapped and told.facts.reason != Reason.GRANTED_EXIT


def _explained(connection: Connection, listed: Listed, known: _Known) -> Explained | None:
    told = listed.occurrence
    facts, forced = told.facts, told.kind == EventKind.DOOR_CHANGED and told.facts.detail == FORCED
    released = told.kind == EventKind.ORDERED and facts.detail == RELEASED
    if released or (_entered(listed) and facts.reason == Reason.GRANTED_FREE):
        kind = OrderKind.RELEASE if released else OrderKind.FREE
        order = None if facts.door is None else orders.behind(connection, facts.door, told.at, kind)
        entry = Entry(told.at, facts.door, ordered=True)
        return explain(entry, None, None, None if order is None else order.id)
    if not forced and not _entered(listed):
        return None
    case = None if facts.case is None else CaseId(facts.case)
    entry = Entry(told.at, facts.door, case, known.kinds.get(facts.grant or ""), forced)
    return explain(entry, known.visits.get(case or ""), _emergency(connection, entry))


def _emergency(connection: Connection, entry: Entry) -> CaseId | None:
    """Look for an emergency on record where nothing less could explain an opening."""
    doubtful = entry.forced or entry.case is None or entry.kind is GrantKind.DARURAT
    return emergencies.covering(connection, entry.door, entry.at) if doubtful and entry.door else None


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
    judged = zip(found, all_explained(connection, found), strict=True)
    return tuple((listed, why) for listed, why in judged if isinstance(why, Unexplained))


def doubtful(connection: Connection, question: Question, most: int) -> int:
    """Count the openings of a question that have to be looked at one by one, up to ``most``."""
    return len(matching(connection, question, _doubtful(connection), most))


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

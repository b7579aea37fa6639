"""What a purge takes, kind by kind: how much there is, and one decision's worth of it taken away."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import assert_never

from sqlalchemy import Connection, Engine, func, select

from card_registry.journal.dropping import Span
from review.retention import Counted, Decision, Kind, Reach
from review.store import retention_cases, retention_entries, retention_people
from review.tables import issued

Marked = tuple[tuple[Kind, tuple[str, ...]], ...]
"""Which cases, visits and holders lost their texts."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What a purge looks at: what is older than ``before`` (milliseconds), in ``month`` (YYYY-MM)."""

    before: int
    month: str
    reach: Reach
    ledger: Engine
    now: int


@dataclass(frozen=True, slots=True)
class Taken:
    """One decision's worth: what went and how much of it, which things, which rows of the ledger."""

    counted: tuple[Counted, ...]
    marked: Marked = ()
    spans: tuple[Span, ...] = ()
    leaves: str = ""

    def into(self, wanted: Decision) -> Decision:
        """Give the decision as it is recorded."""
        cases = tuple(target for kind, ids in self.marked if kind is Kind.CASES for target in ids)
        return replace(wanted, counted=self.counted, cases=cases, spans=self.spans, leaves=self.leaves)


def count(connection: Connection, kind: Kind, scope: Scope) -> tuple[tuple[Counted, ...], int]:
    """Count what may go, and what a hold keeps."""
    limit, reach = scope.before, scope.reach
    match kind:
        case Kind.ENTRIES:
            number, held = retention_entries.count(connection, limit, reach)
            return (Counted("peristiwa pintu", number),), held
        case Kind.CASES:
            due, held = retention_cases.due(connection, limit, reach)
            lists = 0 if reach.everything else _lists(connection, limit)
            return (Counted("permohonan", len(due)), Counted("daftar kantor", lists)), held
        case Kind.VISITORS:
            visits, held = retention_people.visits_due(connection, limit, reach)
            return (Counted("kunjungan", len(visits)),), held
        case Kind.HOLDERS:
            holders, held = retention_people.holders_due(connection, limit, reach)
            return (Counted("pemegang", len(holders)),), held
        case Kind.MESSAGES | Kind.TRACES:
            return _count_small(connection, kind, scope), 0
        case _:
            assert_never(kind)


def _lists(connection: Connection, limit: int) -> int:
    query = select(func.count()).select_from(issued).where(retention_cases.old_lists(limit))
    return connection.scalar(query) or 0


def _count_small(connection: Connection, kind: Kind, scope: Scope) -> tuple[Counted, ...]:
    if scope.reach.everything:
        return ()
    if kind is Kind.TRACES:
        old = retention_people.old_traces(scope.before)
    else:
        old = retention_people.old_messages(scope.before, scope.reach)
    found = [Counted(what, retention_people.count(connection, what, which)) for what, which in old]
    if kind is Kind.MESSAGES:
        query = select(func.count()).select_from(issued)
        drafts = connection.scalar(query.where(retention_cases.unsigned_letters(scope.before))) or 0
        found.append(Counted("surat yang tidak ditandatangani", drafts))
    return tuple(found)


def take(connection: Connection, kind: Kind, scope: Scope) -> Taken | None:
    """Take one decision's worth away; None when nothing is left to take."""
    match kind:
        case Kind.ENTRIES:
            taken = _entries(connection, scope)
        case Kind.CASES:
            taken = _cases(connection, scope)
        case Kind.VISITORS:
            taken = _visitors(connection, scope)
        case Kind.HOLDERS:
            taken = _holders(connection, scope)
        case Kind.MESSAGES | Kind.TRACES:
            taken = _small(connection, kind, scope)
        case _:
            assert_never(kind)
    return taken if any(one.count for one in taken.counted) else None


def _entries(connection: Connection, scope: Scope) -> Taken:
    found = retention_entries.find(connection, scope.ledger, scope.before, scope.reach)
    retention_entries.forget(connection, found.ids)
    if not scope.reach.everything:
        retention_entries.forget_reasons(connection, scope.before)
        retention_entries.forget_inside(connection, scope.before)
        retention_entries.forget_names_asked(connection, scope.before)
    sums = retention_entries.forget_sums(connection, scope.month, scope.reach)
    counted = Counted("peristiwa pintu", len(found.ids)), Counted("jumlah bulanan per orang", sums)
    return Taken(_some(counted), (), found.spans, found.leaves)


def _cases(connection: Connection, scope: Scope) -> Taken:
    due, _ = retention_cases.due(connection, scope.before, scope.reach)
    cases = due[: retention_cases.BATCH]
    visits = retention_people.visits_of(connection, cases)
    guests = retention_people.forget_guests(connection, visits)
    counted = retention_cases.forget(connection, cases, scope.now)
    lists = 0
    if not scope.reach.everything:
        lists = retention_cases.empty_documents(connection, retention_cases.old_lists(scope.before))
    more = Counted("permohonan", len(cases)), Counted("tamu", guests), Counted("daftar kantor", lists)
    return Taken(_some((*more, *counted)), ((Kind.CASES, tuple(cases)), (Kind.VISITORS, tuple(visits))))


def _visitors(connection: Connection, scope: Scope) -> Taken:
    due, _ = retention_people.visits_due(connection, scope.before, scope.reach)
    due = due[: retention_people.BATCH]
    visits = tuple(visit for visit, _ in due)
    own = retention_cases.unpurged(connection, [case for _, case in due if case is not None])
    guests = retention_people.forget_guests(connection, visits)
    counted = retention_cases.forget(connection, own, scope.now)
    more = Counted("kunjungan", len(visits)), Counted("tamu", guests)
    return Taken(_some((*more, *counted)), ((Kind.VISITORS, visits), (Kind.CASES, tuple(own))))


def _holders(connection: Connection, scope: Scope) -> Taken:
    due, _ = retention_people.holders_due(connection, scope.before, scope.reach)
    holders = tuple(due[: retention_people.BATCH])
    retention_people.forget_holders(connection, holders)
    return Taken(_some((Counted("pemegang", len(holders)),)), ((Kind.HOLDERS, holders),))


def _small(connection: Connection, kind: Kind, scope: Scope) -> Taken:
    if scope.reach.everything:
        return Taken(())
    if kind is Kind.TRACES:
        old = retention_people.old_traces(scope.before)
    else:
        old = retention_people.old_messages(scope.before, scope.reach)
    found = [Counted(what, retention_people.forget(connection, what, which)) for what, which in old]
    if kind is Kind.MESSAGES:
        letters = retention_cases.unsigned_letters(scope.before)
        count = retention_cases.empty_documents(connection, letters)
        found.append(Counted("surat yang tidak ditandatangani", count))
    return Taken(_some(found))


def _some(counted: Iterable[Counted]) -> tuple[Counted, ...]:
    return tuple(one for one in counted if one.count)

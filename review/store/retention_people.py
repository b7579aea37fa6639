"""Visitors and holders whose names may go, and messages and traces of use that are old."""

from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy import ColumnElement, Connection, delete, func, or_, select, update

from card_registry import canonical
from card_registry.words import Subject
from review.publication import PublicationState
from review.retention import Kind, Reach
from review.store.asking import terms_of
from review.store.retention_cases import GONE, KEPT_CARDS, parts
from review.tables import (
    api_token,
    campaign_item,
    card,
    case_file,
    grant,
    holder,
    notice,
    occurrence,
    outbox,
    removal,
    session,
    throttle,
    visit,
)
from review.tables_access import departure
from review.tables_retention import purged
from review.visits import Guest, Plan

BATCH = 500


def visits_due(connection: Connection, before: int, reach: Reach) -> tuple[list[tuple[str, str | None]], int]:
    """Give the visits whose guests may be forgotten, each with its own case, and count those held."""
    row = visit.c
    gone = select(purged.c.target).where(purged.c.kind == Kind.VISITORS.value)
    query = select(row.id, row.case, row.parent, row.plan).where(row.closed < before, row.id.not_in(gone))
    found = connection.execute(query.order_by(row.closed, row.id)).all()
    free = [
        (one.id, one.case)
        for one in found
        if not reach.everything
        and not {one.case, one.parent} & reach.cases
        and not reach.doors.intersection(_plan(one.plan).doors)
    ]
    return free, len(found) - len(free)


def _plan(body: bytes) -> Plan:
    return canonical.decode(bytes(body), Plan, "the plan of a visit")


def visits_of(connection: Connection, cases: Iterable[str]) -> list[str]:
    """Give the visits of some cases, planned by them or their own, whose guests are still named."""
    gone = select(purged.c.target).where(purged.c.kind == Kind.VISITORS.value)
    found: set[str] = set()
    for some in parts(list(cases)):
        mine = visit.c.case.in_(some) | visit.c.parent.in_(some)
        found |= set(connection.scalars(select(visit.c.id).where(mine, visit.c.id.not_in(gone))))
    return sorted(found)


def forget_guests(connection: Connection, visits: Iterable[str]) -> int:
    """Take away who came and why; how many, when and through which doors stays. Gives how many guests."""
    guests = 0
    for some in parts(list(visits)):
        for one in connection.execute(select(visit.c.id, visit.c.plan).where(visit.c.id.in_(some))).all():
            plan = _plan(one.plan)
            guests += len(plan.guests)
            bare = replace(plan, purpose=GONE, guests=tuple(Guest(GONE, "") for _ in plan.guests))
            values = {"plan": canonical.encode(bare)}
            connection.execute(update(visit).where(visit.c.id == one.id).values(values))
    return guests


def holders_due(connection: Connection, before: int, reach: Reach) -> tuple[list[str], int]:
    """Give the holders of whom nothing is left but a name, and count those that a hold keeps.

    Whoever has a right or a card, is named by a case that still has its texts, or was at a door, stays.
    """
    row = holder.c
    gone = select(purged.c.target).where(purged.c.kind == Kind.HOLDERS.value)
    cases = select(purged.c.target).where(purged.c.kind == Kind.CASES.value)
    named = select(case_file.c.holder).where(case_file.c.holder.is_not(None), case_file.c.id.not_in(cases))
    carded = select(card.c.holder).where(card.c.status.in_(KEPT_CARDS))
    reviewed = select(campaign_item.c.holder).where(campaign_item.c.case.not_in(cases))
    guests = select(visit.c.holder).where(visit.c.holder.is_not(None))
    seen = select(occurrence.c.id).where(occurrence.c.holder == row.id).exists()
    query = select(row.id).where(
        row.made < before, *(row.id.not_in(one) for one in (gone, named, carded, reviewed, guests)), ~seen
    )
    found = list(connection.scalars(query.order_by(row.made, row.id)))
    living = _with_rights(connection, found, before)
    old = [one for one in found if one not in living]
    free = [one for one in old if not reach.everything and one not in reach.holders]
    return free, len(old) - len(free)


def _with_rights(connection: Connection, holders: list[str], before: int) -> set[str]:
    ended = (removal.c.subject == Subject.GRANT.value) & removal.c.lifted.is_(None)
    removed = frozenset(
        connection.scalars(select(removal.c.target).where(ended, removal.c.everywhere < before))
    )
    living: set[str] = set()
    for some in parts(holders):
        standing = grant.c.holder.in_(some) & (grant.c.state != PublicationState.REFUSED.value)
        for one in connection.execute(select(grant.c.id, grant.c.holder, grant.c.body).where(standing)):
            if one.id not in removed and terms_of(bytes(one.body)).ends > before:
                living.add(one.holder)
    return living


def forget_holders(connection: Connection, holders: Iterable[str]) -> None:
    """Take names, units and NIPs away; the ids stay, and mean nobody from here on."""
    bare = {"name": GONE, "unit": "", "nip": "", "key": ""}
    for some in parts(list(holders)):
        connection.execute(update(holder).where(holder.c.id.in_(some)).values(bare))
        connection.execute(update(departure).where(departure.c.holder.in_(some)).values(basis=GONE))


def old_messages(before: int, reach: Reach) -> tuple[tuple[str, ColumnElement[bool]], ...]:
    """Pick the old messages of the inbox, and those of the outbox that are over."""
    told = notice.c.made < before
    posted = (outbox.c.made < before) & outbox.c.ended.is_not(None)
    if reach.cases:
        told &= notice.c.case.not_in(sorted(reach.cases))
        posted &= outbox.c.case.not_in(sorted(reach.cases))
    return ("pesan kotak masuk", told), ("pesan kotak keluar", posted)


MESSAGES = {"pesan kotak masuk": notice, "pesan kotak keluar": outbox}
TRACES = {"sesi": session, "percobaan masuk": throttle, "token API": api_token}


def old_traces(before: int) -> tuple[tuple[str, ColumnElement[bool]], ...]:
    """Pick the old traces of use: ended sessions, counted failures, tokens that ended or were revoked."""
    dead = or_(api_token.c.ends < before, api_token.c.revoked < before)
    tried = throttle.c.last < before
    return ("sesi", session.c.ends < before), ("percobaan masuk", tried), ("token API", dead)


def count(connection: Connection, what: str, which: ColumnElement[bool]) -> int:
    """Count old messages or traces."""
    table = (MESSAGES | TRACES)[what]
    return connection.scalar(select(func.count()).select_from(table).where(which)) or 0


def forget(connection: Connection, what: str, which: ColumnElement[bool]) -> int:
    """Delete old messages or traces, and give how many."""
    return connection.execute(delete((MESSAGES | TRACES)[what]).where(which)).rowcount

"""Occurrences: the ledger as rows for people's questions, and how far each journal has been followed."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, Connection, Select, func, insert, select, true, update

from card_registry.decision import Flag
from card_registry.journal.event import EventKind
from card_registry.stores.loading import load, target_of
from review.projection import Facts, Occurrence, Place
from review.tables import follow, grant, holder, occurrence

FEW = 40
"""How many holders a name may stand for so that each is looked up by itself."""

_TARGET = target_of(occurrence, without=occurrence.c.id)


@dataclass(frozen=True, slots=True)
class Listed:
    """One occurrence with its order of arrival and its holder's name, as a page shows it."""

    id: int
    occurrence: Occurrence
    holder_name: str


def cursors(connection: Connection) -> dict[tuple[str, int], int]:
    """Give the next row to read of each journal (controller, epoch)."""
    return {(row.controller, row.epoch): row.next for row in connection.execute(select(follow))}


def keep(
    connection: Connection,
    journal: tuple[str, int],
    start: int,
    rows: Sequence[Occurrence],
    cases: dict[str, str | None],
) -> None:
    """Store the next rows of one journal and move its cursor, in one transaction.

    ``cases`` is what the caller knows of the cases behind grants; what it lacks is looked up and added.
    """
    _look_up(connection, {row.facts.grant for row in rows if row.facts.grant}, cases)
    as_text = connection.dialect.name == "sqlite"
    values = [
        _values(
            row,
            row.facts.case or cases.get(row.facts.grant or ""),
            row.day.isoformat() if as_text else row.day,
        )
        for row in rows
    ]
    load(connection, _TARGET, values)
    controller, epoch = journal
    same = (follow.c.controller == controller) & (follow.c.epoch == epoch)
    after = start + len(rows)
    if connection.execute(update(follow).where(same).values(next=after)).rowcount == 0:
        connection.execute(insert(follow).values(controller=controller, epoch=epoch, next=after))


def _look_up(connection: Connection, grants: Collection[str], cases: dict[str, str | None]) -> None:
    """Find the cases behind grants not looked up yet; None where the office knows no such grant."""
    if unknown := sorted(id for id in grants if id not in cases):
        query = select(grant.c.id, grant.c.case).where(grant.c.id.in_(unknown))
        cases |= dict.fromkeys(unknown) | {row.id: row.case for row in connection.execute(query)}


def _values(row: Occurrence, case: str | None, day: object) -> tuple[object, ...]:
    """Give the columns of a row in the order of ``_TARGET``."""
    facts, place = row.facts, row.place
    return (
        place.controller,
        place.epoch,
        place.seq,
        row.kind,
        row.at,
        day,
        row.local,
        row.quality,
        facts.door,
        facts.granted,
        facts.reason,
        facts.tier,
        facts.card,
        facts.holder,
        facts.grant,
        case,
        facts.count,
        facts.detail,
        facts.side,
    )


def _listed() -> Select[tuple[object, ...]]:
    return select(occurrence, holder.c.name.label("holder_name")).outerjoin(
        holder, holder.c.id == occurrence.c.holder
    )


def newest(connection: Connection, *, limit: int = 50, card: str | None = None) -> tuple[Listed, ...]:
    """Give the newest occurrences, all or one card's, newest first."""
    query = _listed().order_by(occurrence.c.id.desc()).limit(limit)
    if card is not None:
        query = query.where(occurrence.c.card == card)
    return _read(connection, query)


def following(connection: Connection, after: int, limit: int = 200) -> tuple[Listed, ...]:
    """Give the occurrences that arrived next after the one numbered ``after``, in order of arrival."""
    query = _listed().where(occurrence.c.id > after).order_by(occurrence.c.id).limit(limit)
    return _read(connection, query)


@dataclass(frozen=True, slots=True)
class Question:
    """What people ask of the past: any of these together; times are the controllers' own, [since, until).

    ``named`` is a part of the holder's name, in capitals or not.
    """

    door: str | None = None
    holder: str | None = None
    case: str | None = None
    card: str | None = None
    reason: str | None = None
    since: int | None = None
    until: int | None = None
    named: str | None = None


def asked(connection: Connection, question: Question, limit: int = 200) -> tuple[Listed, ...]:
    """Give the occurrences that answer a question, the latest first by the controllers' clocks."""
    return matching(connection, question, true(), limit)


def wanted(question: Question, limit: int) -> Select[tuple[object, ...]]:
    """Give the query of a question."""
    row = occurrence.c
    parts = {
        row.door: question.door,
        row.holder: question.holder,
        row.case: question.case,
        row.card: question.card,
        row.reason: question.reason,
    }
    query = _listed().order_by(row.at.desc(), row.id.desc()).limit(limit)
    for column, value in parts.items():
        if value is not None:
            query = query.where(column == value)
    if question.since is not None:
        query = query.where(row.at >= question.since)
    if question.until is not None:
        query = query.where(row.at < question.until)
    if question.named is not None:
        # Not by the column itself: an index of holders would sort everything that all of them ever did.
        query = query.where(func.coalesce(row.holder, "").in_(_called(question.named)))
    return query


def _called(name: str) -> Select[str]:
    return select(holder.c.id).where(holder.c.name.icontains(name, autoescape=True))


def matching(
    connection: Connection, question: Question, condition: ColumnElement[bool], limit: int
) -> tuple[Listed, ...]:
    """Give the occurrences that answer a question and meet a further condition.

    A rare name is looked up holder by holder: by time alone, years would be read for a few rows.
    """
    if question.named is not None and question.holder is None:
        people = connection.scalars(_called(question.named).limit(FEW + 1)).all()
        if len(people) <= FEW:
            each = (replace(question, holder=who, named=None) for who in people)
            found = [one for part in each for one in matching(connection, part, condition, limit)]
            return tuple(sorted(found, key=lambda one: (-one.occurrence.at, -one.id))[:limit])
    return _read(connection, wanted(question, limit).where(condition))


def under_duress(connection: Connection, since: int) -> dict[str, str]:
    """Give each door where somebody entered with a duress PIN after ``since``, with the last local time."""
    row = occurrence.c
    query = (
        select(row.door, row.local, row.detail)
        .where(row.at > since, row.kind == EventKind.TAPPED.value, row.detail.contains(Flag.DURESS.value))
        .order_by(row.id)
    )
    found = connection.execute(query)
    return {one.door: one.local for one in found if Flag.DURESS.value in one.detail.split(",")}


def _read(connection: Connection, query: Select[tuple[object, ...]]) -> tuple[Listed, ...]:
    found = []
    for row in connection.execute(query):
        place = Place(row.controller, row.epoch, row.seq)
        facts = Facts(
            row.door,
            row.granted,
            row.reason,
            row.tier,
            row.card,
            row.holder,
            row.grant,
            row.case,
            row.times,
            row.detail,
            row.side,
        )
        told = Occurrence(place, row.kind, row.at, row.day, row.local, row.quality, facts)
        found.append(Listed(row.id, told, row.holder_name or ""))
    return tuple(found)

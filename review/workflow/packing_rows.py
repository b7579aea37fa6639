"""The two access lists of an evidence pack, before and after, and the rows of the review between them."""

from collections.abc import Collection
from dataclasses import replace

from review.campaign import Change, Item, Outcome, Row
from review.indonesian import last_day_text
from review.pack.value import Entry, Fate, Holding, Origin, Plastic, Spoken
from review.people import CAPACITY_WORDS, TITLES, Role
from review.store.campaigns import Kept
from review.store.grants import OfficeGrant
from review.store.removals import RemovalKind
from review.workflow.packing_books import Books

SCHEDULES = {None: "24 jam", "jam-kerja": "Jam kerja"}


def lists(books: Books) -> tuple[tuple[Holding, ...], tuple[Holding, ...]]:
    """Give the rights under review with what became of each, and every right in scope that stands now."""
    reviewed = {one.item.grant for one in books.rows}
    living = [one for one in books.grants.values() if _stands(books, one, reviewed)]
    living.sort(key=lambda one: (one.holder_unit.casefold(), one.holder_name.casefold(), one.terms.id))
    standing = {one.terms.id for one in living}
    given = [one for one in living if one.case == books.held.case and one.terms.id not in reviewed]
    return (
        tuple(_before(books, one, standing, given) for one in books.rows),
        tuple(_after(books, one, reviewed) for one in living),
    )


def _stands(books: Books, one: OfficeGrant, reviewed: Collection[str]) -> bool:
    """Say whether a right is in force now and in the campaign's scope."""
    in_scope = one.terms.id in reviewed or books.held.scope.takes(one.terms, one.holder_unit)
    return in_scope and one.lives(books.now) and one.removed is None


def _before(books: Books, kept: Kept, standing: Collection[str], given: Collection[OfficeGrant]) -> Holding:
    right, seen = books.grants[kept.item.grant], kept.evidence
    fate = Fate.STAYS if right.terms.id in standing else _fate(books, right, kept.item, given)
    held = _holding(books, right, tuple(card.number for card in seen.cards), seen.last)
    return replace(held, unit=kept.item.unit, became=fate)


def _fate(books: Books, right: OfficeGrant, item: Item, given: Collection[OfficeGrant]) -> Fate:
    """Say what became of a right that opens nothing any more."""
    back = item.grant in books.restored
    narrowed = item.outcome() is Outcome.CHANGE and any(_replaces(one, right) for one in given)
    if back or narrowed:
        return Fate.REPLACED
    if right.removed is None:
        return Fate.ENDED
    return {RemovalKind.SUSPENDED: Fate.SUSPENDED, RemovalKind.REMOVED: Fate.REMOVED}[right.removed]


def _replaces(new: OfficeGrant, old: OfficeGrant) -> bool:
    """Say whether a right that the review gave can stand for one that it took."""
    return new.terms.holder == old.terms.holder and set(new.terms.doors) <= set(old.terms.doors)


def _after(books: Books, one: OfficeGrant, reviewed: Collection[str]) -> Holding:
    id, by_review = one.terms.id, one.case == books.held.case
    origin = Origin.REVIEWED if id in reviewed else Origin.REVIEW if by_review else Origin.SINCE
    held = _holding(books, one, books.cards.get(one.terms.holder, ()), books.last.get(id))
    return replace(held, origin=origin)


def _holding(books: Books, one: OfficeGrant, cards: tuple[str, ...], entered: int | None) -> Holding:
    terms = one.terms
    return Holding(
        grant=terms.id,
        name=one.holder_name,
        nip=books.nips.get(terms.holder, ""),
        unit=one.holder_unit,
        kind=terms.kind,
        doors=books.doors(terms.doors),
        schedule=SCHEDULES.get(terms.schedule, terms.schedule or ""),
        cards=cards,
        first=books.day(terms.begins),
        last=books.day(terms.ends - 1),
        case=books.numbers.get(one.case, ""),
        approver=books.names.get(one.approver, ""),
        weak=one.weak,
        escort=terms.escort,
        entered=entered,
    )


def entry(books: Books, kept: Kept) -> Entry:
    """Give one row of the review with its evidence, its advice and everything said about it."""
    item, seen = kept.item, kept.evidence
    right, answer = books.grants[item.grant], item.answer()
    return Entry(
        position=kept.position,
        grant=item.grant,
        name=right.holder_name,
        unit=item.unit,
        judge=_title(books, item.judge),
        entries=seen.entries,
        denials=seen.denials,
        outside_hours=seen.outside_hours,
        last=seen.last,
        unused=seen.days_unused(),
        cards=tuple(Plastic(card.number, card.status, card.tier) for card in seen.cards),
        escort=seen.escort,
        servers=seen.servers,
        recommendation=item.advice.recommendation,
        findings=tuple((one.rule.value, one.sentence) for one in item.advice.findings),
        summary=item.advice.summary,
        spoken=tuple(_spoken(books, row) for row in item.rows),
        outcome=item.outcome(),
        answered=None if answer is None else answer.outcome,
        ratified=item.is_ratified(),
    )


def _spoken(books: Books, row: Row) -> Spoken:
    title = CAPACITY_WORDS[row.capacity] + _title(books, row.role)
    name, change = books.names.get(row.person, ""), row.change
    return Spoken(
        row.said, row.outcome, name, title, row.reason, row.at, _change(books, change) if change else ""
    )


def _title(books: Books, role: Role) -> str:
    return TITLES[role] if role is Role.SISTEM else books.file.case.procedure.title_of(role)


def _change(books: Books, change: Change) -> str:
    """Say in words what a right was narrowed to."""
    doors = ", ".join(books.doors(change.doors))
    schedule = SCHEDULES.get(change.schedule, change.schedule or "")
    return f"{doors}; {schedule.lower()}; s.d. {last_day_text(change.ends, books.zone)}"

"""What a review took away, on its way to each door, the cards that came back, and the risk that was left."""

from collections.abc import Mapping

from sqlalchemy import Connection

from card_registry.words import CaseId, Subject
from review.form import Filled
from review.outside import WARRANT, Outcome, outcome_of, serial_of
from review.pack.value import Arrival, CardBack, Risk, Taking, Way
from review.publication import PublicationState, concerned
from review.store import cards, confirmations, papers
from review.store.cards import CardRow
from review.store.removals import Removal
from review.workflow.campaign_minutes import RECEIPT, RISK, OpenRisk, to_collect
from review.workflow.packing_books import Books
from review.workflow.packing_doors import Doors


def ways(connection: Connection, books: Books, doors: Doors) -> tuple[Way, ...]:
    """Give every removal of the review, in order, with when each door had it."""
    known = confirmations.of_warrants(connection, {one.warrant for one in books.gone})
    positions: dict[str, int] = {one.item.grant: one.position for one in books.rows}
    held: dict[str, str] = {one.id: one.number for one in cards.everybodys(connection)}

    def way(one: Removal) -> Way:
        decided = outcome_of(books.office.registry, WARRANT, str(one.warrant)) or NOTHING
        right = books.grants.get(one.target) if one.subject is Subject.GRANT else None
        about = held.get(one.target, "") if right is None else right.holder_name
        return Way(
            position=positions.get(one.target, 0),
            subject=one.subject,
            target=one.target,
            about=about,
            kind=Taking(one.kind.value),
            by=books.names.get(one.person, ""),
            made=one.made,
            warrant=one.warrant,
            state=one.state,
            needs=one.needs,
            record=decided.authority,
            serial=_serial(books, decided),
            everywhere=one.everywhere,
            restored=one.restored or "",
            arrivals=_arrivals(doors, one, known.get(one.warrant, {})),
        )

    return tuple(way(one) for one in books.gone)


NOTHING = Outcome(applied=False, sentence="", grants=0, deny=0)


def _serial(books: Books, decided: Outcome) -> int | None:
    return None if decided.authority is None else serial_of(books.office.registry, decided.authority)


def _arrivals(doors: Doors, one: Removal, seen: Mapping[str, int]) -> tuple[Arrival, ...]:
    """Give the controllers that a removal concerns; once it is everywhere, those alone that showed it."""
    there = one.state is PublicationState.EVERYWHERE
    waited = frozenset() if there or doors.directory is None else concerned(doors.directory)
    return tuple(Arrival(who, doors.labels(who), seen.get(who)) for who in sorted({*waited, *seen}))


def came_back(connection: Connection, books: Books) -> tuple[CardBack, ...]:
    """Give the cards that had to come back: those received or known to be lost, then those still out."""
    by_id: dict[str, CardRow] = {one.id: one for one in cards.everybodys(connection)}
    found = []
    for filing, filled in papers.versions(connection, books.held.case, RECEIPT, Filled):
        card = by_id.get(filled.one("kartu"))
        if card is not None:
            by = books.names.get(filing.person, "")
            who = (card.number, card.holder_name, card.holder_unit)
            found.append(CardBack(*who, filled.one("kondisi"), filing.at, by))
    found += [
        CardBack(card.number, card.holder_name, card.holder_unit, "", None, "")
        for card in to_collect(connection, CaseId(books.held.case), books.now)
    ]
    return tuple(found)


def risk(connection: Connection, books: Books) -> Risk | None:
    """Give why the review went on although doors had not confirmed."""
    known = papers.newest(connection, books.held.case, RISK, OpenRisk)
    if known is None:
        return None
    return Risk(books.names.get(known.person, ""), known.why, known.at, known.unconfirmed)

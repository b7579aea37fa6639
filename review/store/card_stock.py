"""What is known of the cards' plastic: what people entered, what desks made, what came back by receipt."""

from dataclasses import dataclass

from sqlalchemy import Connection, insert, select

from card_registry import canonical
from card_registry.words import CardStatus, PersonId
from review.card_stock import Entered, Plastic, Stock, count
from review.form import Filled
from review.retention import Kind
from review.tables import card, document, holder, visit
from review.tables_access import blank_cards
from review.tables_retention import purged

RECEIPT = "F15"
BACK = frozenset({"dikembalikan", "diganti"})
"""What a receipt says of a card that its holder gave back."""


@dataclass(frozen=True, slots=True)
class Line:
    """One entry: what, how many, in which words, by whom, when."""

    kind: Entered
    count: int
    note: str
    person: PersonId
    at: int


@dataclass(frozen=True, slots=True)
class Missing:
    """A card that opens nothing any more and is not back: whose it was."""

    id: str
    number: str
    name: str
    unit: str


def add(connection: Connection, new: Line) -> None:
    """Enter a line."""
    row = {"kind": new.kind.value, "count": new.count, "note": new.note, "person": new.person, "at": new.at}
    connection.execute(insert(blank_cards).values(row))


def lines(connection: Connection, limit: int = 200) -> tuple[Line, ...]:
    """Give the newest entries."""
    row = blank_cards.c
    query = select(row.kind, row.count, row.note, row.person, row.at).order_by(row.id.desc()).limit(limit)
    return tuple(
        Line(Entered(kind), number, note, PersonId(person), at)
        for kind, number, note, person, at in connection.execute(query)
    )


def stock(connection: Connection) -> Stock:
    """Count the stock as it is now."""
    entered = connection.execute(select(blank_cards.c.kind, blank_cards.c.count))
    return count(
        ((Entered(kind), number) for kind, number in entered), _plastic(connection), _back(connection)
    )


def _plastic(connection: Connection) -> list[Plastic]:
    guests = frozenset(connection.scalars(select(visit.c.holder).where(visit.c.holder.is_not(None))))
    rows = connection.execute(select(card.c.id, card.c.status, card.c.kind, card.c.holder))
    return [
        Plastic(row.id, CardStatus(row.status), row.kind is not None, row.holder in guests) for row in rows
    ]


def _back(connection: Connection) -> frozenset[str]:
    """Name the cards that a receipt says came back, and that were not lost.

    A card whose own case was purged by rule is settled: its receipts went with it.
    """
    bodies = connection.scalars(select(document.c.body).where(document.c.form.startswith(f"{RECEIPT}.")))
    receipts = [canonical.decode(bytes(body), Filled, "a receipt") for body in bodies if body]
    gone = select(purged.c.target).where(purged.c.kind == Kind.CASES.value)
    settled = connection.scalars(select(card.c.id).where(card.c.case.in_(gone)))
    return frozenset(settled) | {
        one.one("kartu")
        for one in receipts
        if one.one("tindakan") in BACK and one.one("kondisi") != "hilang" and one.one("kartu")
    }


def missing(connection: Connection, limit: int = 200) -> tuple[Missing, ...]:
    """Give the cards that should be back and are not, by their numbers."""
    gone = [CardStatus.REVOKED.value, CardStatus.EXPIRED.value]
    query = (
        select(card.c.id, card.c.number, holder.c.name, holder.c.unit)
        .join(holder, holder.c.id == card.c.holder)
        .where(card.c.status.in_(gone), card.c.kind.is_not(None))
        .order_by(card.c.number)
    )
    back = _back(connection)
    found = (Missing(*row) for row in connection.execute(query))
    return tuple(one for one in found if one.id not in back)[:limit]

"""What doors answered to orders, read from the ledger: the hub then shows them no more, the console says so.

Only rows that the hub verified when they came are in the ledger.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, Engine, select

from card_registry.errors import Malformed
from card_registry.journal.event import EventKind, decode_body, decode_event
from card_registry.orders import answered
from card_registry.stores import ledger
from card_registry.words import ControllerId

BACK = 1_000
"""How many rows behind its head a journal is searched when nothing says where to begin."""

ROWS = 500
"""The most rows searched at once."""


@dataclass(frozen=True, slots=True)
class Reached:
    """How far a controller's journal was read: the next row of its newest epoch."""

    epoch: int
    next: int


@dataclass(frozen=True, slots=True)
class Answer:
    """A door's answer to the order of this number; ``why`` it was refused, empty when it was obeyed."""

    number: int
    why: str


def head_of(engine: Engine, controller: ControllerId) -> Reached:
    """Give the end of a controller's journal.

    Raises:
        SQLAlchemyError: The ledger cannot be read now.
    """
    with engine.connect() as connection:
        return _head(connection, controller)


def read_answers(
    engine: Engine, controller: ControllerId, reached: Reached | None
) -> tuple[Reached, tuple[Answer, ...]]:
    """Give the answers from a place on (None: a little before the end), and the place reached.

    Raises:
        SQLAlchemyError: The ledger cannot be read now.
    """
    with engine.connect() as connection:
        head = _head(connection, controller)
        start = max(0, head.next - BACK) if reached is None else reached.next
        if reached is not None and reached.epoch != head.epoch:
            start = 0
        event = ledger.event.c
        query = (
            select(event.body)
            .where(event.controller == controller, event.epoch == head.epoch, event.seq >= start)
            .order_by(event.seq)
            .limit(ROWS)
        )
        rows = [bytes(body) for body in connection.scalars(query)] if start < head.next else []
    found = [answer for row in rows if (answer := _answer(row)) is not None]
    return Reached(head.epoch, start + len(rows)), tuple(found)


def _head(connection: Connection, controller: ControllerId) -> Reached:
    head = ledger.head.c
    query = select(head.epoch, head.next).where(head.controller == controller)
    newest = connection.execute(query.order_by(head.epoch.desc()).limit(1)).first()
    return Reached(0, 0) if newest is None else Reached(newest.epoch, newest.next)


def _answer(row: bytes) -> Answer | None:
    """Read the answer in a stored row, if it is one."""
    try:
        event = decode_event(row)
        if event.kind not in {EventKind.ORDERED, EventKind.REFUSED}:
            return None
        found = answered(decode_body(event))
    except Malformed:
        return None
    return None if found is None else Answer(*found)

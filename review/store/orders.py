"""Orders to doors: who gave which, and how far it has come."""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection, Row, insert, select, update

from card_registry.stores.answers import Reached
from card_registry.words import ControllerId, DoorId, HolderId, OrderKind, PersonId
from review.tables import door_order


class OrderState(StrEnum):
    """How far an order has come, as rows and pages say it."""

    ASKED = "diajukan"
    SENT = "dikirim"
    OBEYED = "dipatuhi"
    REFUSED = "ditolak"
    LAPSED = "lewat"

    @property
    def waits(self) -> bool:
        """Say whether an answer may still come."""
        return self in {OrderState.ASKED, OrderState.SENT}


@dataclass(frozen=True, slots=True)
class DoorOrder:
    """One order: by whom, to which door, why, its warrant and number, and its answer."""

    id: str
    person: PersonId
    controller: ControllerId
    door: DoorId
    kind: OrderKind
    holder: HolderId | None
    why: str
    warrant: int
    state: OrderState
    number: int | None
    sentence: str
    reached: Reached
    made: int
    ended: int | None

    @property
    def is_obeyed(self) -> bool:
        """Say whether the door did it."""
        return self.state is OrderState.OBEYED


def add(connection: Connection, new: DoorOrder) -> None:
    """Enter an order whose warrant was just issued."""
    connection.execute(
        insert(door_order).values(
            id=new.id,
            person=new.person,
            controller=new.controller,
            door=new.door,
            kind=new.kind.value,
            holder=new.holder,
            why=new.why,
            warrant=new.warrant,
            made=new.made,
            **_standing(new),
        )
    )


def move(connection: Connection, moved: DoorOrder) -> None:
    """Note how far an order has come."""
    connection.execute(update(door_order).where(door_order.c.id == moved.id).values(**_standing(moved)))


def _standing(order: DoorOrder) -> dict[str, object]:
    return {
        "state": order.state.value,
        "number": order.number,
        "sentence": order.sentence[:400],
        "epoch": order.reached.epoch,
        "next": order.reached.next,
        "ended": order.ended,
    }


def find(connection: Connection, id: str) -> DoorOrder | None:
    """Give one order, None when there is none."""
    row = connection.execute(select(door_order).where(door_order.c.id == id)).first()
    return None if row is None else _order(row)


def newest(connection: Connection, limit: int = 10, door: str | None = None) -> tuple[DoorOrder, ...]:
    """Give the newest orders, newest first: all, or one door's."""
    query = select(door_order).order_by(door_order.c.made.desc(), door_order.c.warrant.desc()).limit(limit)
    if door is not None:
        query = query.where(door_order.c.door == door)
    return tuple(_order(row) for row in connection.execute(query))


def between(connection: Connection, door: str, since: int, until: int) -> tuple[DoorOrder, ...]:
    """Give the orders to a door that were given in (since, until], in their order."""
    row = door_order.c
    then = (row.door == door) & (row.made > since) & (row.made <= until)
    query = select(door_order).where(then).order_by(row.made, row.warrant)
    return tuple(_order(one) for one in connection.execute(query))


MODES = (OrderKind.FREE, OrderKind.NORMAL, OrderKind.LOCKDOWN)
"""The orders that set a door's mode; the newest one obeyed stands."""

CLOCKS = 120_000
"""How far a door's clock may be behind the server's, in milliseconds."""


def behind(connection: Connection, door: str, at: int, kind: OrderKind) -> DoorOrder | None:
    """Give the obeyed order that released a door at a time, or had set it free by then; None for none."""
    row = door_order.c
    kinds = MODES if kind in MODES else (kind,)
    obeyed = (row.state == OrderState.OBEYED.value) & row.kind.in_([one.value for one in kinds])
    then = (row.door == door) & (row.made <= at + CLOCKS)
    newest = select(door_order).where(obeyed, then).order_by(row.made.desc(), row.warrant.desc()).limit(1)
    found = connection.execute(newest).first()
    return _order(found) if found is not None and found.kind == kind.value else None


def unfinished(connection: Connection) -> tuple[DoorOrder, ...]:
    """Give the orders that wait for an answer, in their order."""
    waiting = [state.value for state in OrderState if state.waits]
    query = select(door_order).where(door_order.c.state.in_(waiting)).order_by(door_order.c.warrant)
    return tuple(_order(row) for row in connection.execute(query))


def _order(row: Row[tuple[object, ...]]) -> DoorOrder:
    return DoorOrder(
        row.id,
        PersonId(row.person),
        ControllerId(row.controller),
        DoorId(row.door),
        OrderKind(row.kind),
        None if row.holder is None else HolderId(row.holder),
        row.why,
        row.warrant,
        OrderState(row.state),
        row.number,
        row.sentence,
        Reached(row.epoch, row.next),
        row.made,
        row.ended,
    )

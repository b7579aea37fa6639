"""An order given at the server's own console: the person's password, and the signature where one is needed.

Whoever may read the office store could write into it as well; what protects a door is the signature, which
only the person's passphrase makes. The password is asked for all the same, so that the record names who it
was.
"""

import json
import time
from dataclasses import dataclass
from pathlib import Path

from card_registry.errors import NotWarranted
from card_registry.words import DoorId, HolderId, OrderKind
from review.access import Refused
from review.letting_in import let_in
from review.office import Office
from review.serving import Stores, open_office_of
from review.store import orders
from review.store.orders import DoorOrder, OrderState
from review.store.transaction import reading
from review.workflow.orders import Wish, give

UNDONE = "nothing was ordered"
PAUSE = 0.1


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line says: who, at which door, what and why, about whom."""

    login: str
    door: str
    kind: OrderKind
    why: str
    holder: str | None = None
    wait: float = 20.0
    """Seconds for which the door's answer is waited for."""


def order(
    stores: Stores, site: str, places: tuple[Path, Path], asked: Asked, secrets: tuple[str, str]
) -> DoorOrder:
    """Give an order and wait a while for the door's answer; ``secrets`` are password and passphrase.

    Raises:
        OperatorMistaken: Who asks is not let in, or a store is missing.
        NotWarranted: The office refused; the sentence says why.
    """
    run, doors = places
    office = open_office_of(stores, site, run, doors)
    try:
        person = let_in(office.store, office.clock(), asked.login, secrets[0], UNDONE)
        holder = None if asked.holder is None else HolderId(asked.holder)
        given = give(office, person, Wish(DoorId(asked.door), asked.kind, asked.why, holder), secrets[1])
        if isinstance(given, Refused):
            raise NotWarranted(given.why)
        return _await(office, given, asked.wait)
    finally:
        for store in (office.store, office.registry, office.ledger):
            store.dispose()


def _await(office: Office, given: DoorOrder, wait: float) -> DoorOrder:
    """Wait until the running console has seen the door's answer, or give the order as far as it has come."""
    deadline = time.monotonic() + wait
    while True:
        with reading(office.store) as connection:
            found = orders.find(connection, given.id) or given
        if not found.state.waits or time.monotonic() > deadline:
            return found
        time.sleep(PAUSE)


def said(order: DoorOrder) -> str:
    """Say in one sentence how far an order has come."""
    match order.state:
        case OrderState.OBEYED:
            return f"{order.door} obeyed {order.kind}, order {order.number}"
        case OrderState.REFUSED:
            return f"{order.kind} was refused: {order.sentence}"
        case OrderState.LAPSED:
            return f"{order.door} did not answer {order.kind} in time; it has no effect any more"
        case _:
            return f"{order.door} has not answered {order.kind} yet; its page in the console shows the answer"


def as_json(order: DoorOrder) -> str:
    """Give an order as one line of JSON."""
    return json.dumps(
        {
            "id": order.id,
            "controller": order.controller,
            "door": order.door,
            "kind": order.kind.value,
            "state": order.state.value,
            "number": order.number,
            "sentence": order.sentence,
        }
    )

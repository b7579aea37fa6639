"""The orders that wait for a door's answer, as the hub shows them: again and again, no longer than needed.

The signer leaves a sheet of signed orders for each controller among the registry's slots. An order is shown
until the ledger holds the door's row that says it was obeyed or refused, or its time is over; then the sheet
is shown once more without it. Nothing is retained at the broker: an order is for who is there now.

The signatures are the door's to judge; here only the ledger's own rows are believed, which were verified
when they came.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Engine

from card_registry import canonical
from card_registry.errors import Malformed
from card_registry.orders import Order, OrderSheet
from card_registry.stores.answers import Reached, read_answers
from card_registry.trust.slots import orders_controller
from card_registry.words import ControllerId
from mqtt_bridge.registry_slots import Slot

log = logging.getLogger(__name__)

AGAIN = 2.0
"""Seconds after which a sheet that still waits is shown once more."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What to show to a controller now."""

    to: ControllerId
    body: bytes


class OrderBook:
    """Every controller's waiting orders; used by the hub's one thread."""

    def __init__(self, engine: Engine) -> None:
        """Read answers from the ledger's ``engine``."""
        self._engine = engine
        self._sheets: dict[ControllerId, OrderSheet] = {}
        self._orders: dict[ControllerId, dict[int, Order]] = {}
        self._answered: dict[ControllerId, set[int]] = {}
        self._reached: dict[ControllerId, Reached] = {}
        self._shown: dict[ControllerId, tuple[bytes, float]] = {}

    def learn(self, slots: Sequence[Slot]) -> None:
        """Take the sheets among changed slots; one that cannot be read is left out, and said."""
        for slot in slots:
            controller = orders_controller(slot.name)
            if controller is None:
                continue
            try:
                sheet = canonical.decode(slot.body, OrderSheet, f"slot {slot.name}")
                read = [canonical.decode(one.body.encode(), Order, "an order") for one in sheet.orders]
            except Malformed as error:
                log.error("orders for %s cannot be read and are not shown: %s", controller, error)
                continue
            known = self._answered.get(controller, set())
            self._sheets[controller] = sheet
            self._answered[controller] = known & {order.number for order in read}
            self._orders[controller] = {order.number: order for order in read if order.number not in known}

    def say_again(self) -> None:
        """Show everything that waits once more, as after a lost connection."""
        self._shown = {to: (body, -AGAIN) for to, (body, _) in self._shown.items()}

    def due(self, now: int, clock: float) -> tuple[Sheet, ...]:
        """Give the sheets to show; ``now`` in milliseconds of the server, ``clock`` in seconds of any clock.

        Raises:
            SQLAlchemyError: The ledger cannot be read now.
        """
        found = (self._of(controller, now, clock) for controller in self._sheets)
        return tuple(sheet for sheet in found if sheet is not None)

    def _of(self, controller: ControllerId, now: int, clock: float) -> Sheet | None:
        waiting = self._orders[controller]
        if waiting:
            reached = self._reached.get(controller)
            self._reached[controller], answers = read_answers(self._engine, controller, reached)
            for answer in answers:
                self._answered[controller].add(answer.number)
                waiting.pop(answer.number, None)
        for number in [number for number, order in waiting.items() if order.not_after <= now]:
            del waiting[number]
        said, at = self._shown.get(controller, (b"", 0.0))
        if not waiting and not said:
            return None
        body = self._render(controller)
        if body == said and not (waiting and clock >= at + AGAIN):
            return None
        # An empty sheet is the last word, until another order comes.
        self._shown[controller] = (body if waiting else b"", clock)
        return Sheet(controller, body)

    def _render(self, controller: ControllerId) -> bytes:
        sheet, waiting = self._sheets[controller], self._orders[controller]
        kept = tuple(
            sealed
            for sealed in sheet.orders
            if canonical.decode(sealed.body.encode(), Order, "an order").number in waiting
        )
        return canonical.encode(replace(sheet, orders=kept))

"""What travels about an order: the person's request, the warrant that carries it, the order, the sheet.

Frozen dataclasses like those of ``card_registry.statements``. Who may sign which is decided where it is read:
requests in ``authority.ordering``, orders at the door.

Pure.
"""

import re
from dataclasses import dataclass

from card_registry.journal.event import Body, Ordered, Refused
from card_registry.signing import Sealed
from card_registry.statements import Proof
from card_registry.words import ControllerId, DoorId, HolderId, OrderKind, PersonId, SiteId, Whole

TAKING = frozenset({OrderKind.LOCKDOWN, OrderKind.LOCK_PIN})
"""The orders that only take away: they need no person's signature, and no nonce."""

PIN_ORDERS = frozenset({OrderKind.LOCK_PIN, OrderKind.UNLOCK_PIN})
"""The orders that are about one holder."""

MOST_ORDERS = 64
"""The most orders in one sheet."""


@dataclass(frozen=True, slots=True)
class OrderRequest:
    """What a person signs to have one door obey; signed as ``digest(Purpose.ORDER_REQUEST, its bytes)``.

    ``nonce`` is the one in the controller's last signed status; ``why`` is a code of the office.
    """

    v: Whole
    site: SiteId
    controller: ControllerId
    door: DoorId
    kind: OrderKind
    nonce: str | None
    by: PersonId
    at: Whole
    why: str
    holder: HolderId | None = None


@dataclass(frozen=True, slots=True)
class OrderWarrant:
    """An order asked for: the request's exact canonical JSON text, and its proof (None for LOCKDOWN)."""

    v: Whole
    request: str
    proof: Proof | None


@dataclass(frozen=True, slots=True)
class Order:
    """An instruction to one door (DESIGN §4): its number grows per key; sealed for ``Purpose.ORDER``.

    Orders that open or relax quote the ``nonce`` of the controller's last signed status. ``not_after`` limits
    acceptance, never a mode's duration.
    """

    v: Whole
    site: SiteId
    controller: ControllerId
    door: DoorId
    kind: OrderKind
    number: Whole
    nonce: str | None
    not_after: Whole
    by: PersonId
    holder: HolderId | None = None


@dataclass(frozen=True, slots=True)
class OrderSheet:
    """All orders that wait for one controller, each sealed; the sheet itself proves nothing."""

    v: Whole
    site: SiteId
    controller: ControllerId
    orders: tuple[Sealed, ...]


_NAMED = re.compile(r"order ([0-9]{1,16}) of [0-9a-f]{16}")


def name_of(number: int, key: str) -> str:
    """Name an order as a door's refusal does: by its number under its key (hex)."""
    return f"order {number} of {key[:16]}"


def answered(body: Body) -> tuple[int, str] | None:
    """Give the number of the order that an event answers and why it was refused (empty: obeyed)."""
    match body:
        case Ordered():
            return body.number, ""
        case Refused(what, why) if (found := _NAMED.fullmatch(what)) is not None:
            return int(found[1]), why
        case _:
            return None

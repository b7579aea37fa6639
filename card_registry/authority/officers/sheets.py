"""Orders that wait for a door when the key that sealed them is replaced.

Only what takes away is sealed again: an order that opens was signed by the key a thief may have, and is given
again by whoever wants it.
"""

from dataclasses import replace

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from card_registry import canonical
from card_registry.authority.ordering import read_order
from card_registry.orders import TAKING, OrderSheet
from card_registry.signing import Purpose, Sealed, seal


def sealed_anew(data: bytes, key: Ed25519PrivateKey, now: int) -> bytes:
    """Give a controller's sheet with its waiting lockdowns under a new key.

    Raises:
        Malformed: It is not a sheet of orders.
    """
    sheet = canonical.decode(data, OrderSheet, "a sheet of orders")
    orders = [read_order(sealed) for sealed in sheet.orders]
    kept = [
        canonical.decode(seal(Purpose.ORDER, order, key), Sealed, "the order")
        for order in orders
        if order.kind in TAKING and order.not_after > now
    ]
    return canonical.encode(replace(sheet, orders=tuple(kept)))

"""Orders for tests: a door's place, keys, and orders signed as the signer signs them."""

from dataclasses import replace

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from card_registry import canonical
from card_registry.instant import Instant
from card_registry.orders import Order, OrderSheet
from card_registry.signing import Purpose, Sealed, public_hex, seal
from card_registry.words import DoorId, HolderId, OrderKind, PersonId, TimeQuality
from door_controller.orders import Keys, Known, Post
from tests.door_controller.site import CONTROLLER, DOOR, SITE

OTHER_DOOR = DoorId("ruang-arsip")
ORDER_KEY = Ed25519PrivateKey.from_private_bytes(bytes(31) + b"\2")
ONLINE_KEY = Ed25519PrivateKey.from_private_bytes(bytes(31) + b"\3")
THIEF = Ed25519PrivateKey.from_private_bytes(bytes(31) + b"\4")
KEYS = Keys((public_hex(ORDER_KEY),), (public_hex(ONLINE_KEY),))
POST = Post(SITE, CONTROLLER, frozenset({DOOR, OTHER_DOOR}))
NONCE, BEFORE, SPENT = "a1" * 16, "b2" * 16, "c3" * 16
KNOWN = Known({}, (NONCE, BEFORE), (SPENT,))
NOW = 1_795_000_000_000
SURE = Instant(NOW, NOW + 5, TimeQuality.SYNC)
UNSURE = Instant(1_000, None, TimeQuality.FLOOR)
HOLDER = HolderId("77" * 16)


def an_order(kind: OrderKind = OrderKind.RELEASE, **changes: object) -> Order:
    """Give a faultless order."""
    taking = kind in {OrderKind.LOCKDOWN, OrderKind.LOCK_PIN}
    whole = Order(
        1,
        SITE,
        CONTROLLER,
        DOOR,
        kind,
        7,
        None if taking else NONCE,
        NOW + 60_000,
        PersonId("11" * 16),
        HOLDER,
    )
    return replace(whole, **changes)  # type: ignore[arg-type] # by name


def signed(order: Order, key: Ed25519PrivateKey = ORDER_KEY) -> Sealed:
    """Seal an order."""
    return canonical.decode(seal(Purpose.ORDER, order, key), Sealed, "an order")


def sheet(*orders: Sealed) -> bytes:
    """Give the file that a bridge writes."""
    return canonical.encode(OrderSheet(1, SITE, CONTROLLER, orders))

"""Whether an order is obeyed: signed by a key that may, for this door, new, fresh, and not over.

The first rule that speaks refuses. What opens or relaxes needs the order key and the nonce of one of this
controller's last two statuses, each good for one order, so that it is fresh without a clock. LOCKDOWN and
LOCK_PIN only take away: either key will do, they need no nonce, and a clock that is not certain never stops
them. Of every key only numbers above the last one obeyed count.

What obeying means is decided by the loop; what was obeyed is kept by ``order_desk``.

2026-11-21: a nonce stands for ``NONCE_MS`` unless it is used, not for one status, because a busy door writes
several statuses a second and no person could answer one in time. An order therefore stays fresh for at most
twice that; its own ``not_after`` ends it sooner wherever the clock is certain.
2026-11-21: an order that the last sheet showed as well is passed over in silence, because the hub shows an
order until the door's answer has reached it. Once a sheet came without it, the same order is a replay.

Pure.
"""

import hashlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from card_registry import canonical
from card_registry.errors import Forged, Malformed
from card_registry.instant import MINUTE, Certainty, Instant, within
from card_registry.journal.event import Ordered, Refused
from card_registry.orders import PIN_ORDERS, TAKING, Order, name_of
from card_registry.signing import Purpose, Sealed, unseal
from card_registry.words import ControllerId, DoorId, SiteId

VERSION = 1
NONCE_MS = MINUTE
"""How long a nonce that nobody used stands in the statuses, in milliseconds."""


@dataclass(frozen=True, slots=True)
class Post:
    """Whose orders are obeyed here."""

    site: SiteId
    controller: ControllerId
    doors: Collection[DoorId]


@dataclass(frozen=True, slots=True)
class Keys:
    """Who may sign (public keys, hex): ``order`` everything, ``lockdown`` only what takes away."""

    order: Collection[str] = ()
    lockdown: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """What this controller remembers: the last number obeyed of each key, its nonces, the last sheet.

    ``nonces`` are the unused ones of this boot's last two statuses, ``spent`` those an order used;
    ``shown`` holds the ``seal_of`` each order of the last sheet.
    """

    floors: Mapping[str, int]
    nonces: Collection[str] = ()
    spent: Collection[str] = ()
    shown: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Obey:
    """A genuine, new and fresh order, and the key (hex) that signed it."""

    order: Order
    key: str

    @property
    def event(self) -> Ordered:
        """Give the event that must be durable before the order has any effect."""
        order = self.order
        return Ordered(order.door, order.kind, order.number, self.key, order.by, order.holder)


@dataclass(frozen=True, slots=True)
class Refuse:
    """An order that is not obeyed: which, and the sentence; a ``quiet`` one is not worth an event."""

    what: str
    why: str
    quiet: bool = False

    @property
    def event(self) -> Refused:
        """Give the event that says so."""
        return Refused(self.what, self.why)


@dataclass(frozen=True, slots=True)
class OrdersSeen:
    """What one look at the orders gave: to obey, in this order, and to write down as refused.

    For each of ``obeys`` the loop commits ``obey.event`` with ``order_desk.floor_of(obey)`` beside it, and
    only then acts; where the disk refused it calls ``failed`` and does not act.
    """

    obeys: tuple[Obey, ...]
    refusals: tuple[Refused, ...]
    failed: Callable[[Obey], None]


def seal_of(sealed: Sealed) -> str:
    """Give what tells one sealed order from every other (hex)."""
    return hashlib.sha256(canonical.encode(sealed)).hexdigest()


def weigh(sealed: Sealed, post: Post, keys: Keys, known: Known, now: Instant) -> Obey | Refuse:
    """Judge one order; sentences about what is not proved genuine hold nothing of its content."""
    if not keys.order and not keys.lockdown:
        return Refuse("order", "no registry says yet whose orders count; none is obeyed until one came")
    try:
        order = unseal(Purpose.ORDER, canonical.encode(sealed), Order, {*keys.order, *keys.lockdown})
    except Forged:
        return Refuse("order", "an order is not signed by a key that the officers named for orders")
    except Malformed:
        return Refuse("order", "an order that is genuinely signed cannot be read by this program")
    what = name_of(order.number, sealed.key)
    why = _foreign(order, post) or _unfit(order, sealed.key in keys.order)
    if why:
        return Refuse(what, why)
    if order.number <= known.floors.get(sealed.key, 0):
        last = known.floors[sealed.key]
        sentence = f"its number {order.number} is not above {last}, the last one obeyed of its key"
        return Refuse(what, sentence, quiet=seal_of(sealed) in known.shown)
    why = _stale(order, known, now)
    return Refuse(what, why) if why else Obey(order, sealed.key)


def _foreign(order: Order, post: Post) -> str:
    """Say whose order it is, if not ours."""
    if order.v != VERSION:
        return f"it has version {order.v}; this program reads version {VERSION}"
    if order.site != post.site:
        return f"it is for site {order.site[:40]}, not for this one"
    if order.controller != post.controller:
        return f"it is for controller {order.controller[:40]}, not for this one"
    if order.door not in post.doors:
        return f"this controller has no door {order.door[:40]}"
    return ""


def _unfit(order: Order, full: bool) -> str:  # noqa: FBT001 - whether the key may sign everything
    """Say what its key may not order, or what it lacks."""
    if order.kind not in TAKING and not full:
        return f"its key may only take away, and {order.kind} opens or relaxes"
    if order.kind in PIN_ORDERS and order.holder is None:
        return f"{order.kind} names no holder"
    return ""


def _stale(order: Order, known: Known, now: Instant) -> str:
    """Say why it is not fresh; a clock that cannot say whether it is over stops nothing."""
    if within(now, 0, order.not_after) is Certainty.NO:
        return "it came after the time in which it could be obeyed; give it again"
    if order.kind in TAKING:
        return ""
    if order.nonce is None:
        return f"{order.kind} opens or relaxes and quotes no nonce of this controller's status"
    if order.nonce in known.spent:
        return "the nonce it quotes was used by another order; give it again"
    if order.nonce not in known.nonces:
        return "the nonce it quotes is not of this controller's last two statuses; give it again"
    return ""

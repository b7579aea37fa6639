"""Wrong PINs summed over all controllers: too many, and the holder's PIN is locked at every one of them.

Each controller counts its own tries and locks by itself; somebody who goes from door to door with a found
card would have ten at each. So the office sums what the journals tell: the wrong tries at each controller
since its last right PIN, and none from before an operator's last UNLOCK_PIN. At ``pin.TRIES`` it orders
LOCK_PIN, which takes away and needs nobody's signature, wherever the holder has a grant.

2026-11-21: it looks when a wrong PIN arrives, and at the newest rows when the console starts; an order that
lapsed at a controller which was away is given again at the next wrong PIN.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import Connection, func, select

from card_registry.errors import Malformed
from card_registry.journal.event import Body, EventKind, Ordered, Tapped, decode_body, decode_event
from card_registry.orders import OrderRequest
from card_registry.pin import TRIES
from card_registry.stores.ledger import event
from card_registry.words import ControllerId, DoorId, HolderId, OrderKind, PinResult, Reason
from review.office import Office
from review.people import SYSTEM
from review.projection import Place
from review.store import grants, orders
from review.store.transaction import reading
from review.tables import occurrence
from review.workflow.orders import issue

BACK = 50_000
"""How many of the newest rows are looked through when the console starts."""

ROWS = 500
"""How many of a holder's newest rows count at most."""

CODE = "pin-salah"
"""The office's code for this order."""

WHY = "PIN pemegang ini salah terlalu sering di beberapa pintu."


@dataclass(frozen=True, slots=True)
class Standing:
    """What the journals say of one holder's PIN: wrong tries at each controller, and where it is locked."""

    wrong: Counter[str]
    locked: frozenset[str]

    @property
    def total(self) -> int:
        """Sum the wrong tries."""
        return self.wrong.total()


@dataclass(slots=True)
class PinTries:
    """Watches for wrong PINs; one thread uses it."""

    office: Office
    _after: int | None = field(default=None)

    def look(self) -> int:
        """Look at what arrived since the last time; give how many orders were given."""
        with reading(self.office.store) as connection:
            newest = connection.scalar(select(func.max(occurrence.c.id))) or 0
            after = max(0, newest - BACK) if self._after is None else self._after
            wrong = _wrong_between(connection, after, newest)
        given = sum(self._lock_where_due(holder) for holder in wrong)
        self._after = newest
        return given

    def _lock_where_due(self, holder: HolderId) -> int:
        with reading(self.office.store) as connection:
            places = _places(connection, holder)
        known = standing(self._bodies(places))
        if known.total < TRIES:
            return 0
        enough = {controller for controller, tries in known.wrong.items() if tries >= TRIES}
        due = {
            controller: door
            for controller, door in self._doors_of(holder).items()
            if controller not in known.locked | enough | self._asked(holder)
        }
        for controller, door in due.items():
            at, kind = self.office.clock(), OrderKind.LOCK_PIN
            request = OrderRequest(
                1, self.office.site, controller, door, kind, None, SYSTEM, at, CODE, holder
            )  # fmt: skip
            issue(self.office, request, None, WHY)
        return len(due)

    def _bodies(self, places: Iterable[Place]) -> list[tuple[str, Body]]:
        """Read what the journals say at some places; a row that cannot be read says nothing."""
        found = []
        with reading(self.office.ledger) as connection:
            for place in places:
                row = event.c
                here = (row.controller == place.controller) & (row.epoch == place.epoch)
                data = connection.scalar(select(row.body).where(here, row.seq == place.seq))
                try:
                    found.append((place.controller, decode_body(decode_event(bytes(data or b"")))))
                except (Malformed, ValueError):
                    continue
        return found

    def _doors_of(self, holder: HolderId) -> dict[ControllerId, DoorId]:
        """Give each controller where the holder has a grant that has not ended, by one of its doors."""
        now = self.office.clock()
        with reading(self.office.store) as connection:
            given = [one.terms for one in grants.listed(connection, holder_id=holder)]
        doors = {door for one in given if one.ends > now for door in one.doors}
        return {ControllerId(sign.controller): sign.id for sign in self.office.doors if sign.id in doors}

    def _asked(self, holder: HolderId) -> set[str]:
        """Name the controllers that have such an order on its way."""
        with reading(self.office.store) as connection:
            waiting = orders.unfinished(connection)
        return {one.controller for one in waiting if one.holder == holder and one.kind is OrderKind.LOCK_PIN}


def standing(newest_first: Iterable[tuple[str, Body]]) -> Standing:
    """Sum one holder's rows, given by controller, newest first."""
    wrong: Counter[str] = Counter()
    settled: set[str] = set()
    locked: set[str] = set()
    for controller, body in newest_first:
        match body:
            case Ordered(order=OrderKind.UNLOCK_PIN):
                break
            case Ordered(order=OrderKind.LOCK_PIN):
                locked.add(controller)
            case Tapped(circumstances=true, count=count) if controller not in settled:
                if true.pin in {PinResult.RIGHT, PinResult.DURESS}:
                    settled.add(controller)
                elif true.pin is PinResult.WRONG:
                    wrong[controller] += count
            case _:
                continue
    return Standing(wrong, frozenset(locked))


def _wrong_between(connection: Connection, after: int, newest: int) -> tuple[HolderId, ...]:
    """Name the holders whose PIN was wrong in the rows that arrived in (after, newest]."""
    row = occurrence.c
    arrived = (row.id > after) & (row.id <= newest)
    query = select(row.holder).where(arrived, row.reason == Reason.PIN_WRONG.value, row.holder.is_not(None))
    return tuple(HolderId(holder) for holder in connection.scalars(query.distinct()))


def _places(connection: Connection, holder: HolderId) -> tuple[Place, ...]:
    """Give where the ledger keeps a holder's taps and orders, the newest arrived first."""
    row = occurrence.c
    kinds = [EventKind.TAPPED.value, EventKind.ORDERED.value]
    query = (
        select(row.controller, row.epoch, row.seq)
        .where(row.holder == holder, row.kind.in_(kinds))
        .order_by(row.id.desc())
        .limit(ROWS)
    )
    return tuple(Place(one.controller, one.epoch, one.seq) for one in connection.execute(query))

"""What a controller remembers of orders, and the file they come in.

The bridge writes the sheet ``orders`` beside the slots and is not believed: ``orders.weigh`` decides. The
last number obeyed of each key is kept in the transaction of the order's own event (``floor_of``), so an
order is obeyed at most once through any crash. Numbers and nonces count as used from the moment an order is
handed to the loop; where the disk refused its event, ``failed`` lets the number be tried again.
"""

import sqlite3
import threading
from collections.abc import Callable, Collection
from pathlib import Path

from card_registry import canonical
from card_registry.durable import read_plain
from card_registry.errors import Malformed
from card_registry.instant import MINUTE
from card_registry.journal.event import Refused
from card_registry.orders import MOST_ORDERS, OrderSheet
from card_registry.trust.slots import ORDERS
from door_controller.clock import Clock
from door_controller.journal import Beside, Journal
from door_controller.nonces import Nonces
from door_controller.orders import (
    Keys,
    Known,
    Obey,
    OrdersSeen,
    Post,
    Refuse,
    seal_of,
    weigh,
)

MOST_SAID = 256
"""How many refusals are remembered, so that each is written down once."""

MOST_A_MINUTE = 30
"""The most refusals written down in a minute: old orders, kept by somebody, must not fill the journal."""

_FACT = "order:"


def floor_of(obey: Obey) -> Beside:
    """Give what belongs into the transaction of an obeyed order's event."""
    values = (_FACT + obey.key, obey.order.number)

    def write(store: sqlite3.Connection) -> None:
        store.execute("INSERT OR REPLACE INTO fact (name, value) VALUES (?, ?)", values)

    return write


class OrderDesk:
    """One controller's orders; ``look`` is called by one thread, ``failed`` by any."""

    def __init__(
        self,
        slots: Path,
        post: Post,
        keys: Callable[[], Keys],
        nonces: Nonces,
        journal: Journal,
        clock: Clock,
    ) -> None:
        """Remember what was obeyed; what stands in the folder already was not delivered now."""
        self._path, self._post, self._keys, self._nonces = slots / ORDERS, post, keys, nonces
        self._clock = clock
        self._lock = threading.Lock()
        self._floors: dict[str, int] = {
            name.removeprefix(_FACT): int(value)
            for name, value in journal.look("SELECT name, value FROM fact WHERE name LIKE 'order:%'")
        }
        self._mark = (0, 0)
        self._said: dict[tuple[str, str], None] = {}
        self._minute, self._told = 0, 0
        self._shown: Collection[str] = self._standing()

    def look(self) -> OrdersSeen | None:
        """Look into the folder; None when nothing there is new.

        Raises:
            OSError: The file cannot be read.
        """
        try:
            status = self._path.lstat()
        except FileNotFoundError:
            return None
        mark = (status.st_mtime_ns, status.st_ino)
        keys = self._keys()
        if mark == self._mark or not (keys.order or keys.lockdown):
            return None
        self._mark = mark
        try:
            data = read_plain(self._path)
        except Malformed as error:
            return self._refused([Refuse(ORDERS, str(error))], [])
        return self.take(data)

    def take(self, data: bytes) -> OrdersSeen | None:
        """Weigh each order of a sheet in its place; None when there is nothing to obey or to say."""
        try:
            sheet = canonical.decode(data, OrderSheet, "the sheet of orders")
        except Malformed:
            return self._refused(
                [Refuse(ORDERS, "the file is no sheet of orders that this program reads")], []
            )
        now, _ = self._clock.now()
        keys, obeys, refusals = self._keys(), list[Obey](), list[Refuse]()
        with self._lock:
            for sealed in sheet.orders[:MOST_ORDERS]:
                match weigh(sealed, self._post, keys, self._known(), now):
                    case Obey() as obey:
                        self._use(obey)
                        obeys.append(obey)
                    case Refuse() as refuse:
                        refusals.append(refuse)
            self._shown = {seal_of(sealed) for sealed in sheet.orders[:MOST_ORDERS]}
        return self._refused(refusals, obeys)

    def failed(self, obey: Obey) -> None:
        """Let an order whose event the disk refused be tried again."""
        with self._lock:
            if self._floors.get(obey.key) == obey.order.number:
                self._floors[obey.key] = obey.order.number - 1
            self._mark = (0, 0)

    def _known(self) -> Known:
        return Known(self._floors, self._nonces.good, self._nonces.spent, self._shown)

    def _use(self, obey: Obey) -> None:
        self._floors[obey.key] = obey.order.number
        if obey.order.nonce is not None:
            self._nonces.spend(obey.order.nonce)

    def _refused(self, refusals: list[Refuse], obeys: list[Obey]) -> OrdersSeen | None:
        """Give what is to be obeyed, and what was not said before."""
        told: list[Refused] = []
        for refuse in refusals:
            key = (refuse.what, refuse.why)
            if not refuse.quiet and key not in self._said and self._may_tell():
                self._said[key] = None
                told.append(refuse.event)
        while len(self._said) > MOST_SAID:
            del self._said[next(iter(self._said))]
        return OrdersSeen(tuple(obeys), tuple(told), self.failed) if obeys or told else None

    def _may_tell(self) -> bool:
        """Say whether this minute has room for one more refusal."""
        minute = self._clock.mono() // MINUTE
        if minute != self._minute:
            self._minute, self._told = minute, 0
        self._told += 1
        return self._told <= MOST_A_MINUTE

    def _standing(self) -> Collection[str]:
        try:
            sheet = canonical.decode(read_plain(self._path), OrderSheet, "the sheet of orders")
        except (Malformed, OSError):
            return ()
        return {seal_of(sealed) for sealed in sheet.orders[:MOST_ORDERS]}

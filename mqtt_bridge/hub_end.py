"""The hub: registry slots and orders out to the controllers, rows and status in to the ledger, receipts back.

One thread owns the database and the connection, so what is published as received has been committed. What is
believed is decided in ``ingest``, what the registry says in ``registry_slots``; here both are obeyed, in one
loop woken by the broker, by the signer's hint, or by a poll. As long as the directory has never verified,
rows are left where they are: their controllers send them again.
"""

import logging
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.exc import SQLAlchemyError

from card_registry.canonical import LIMIT
from card_registry.hint import HintListener, send_hint
from card_registry.stores.engine import open_store
from card_registry.words import SiteId
from mqtt_bridge.daemon import say_ready
from mqtt_bridge.ledger import Ledger, Outcome, Reply, open_ledger
from mqtt_bridge.link import Address, Arrival, Link
from mqtt_bridge.order_book import OrderBook
from mqtt_bridge.posting import Letter
from mqtt_bridge.registry_slots import RegistrySlots, Slot
from mqtt_bridge.tls import client_context
from mqtt_bridge.topics import (
    HUB,
    LogOf,
    StatusOf,
    ack_topic,
    cmd_topic,
    locate,
    slot_topic,
    subscriptions,
    travels,
)

log = logging.getLogger(__name__)

POLL = 1.0
"""Seconds between looks when nobody gives a hint."""

READERS = ("signer.sock", "console.sock")
"""Who follows the ledger, in the run folder."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a hub is told: its site, stores, receipt key, TLS folder, broker, run folder, pinned root."""

    site: SiteId
    ledger: str
    registry: str
    key: Ed25519PrivateKey
    tls: Path
    address: Address
    run: Path
    root: str


class HubEnd:
    """The hub's stores and connection, and what it has published."""

    def __init__(
        self, settings: Settings, ledger: Ledger, slots: RegistrySlots, orders: OrderBook, link: Link
    ) -> None:
        """Take up the stores as they are."""
        self._orders = orders
        self._site, self._run = settings.site, settings.run
        self._ledger, self._slots, self._link = ledger, slots, link
        self._look_at = 0.0
        self._sick = False

    def look(self) -> None:
        """Read what the signer changed: publish it, then learn the keys in it."""
        self._look_at = time.monotonic() + POLL
        try:
            changed = self._slots.look()
        except SQLAlchemyError as error:
            log.error("the registry cannot be read now: %s", type(error).__name__)
            return
        self._publish_slots(changed)
        self._slots.learn(changed)
        self._orders.learn(changed)

    def turn(self, hints: HintListener) -> None:
        """Wait for something to happen, at most a poll's length, and do what follows from it."""
        wait = max(0.0, self._look_at - time.monotonic())
        turn = self._link.turn(wait, hints)
        hints.drain()
        if turn.connected:
            self._publish_slots(self._slots.all())
            self._publish_replies(self._ledger.replies())
            self._orders.say_again()
        if turn.hinted or time.monotonic() >= self._look_at:
            self.look()
        if turn.arrivals:
            self._take(turn.arrivals)
        self._publish_orders()

    def _take(self, arrivals: Sequence[Arrival]) -> None:
        directory = self._slots.directory
        if directory is None:
            return
        batches: list[Letter] = []
        statuses: list[Letter] = []
        for arrival in arrivals:
            match locate(self._site, arrival.topic):
                case LogOf(controller):
                    batches.append(Letter(controller, arrival.payload))
                case StatusOf(controller) if arrival.payload:
                    statuses.append(Letter(controller, arrival.payload))
                case _:
                    pass
        try:
            outcome = self._ledger.ingest(batches, statuses, directory, time.time_ns() // 1_000_000)
            self._sick = False
        except SQLAlchemyError as error:
            self._recover(error)
            return
        self._tell(outcome)

    def _tell(self, outcome: Outcome) -> None:
        """Publish what was committed and wake who follows the ledger."""
        self._publish_replies(outcome.replies)
        for sentence in outcome.refused:
            log.warning("refused: %s", sentence)
        if outcome.rows or outcome.statuses:
            for reader in READERS:
                send_hint(self._run / reader)

    def _recover(self, error: SQLAlchemyError) -> None:
        """Go on after a failed transaction: nothing was received, so everything comes again."""
        if not self._sick:
            log.error("the ledger cannot be written now: %s; nothing is receipted", type(error).__name__)
        self._sick = True
        try:
            self._ledger.reload()
        except SQLAlchemyError as again:
            log.error("the ledger cannot be read now: %s", type(again).__name__)

    def _publish_slots(self, slots: Sequence[Slot]) -> None:
        for slot in slots:
            if travels(slot.name):
                if len(slot.body) > LIMIT:
                    log.error("slot %s has %d bytes; no door accepts it", slot.name, len(slot.body))
                self._link.publish(slot_topic(self._site, slot.name), slot.body, qos=1, retain=True)

    def _publish_replies(self, replies: Sequence[Reply]) -> None:
        for reply in replies:
            self._link.publish(ack_topic(self._site, reply.to), reply.receipt)

    def _publish_orders(self) -> None:
        """Show each door the orders that it has not answered."""
        if not self._link.connected:
            return
        try:
            due = self._orders.due(time.time_ns() // 1_000_000, time.monotonic())
        except SQLAlchemyError as error:
            log.error("the ledger cannot be read now: %s", type(error).__name__)
            return
        for sheet in due:
            self._link.publish(cmd_topic(self._site, sheet.to), sheet.body)


def run(settings: Settings) -> None:
    """Be the hub until stopped.

    Raises:
        OperatorMistaken: A store, key or TLS file is missing or is not what it should be.
        StoreBroken: The ledger is damaged or of a newer program.
    """
    tls = client_context(settings.tls)
    registry = open_store(settings.registry, "registry", read_only=True)
    store = open_ledger(settings.ledger)
    shm = Path("/dev/shm")  # noqa: S108 - python-tuf's scratch belongs in RAM; a private folder is made in it
    try:
        with (
            tempfile.TemporaryDirectory(dir=shm if shm.is_dir() else None) as scratch,
            Link(HUB, tls, settings.address, subscriptions(settings.site, HUB)) as link,
            HintListener(settings.run / "hub.sock") as hints,
        ):
            slots = RegistrySlots(registry, settings.site, settings.root, Path(scratch))
            ledger = Ledger(store, settings.site, settings.key)
            end = HubEnd(settings, ledger, slots, OrderBook(store), link)
            end.look()
            say_ready()
            while True:
                end.turn(hints)
    finally:
        store.dispose()
        registry.dispose()

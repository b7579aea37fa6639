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
from functools import partial
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from card_registry.canonical import LIMIT
from card_registry.hint import HintListener, send_hint
from card_registry.stores.engine import open_store
from card_registry.stores.trouble import trouble
from card_registry.trust.packing import pack
from card_registry.trust.slots import Role, meta_slot, needed
from card_registry.words import SiteId
from mqtt_bridge.daemon import say_ready, told
from mqtt_bridge.dropping import FLOOR_DAYS, Dropper
from mqtt_bridge.ingest import Directory
from mqtt_bridge.lagging import Lagging
from mqtt_bridge.ledger import Ledger, Outcome, Reply, open_ledger
from mqtt_bridge.link import Address, Arrival, Link
from mqtt_bridge.order_book import OrderBook
from mqtt_bridge.parties import Doorlist
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

TIMESTAMP = meta_slot(Role.TIMESTAMP)
NOT_WRITTEN = "the ledger cannot be written now, and nothing is receipted"

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
    addresses: tuple[Address, ...]
    run: Path
    root: str
    parties: Path | None = None
    """Where the broker is told who may come in."""
    keep_days: int = FLOOR_DAYS
    """For how long every row is kept, whatever the office's rule says."""


@dataclass(frozen=True, slots=True)
class Stores:
    """The ledger, which the hub writes, and the registry, which it reads."""

    ledger: Engine
    registry: Engine


class HubEnd:
    """The hub's stores and connection, and what it has published."""

    def __init__(self, settings: Settings, stores: Stores, link: Link, scratch: Path) -> None:
        """Take up the stores as they are; ``scratch`` is an empty folder for python-tuf.

        Raises:
            StoreBroken: The ledger cannot be read.
        """
        self._site, self._run, self._stores, self._link = settings.site, settings.run, stores, link
        self._ledger = Ledger(stores.ledger, settings.site, settings.key)
        self._slots = RegistrySlots(stores.registry, settings.site, settings.root, scratch)
        self._orders = OrderBook(stores.ledger)
        self._dropper = Dropper(stores.ledger, settings.run, settings.keep_days)
        self._lagging = Lagging()
        self._doorlist = Doorlist(settings.parties, settings.site)
        self._look_at = 0.0
        self._relearn = False
        self._troubles: dict[str, str] = {}

    def look(self) -> None:
        """Read what the signer changed: publish it, then learn the keys in it."""
        self._look_at = time.monotonic() + POLL
        try:
            changed = self._slots.look()
            self._publish_slots(changed)
            self._note_published(changed)
            self._orders.learn(changed)
            self._slots.learn(self._slots.all() if self._relearn else changed)
            self._doorlist.learn(changed, self._slots.directory)
        except SQLAlchemyError as error:
            self._stores.registry.dispose()
            self._ail("the registry cannot be read now", trouble(error))
        except OSError as error:
            self._ail("the registry cannot be verified now", error.strerror or type(error).__name__)
            self._relearn = True
        else:
            self._relearn = False
            self._heal("the registry cannot be read now", "the registry cannot be verified now")

    def _drop(self) -> None:
        """Do a little of what the office's retention rule asks for."""
        try:
            self._dropper.turn(time.time_ns() // 1_000_000)
        except SQLAlchemyError as error:
            self._ail("old rows cannot be dropped now", trouble(error))
        else:
            self._heal("old rows cannot be dropped now")

    def _note_published(self, changed: Sequence[Slot]) -> None:
        for slot in changed:
            if slot.name == TIMESTAMP:
                self._lagging.published(slot.body, time.monotonic())

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
            self._drop()
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
        self._store(batches, statuses, directory)
        for letter in statuses:
            if self._lagging.behind(letter.sender, letter.payload, time.monotonic()):
                log.info("%s decides by an older registry; its slots are published again", letter.sender)
                self._publish_slots([one for one in self._slots.all() if needed(one.name, letter.sender)])

    def _store(self, batches: Sequence[Letter], statuses: Sequence[Letter], directory: Directory) -> None:
        """Store letters in one transaction; if one of them is our undoing, each in its own, without it."""
        try:
            outcome = self._ledger.ingest(batches, statuses, directory, time.time_ns() // 1_000_000)
        except SQLAlchemyError as error:
            self._ail(NOT_WRITTEN, trouble(error))
            self._recover()
        except Exception as error:  # noqa: BLE001 - whatever a controller sends, the others are served
            self._recover()
            if len(batches) + len(statuses) == 1:
                (letter,) = (*batches, *statuses)
                log.error("a message of %s was dropped: %s", letter.sender, told(error))
                return
            for letter in batches:
                self._store([letter], [], directory)
            for letter in statuses:
                self._store([], [letter], directory)
        else:
            if outcome.rows or outcome.statuses:
                self._heal(NOT_WRITTEN)
            self._tell(outcome)

    def _tell(self, outcome: Outcome) -> None:
        """Publish what was committed and wake who follows the ledger."""
        self._publish_replies(outcome.replies)
        for sentence in outcome.refused:
            log.warning("refused: %s", sentence)
        if outcome.rows or outcome.statuses:
            for reader in READERS:
                send_hint(self._run / reader)

    def _recover(self) -> None:
        """Go on after a failed transaction: nothing was received, so everything comes again.

        No file is kept open meanwhile, so that a disk may be unmounted, checked and mounted under us.
        """
        self._stores.ledger.dispose()
        try:
            self._ledger.reload()
            self._stores.ledger.dispose()
        except SQLAlchemyError as error:
            self._ail("the ledger cannot be read now", trouble(error))
        else:
            self._heal("the ledger cannot be read now")

    def _ail(self, what: str, why: str) -> None:
        """Say what is wrong, once for as long as it is."""
        if self._troubles.get(what) != why:
            log.error("%s: %s", what, why)
        self._troubles[what] = why

    def _heal(self, *whats: str) -> None:
        """Say that something is no longer wrong, if it was."""
        for what in whats:
            if self._troubles.pop(what, None) is not None:
                log.info("no longer so: %s", what)

    def _publish_slots(self, slots: Sequence[Slot]) -> None:
        for slot in slots:
            if travels(slot.name):
                if len(slot.body) > LIMIT:
                    self._ail(f"slot {slot.name} is not published", f"{len(slot.body)} bytes are too many")
                    continue
                self._link.publish(slot_topic(self._site, slot.name), pack(slot.body), qos=1, retain=True)

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
            self._ail("the ledger cannot be read now", trouble(error))
            self._recover()
            return
        for sheet in due:
            self._link.publish(cmd_topic(self._site, sheet.to), sheet.body)


def run(settings: Settings) -> None:
    """Be the hub until stopped.

    Raises:
        OperatorMistaken: A store, key or TLS file is missing or is not what it should be.
        StoreBroken: The ledger is damaged or of a newer program.
    """
    tls = partial(client_context, settings.tls)
    tls()
    shm = Path("/dev/shm")  # noqa: S108 - python-tuf's scratch belongs in RAM; a private folder is made in it
    registry = open_store(settings.registry, "registry", read_only=True)
    stores = Stores(open_ledger(settings.ledger), registry)
    try:
        with (
            tempfile.TemporaryDirectory(dir=shm if shm.is_dir() else None) as scratch,
            Link(HUB, tls, settings.addresses, subscriptions(settings.site, HUB)) as link,
            HintListener(settings.run / "hub.sock") as hints,
        ):
            end = HubEnd(settings, stores, link, Path(scratch))
            end.look()
            say_ready()
            while True:
                end.turn(hints)
    finally:
        stores.ledger.dispose()
        stores.registry.dispose()

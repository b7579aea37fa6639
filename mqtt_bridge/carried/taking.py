"""A controller's journal brought by hand: its outbox files judged and stored as the hub does, for a receipt.

Whoever carried them is not believed: a batch counts under the head that its controller signed, from the place
where the ledger stands. The receipt is laid beside the files; carried back to the door, it lets the door send
the next. The hub may run meanwhile: it reads its heads again when it finds rows that it did not store.
"""

import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from card_registry.durable import read_plain, write_whole
from card_registry.errors import Incomplete, OperatorMistaken
from card_registry.journal.batch import decode_batch, parse_name
from card_registry.stores.engine import open_store
from card_registry.trust.slots import ACKNOWLEDGEMENT
from card_registry.words import ControllerId, SiteId
from mqtt_bridge.ledger import Ledger, Outcome, open_ledger
from mqtt_bridge.posting import Letter
from mqtt_bridge.registry_slots import RegistrySlots

MOST_FILES = 1024
MODE = 0o644


@dataclass(frozen=True, slots=True)
class Books:
    """The server's stores by URL, the site, the SHA-256 of its first root, and the hub's receipt key."""

    site: SiteId
    ledger: str
    registry: str
    root: str
    key: Ed25519PrivateKey


def take(books: Books, source: Path) -> Outcome:
    """Store what a folder of outbox files holds, and lay the newest receipt beside it.

    Raises:
        Incomplete: There is no batch in it.
        OperatorMistaken: The registry's directory does not verify, so nobody's rows can be believed.
        SQLAlchemyError: The ledger cannot be written; nothing was stored.
    """
    letters = list(_letters(source))
    if not letters:
        raise Incomplete(f"{source} holds no batch of a journal; at the door: akses door export {source}")
    registry, store = open_store(books.registry, "registry", read_only=True), open_ledger(books.ledger)
    try:
        with tempfile.TemporaryDirectory() as scratch:
            slots = RegistrySlots(registry, books.site, books.root, Path(scratch))
            slots.learn(slots.look())
            if slots.directory is None:
                raise OperatorMistaken("the registry does not verify from that root; nothing was stored")
            ledger = Ledger(store, books.site, books.key)
            outcome = ledger.ingest(letters, [], slots.directory, time.time_ns() // 1_000_000)
    finally:
        registry.dispose()
        store.dispose()
    for reply in outcome.replies[-1:]:
        write_whole(source / ACKNOWLEDGEMENT, reply.receipt, MODE)
    return outcome


def _letters(source: Path) -> Iterator[Letter]:
    """Read the batches of a folder in the order of their journal."""
    names = sorted(one.name for one in source.iterdir() if parse_name(one.name) is not None)
    for name in names[:MOST_FILES]:
        payload = read_plain(source / name)
        yield Letter(ControllerId(decode_batch(payload).controller), payload)

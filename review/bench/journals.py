"""A controller's journal as it is written and signed: events into rows, rows into a tree, batches with heads.

The door writes the same rows one commit at a time (``door_controller.journal``); its durability is measured
there. Here nothing but the commit is left out.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import islice
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from card_registry.instant import SECOND
from card_registry.journal.batch import MAX_ROWS, VERSION, Batch, batch_name, encode_batch
from card_registry.journal.event import Moment, encode_event
from card_registry.journal.note import Checkpoint, origin, sign_checkpoint
from card_registry.journal.tree import Frontier, leaf
from card_registry.words import ControllerId, TimeQuality
from review.bench.life import Told
from review.bench.town import BEGIN, SITE

EPOCH = 1


def key_of(name: str) -> Ed25519PrivateKey:
    """Give the same key for the same name."""
    return Ed25519PrivateKey.from_private_bytes(sha256(f"bench {name}".encode()).digest())


@dataclass(slots=True)
class Pen:
    """Writes one controller's journal on, from the tree over the rows it has."""

    controller: ControllerId
    frontier: Frontier = field(default_factory=Frontier)

    def write(self, told: Iterable[Told], folder: Path) -> int:
        """Write batches into a folder, named as in an outbox; give how many rows there are in them."""
        folder.mkdir(parents=True, exist_ok=True)
        key, before = key_of(self.controller), self.frontier.size
        coming = self._rows(told)
        while rows := tuple(islice(coming, MAX_ROWS)):
            start = self.frontier.size
            self.frontier = self.frontier.extend(map(leaf, rows))
            name = origin(SITE, self.controller, EPOCH)
            note = sign_checkpoint(Checkpoint(name, self.frontier.size, self.frontier.root()), key)
            batch = Batch(VERSION, self.controller, EPOCH, start, rows, note)
            (folder / batch_name(EPOCH, start)).write_bytes(encode_batch(batch))
        return self.frontier.size - before

    def _rows(self, told: Iterable[Told]) -> Iterator[bytes]:
        boot = sha256(self.controller.encode()).hexdigest()[:32]
        for seq, (at, body) in enumerate(told, self.frontier.size):
            moment = Moment(at, at - 2 * SECOND, at + 2 * SECOND, TimeQuality.NTP, boot, at - BEGIN)
            salt = sha256(f"{self.controller} {seq}".encode()).hexdigest()[:24]
            yield encode_event(SITE, self.controller, (EPOCH, seq), body, moment, salt)

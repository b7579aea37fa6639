"""One controller's journal, made by hand: rows, leaves and a key that signs them."""

from collections.abc import Sequence

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from card_registry.journal.batch import Batch
from card_registry.journal.event import Exited, Moment, encode_event
from card_registry.journal.note import Checkpoint, origin, sign_checkpoint
from card_registry.journal.tree import Frontier, leaf
from card_registry.words import ControllerId, DoorId, SiteId, TimeQuality

SITE = SiteId("contoh")
CONTROLLER = ControllerId("pengendali-1")
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))


def make_row(seq: int, controller: ControllerId = CONTROLLER, epoch: int = 1) -> bytes:
    """Give one valid event of this place."""
    at = Moment(1_790_000_000_000 + seq, 1_790_000_000_000, None, TimeQuality.FLOOR, "boot", seq)
    return encode_event(SITE, controller, (epoch, seq), Exited(DoorId("ruang-server")), at, f"{seq:024x}")


def make_rows(count: int) -> list[bytes]:
    """Give the first rows of a journal."""
    return [make_row(seq) for seq in range(count)]


def make_note(rows: Sequence[bytes], key: Ed25519PrivateKey = KEY) -> bytes:
    """Sign a head over rows."""
    frontier = Frontier().extend(leaf(row) for row in rows)
    head = Checkpoint(origin(SITE, CONTROLLER, 1), frontier.size, frontier.root())
    return sign_checkpoint(head, key)


def make_batch(rows: Sequence[bytes], start: int, end: int) -> Batch:
    """Cut a batch out of a journal's rows."""
    return Batch(1, CONTROLLER, 1, start, tuple(rows[start:end]), make_note(rows[:end]))

"""What travels from a controller to the hub: up to 256 consecutive rows and the signed head after them.

A batch is one file in the outbox and one message; its name says where it begins, so that the bridge can send
without reading, and the hub can trim what it already has.

Pure.
"""

import re
from dataclasses import dataclass

import msgspec

from card_registry.canonical import LIMIT
from card_registry.errors import Forked, Malformed
from card_registry.journal.note import Checkpoint, open_checkpoint, origin
from card_registry.journal.tree import Frontier, leaf
from card_registry.words import ControllerId, SiteId, require_slug

VERSION = 1
MAX_ROWS = 256
"""The most rows in one batch."""

_NAME = re.compile(r"batch-(\d{6})-(\d{12})")


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows [start, start + len(rows)) of one epoch, with the checkpoint over everything up to their end."""

    v: int
    controller: ControllerId
    epoch: int
    start: int
    rows: tuple[bytes, ...]
    note: bytes

    def __post_init__(self) -> None:
        """Refuse a batch of another version, without rows, or beyond the limits."""
        require_slug(self.controller, "a controller id")
        if self.v != VERSION or self.epoch < 1 or self.start < 0 or not 0 < len(self.rows) <= MAX_ROWS:
            message = f"a batch must be of version {VERSION}, with 1 to {MAX_ROWS} rows from a valid place"
            raise ValueError(message)

    @property
    def end(self) -> int:
        """Give the sequence number after the last row."""
        return self.start + len(self.rows)


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(tuple[int, str, int, int, tuple[bytes, ...], bytes])


def encode_batch(batch: Batch) -> bytes:
    """Give a batch as one MessagePack array: version, controller, epoch, start, rows, note."""
    return _ENCODER.encode((batch.v, batch.controller, batch.epoch, batch.start, batch.rows, batch.note))


def decode_batch(data: bytes) -> Batch:
    """Read a batch from exactly the bytes it would be written as.

    Raises:
        Malformed: Not a batch, or beyond the limits.
    """
    if len(data) > LIMIT:
        message = f"a batch of {len(data)} bytes is larger than {LIMIT}"
        raise Malformed(message)
    try:
        version, controller, epoch, start, rows, note = _DECODER.decode(data)
        batch = Batch(version, ControllerId(controller), epoch, start, rows, note)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        message = f"a batch is not well formed: {error}"
        raise Malformed(message) from error
    if encode_batch(batch) != data:
        message = "a batch is not in its one written form"
        raise Malformed(message)
    return batch


def batch_name(epoch: int, start: int) -> str:
    """Name a batch's file in the outbox; names sort in the order of sending."""
    return f"batch-{epoch:06d}-{start:012d}"


def parse_name(name: str) -> tuple[int, int] | None:
    """Read (epoch, start) from a file name; None when it is not a batch's."""
    found = _NAME.fullmatch(name)
    return (int(found[1]), int(found[2])) if found else None


def check_batch(
    batch: Batch, stored: Frontier, site: SiteId, log_key: str
) -> tuple[Frontier, list[bytes], Checkpoint]:
    """Prove that a batch continues the rows already stored: the whole of what the hub must believe.

    Args:
        batch: As received; it must begin at or before ``stored.size`` and end after it.
        stored: The frontier over the rows the hub has of this epoch.
        site: Whose controller it is.
        log_key: The controller's public log key (hex), from the signed directory.

    Returns:
        The new frontier, the leaves of the new rows only, and the checkpoint they are under.

    Raises:
        Forged, Malformed: The checkpoint is not this controller's.
        Forked: The rows do not hash to the signed root, or leave a gap.
    """
    known = stored.size - batch.start
    if not 0 <= known < len(batch.rows):
        message = f"rows {batch.start} to {batch.end} do not continue the {stored.size} rows stored"
        raise Forked(message)
    head = open_checkpoint(batch.note, origin(site, batch.controller, batch.epoch), log_key)
    leaves = [leaf(row) for row in batch.rows[known:]]
    frontier = stored.extend(leaves)
    if head.size != frontier.size or head.root != frontier.root():
        message = (
            f"rows {stored.size} to {batch.end} of {batch.controller}, epoch {batch.epoch}, do not hash to "
            f"the root it signed over {head.size} rows"
        )
        raise Forked(message)
    return frontier, leaves, head

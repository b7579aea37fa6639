"""What the hub believes: whether a batch continues a controller's journal, whether a status is newer.

A batch is judged against the frontier of the rows stored and the controller's entry in the signed directory.
Everything that is not clearly one of the four answers is ``Unbelieved``, with the sentence for the refusal
row.

Pure.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from card_registry.errors import SenderLied
from card_registry.journal.batch import Batch, check_batch, decode_batch
from card_registry.journal.note import Checkpoint, open_checkpoint, origin
from card_registry.journal.tree import Frontier, leaf
from card_registry.signing import Purpose, unseal
from card_registry.statements import ControllerEntry, Status
from card_registry.words import ControllerId, ControllerStatus, SiteId

SENTENCE = 400
"""The longest sentence a refusal row holds."""

Directory = Mapping[ControllerId, ControllerEntry]


@dataclass(frozen=True, slots=True)
class Continues:
    """New rows, verified: their leaves, the frontier after them, and the head they are under."""

    batch: Batch
    rows: tuple[bytes, ...]
    leaves: list[bytes]
    frontier: Frontier
    head: Checkpoint


@dataclass(frozen=True, slots=True)
class Known:
    """All its rows should be stored already; ``leaves`` are what they must be to be the same."""

    batch: Batch
    leaves: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """It begins after the rows stored: the controller must hear where to begin."""

    batch: Batch


@dataclass(frozen=True, slots=True)
class Unbelieved:
    """It is not what an honest controller sends; ``epoch`` is set when that much is known to be its own."""

    why: str
    epoch: int | None = None


@dataclass(frozen=True, slots=True)
class Newer:
    """A status newer than the one stored."""

    status: Status


@dataclass(frozen=True, slots=True)
class Old:
    """A status already stored, or older."""

    status: Status


def entry_of(controller: ControllerId, directory: Directory) -> ControllerEntry | Unbelieved:
    """Find a controller the site trusts now."""
    entry = directory.get(controller)
    if entry is None:
        return Unbelieved(f"{controller} is not in the site's directory; enrol it first")
    if entry.status is not ControllerStatus.ACTIVE:
        return Unbelieved(f"{controller} is revoked in the site's directory; what it sends is not stored")
    return entry


def judge_batch(
    site: SiteId,
    sender: ControllerId,
    payload: bytes,
    directory: Directory,
    frontiers: Mapping[tuple[ControllerId, int], Frontier],
) -> Continues | Known | Gap | Unbelieved:
    """Decide what one payload on ``log/<sender>`` is.

    Args:
        site: The hub's site.
        sender: Whose topic it came on.
        payload: As received.
        directory: The controllers of the verified directory.
        frontiers: The frontier over the rows stored, by controller and epoch; empty when missing.
    """
    entry = entry_of(sender, directory)
    if isinstance(entry, Unbelieved):
        return entry
    try:
        batch = decode_batch(payload)
        if batch.controller != sender:
            return Unbelieved(f"{sender} sent rows of {batch.controller}; a controller sends only its own")
        if batch.epoch < entry.epoch:
            return Unbelieved(f"{sender} sent rows of epoch {batch.epoch}; the directory is at {entry.epoch}")
        stored = frontiers.get((sender, batch.epoch), Frontier())
        if batch.start > stored.size:
            return Gap(batch)
        if batch.end <= stored.size:
            return _known(site, batch, entry.log_key)
        frontier, leaves, head = check_batch(batch, stored, site, entry.log_key)
    except SenderLied as error:
        return Unbelieved(_shorten(str(error)), _epoch(payload))
    return Continues(batch, batch.rows[stored.size - batch.start :], leaves, frontier, head)


def _known(site: SiteId, batch: Batch, log_key: str) -> Known:
    """Take a batch whose rows are all stored; its head must be its controller's all the same."""
    open_checkpoint(batch.note, origin(site, batch.controller, batch.epoch), log_key)
    return Known(batch, tuple(leaf(row) for row in batch.rows))


def _epoch(payload: bytes) -> int | None:
    try:
        return decode_batch(payload).epoch
    except SenderLied:
        return None


def judge_status(
    site: SiteId, sender: ControllerId, payload: bytes, directory: Directory, stored: tuple[int, int]
) -> Newer | Old | Unbelieved:
    """Decide what one payload on ``status/<sender>`` is; ``stored`` is (epoch, number) of the newest kept."""
    entry = entry_of(sender, directory)
    if isinstance(entry, Unbelieved):
        return entry
    try:
        status = unseal(Purpose.STATUS, payload, Status, [entry.log_key])
    except SenderLied as error:
        return Unbelieved(_shorten(str(error)))
    if (status.site, status.controller) != (site, sender):
        return Unbelieved(f"{sender} sent the status of {status.controller[:40]} of {status.site[:40]}")
    return Newer(status) if (status.epoch, status.number) > stored else Old(status)


def _shorten(sentence: str) -> str:
    """Keep a sentence within its column, and on one line."""
    return " ".join(sentence.split())[:SENTENCE]


@dataclass(slots=True)
class Complaints:
    """Keeps refusals from filling the disk: which sentences become rows, and how many.

    The same sentence about the same controller counts once in ``AGAIN``; beyond that each controller may
    cause ``BURST`` rows, and one more a minute. What has no entry in the directory shares one allowance.
    """

    AGAIN = 600_000
    BURST = 20
    MINUTE = 60_000

    heard: dict[tuple[str, str], int] = field(default_factory=dict)
    allowance: dict[str, tuple[float, int]] = field(default_factory=dict)

    def worth_a_row(self, who: str, why: str, now: int) -> bool:
        """Tell whether this refusal is kept; ``now`` in milliseconds."""
        last = self.heard.get((who, why))
        if last is not None and now - last < self.AGAIN:
            return False
        left, since = self.allowance.get(who, (float(self.BURST), now))
        left = min(float(self.BURST), left + (now - since) / self.MINUTE)
        if left < 1:
            return False
        self.allowance[who] = (left - 1, now)
        self.heard = {key: at for key, at in self.heard.items() if now - at < self.AGAIN}
        self.heard[(who, why)] = now
        return True

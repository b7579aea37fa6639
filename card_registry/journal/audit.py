"""Checks a journal without the server that kept it: rows against signed heads, in constant memory.

It decides whether the rows of one controller's epoch are exactly those its signed checkpoints speak of. Where
the log keys come from, and where the rows are read from, is the caller's (``bundle``).

Every fault is a sentence naming the row or head. One fault ends the reading of that journal: after it nothing
further is proven.

Pure.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from card_registry.errors import Forged, Forked, Malformed
from card_registry.journal.event import decode_event
from card_registry.journal.note import Checkpoint, open_checkpoint, origin
from card_registry.journal.tree import Frontier, leaf
from card_registry.words import ControllerId, SiteId


@dataclass(frozen=True, slots=True)
class Journal:
    """Whose rows are checked, and the public key (hex) its heads must be signed with."""

    site: SiteId
    controller: ControllerId
    epoch: int
    log_key: str


@dataclass(frozen=True, slots=True)
class Sound:
    """All rows are proven: how many, under which root, by how many heads."""

    journal: Journal
    rows: int
    root: str
    heads: int


@dataclass(frozen=True, slots=True)
class Unsound:
    """Something is wrong; ``proven`` rows from the beginning are still sound."""

    journal: Journal
    proven: int
    sentence: str


Finding = Sound | Unsound


def audit(journal: Journal, rows: Iterable[bytes], notes: Sequence[bytes]) -> Finding:
    """Check one epoch's rows, in order from its first, against its signed heads."""
    proven = 0
    try:
        heads = read_heads(journal, notes)
        frontier = Frontier()
        for frontier in walk(journal, rows, heads):
            proven = frontier.size
    except (Forked, Forged, Malformed) as error:
        return Unsound(journal, proven, str(error))
    return Sound(journal, frontier.size, frontier.root().hex(), len(heads))


def read_heads(journal: Journal, notes: Sequence[bytes]) -> list[Checkpoint]:
    """Open every head, in order of size.

    Raises:
        Forged, Malformed: A head is not this journal's, or not signed by its key.
        Forked: Two signed heads over the same number of rows differ: the controller told two stories.
    """
    expected = origin(journal.site, journal.controller, journal.epoch)
    heads = sorted(
        (open_checkpoint(note, expected, journal.log_key) for note in notes), key=lambda head: head.size
    )
    for earlier, later in pairwise(heads):
        if earlier.size == later.size and earlier.root != later.root:
            message = f"{expected} has two signed heads over {later.size} rows with different roots"
            raise Forked(message)
    if not heads:
        message = f"{expected} has no signed head, so none of its rows is proven"
        raise Forked(message)
    return heads


def walk(journal: Journal, rows: Iterable[bytes], heads: Sequence[Checkpoint]) -> Iterator[Frontier]:
    """Give the frontier at each head whose root the rows reach.

    Raises:
        Forked: The rows miss a head's root, end before the last head, or go on after it.
        Malformed: A row is not an event.
    """
    frontier, source = Frontier(), iter(rows)
    for head in heads:
        frontier = frontier.extend(_leaves(journal, source, frontier.size, head.size))
        if frontier.size < head.size:
            message = (
                f"{head.origin} has {frontier.size} rows and a signed head over {head.size}: rows are missing"
            )
            raise Forked(message)
        if frontier.root() != head.root:
            message = (
                f"{head.origin}: the rows do not hash to the head signed over {head.size} rows; a row since "
                "the head before was changed, removed or swapped"
            )
            raise Forked(message)
        yield frontier
    if next(source, None) is not None:
        message = f"{heads[-1].origin} goes on after its last signed head of {frontier.size} rows"
        raise Forked(message)


def _leaves(journal: Journal, rows: Iterator[bytes], start: int, end: int) -> Iterator[bytes]:
    """Hash rows [start, end), each checked to be the row of its place."""
    for seq in range(start, end):
        row = next(rows, None)
        if row is None:
            return
        _check_place(journal, row, seq)
        yield leaf(row)


def _check_place(journal: Journal, row: bytes, seq: int) -> None:
    try:
        event = decode_event(row)
    except Malformed as error:
        message = f"row {seq} of {journal.controller}, epoch {journal.epoch}: {error}"
        raise Malformed(message) from error
    place = (event.site, event.controller, event.epoch, event.seq)
    if place != (journal.site, journal.controller, journal.epoch, seq):
        message = (
            f"row {seq} of {journal.controller}, epoch {journal.epoch}, says it is row {event.seq} of "
            f"{event.controller}, epoch {event.epoch}"
        )
        raise Forked(message)

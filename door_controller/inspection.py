"""Whether the journal on disk is still the one that was written: which row is not, and why we think so.

A row must lead from the tree stored with the row before it to the tree stored with itself, say its own place
in its envelope, and agree with the hub's receipts. At each start the rows since the newest receipt are
inspected, which is cheap; ``akses door verify`` inspects all that ``pruning`` has left. Who also rewrites
every later tree is caught by the receipts kept here, and at the hub, whose copy they then contradict.

What is found is reported, never repaired: the old rows stay, and a new epoch begins (``daemon``).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from card_registry import canonical
from card_registry.errors import Malformed, StoreBroken
from card_registry.journal.event import decode_event
from card_registry.journal.tree import Frontier, leaf
from card_registry.signing import Sealed
from card_registry.statements import Receipt
from door_controller.journal import SEQ_BITS, Journal, place_of

KEPT_FROM = "kept-from/"
"""The fact that names the first row of an epoch that was carried over from a database set aside."""

STRIDE = 512
"""How many rows are read at a time."""


@dataclass(frozen=True, slots=True)
class Damage:
    """The first row of an epoch that is not as it was written, and the sentence for people."""

    epoch: int
    seq: int
    sentence: str


def inspect_tail(journal: Journal) -> Damage | None:
    """Inspect the current epoch's rows since its newest receipt, and that receipt."""
    epoch, size = newest(journal)
    later = journal.look("SELECT max(epoch) FROM receipt WHERE epoch > ?", (epoch,))[0][0]
    if later is not None:
        return Damage(epoch, size, f"the hub gave a receipt for epoch {later}, of which no row is left here")
    return _inspect(journal, epoch, min(receipted(journal, epoch), size), size)


def inspect_all(journal: Journal) -> Iterator[tuple[int, int, Damage | None]]:
    """Inspect every epoch from its first row; yield its number, its rows, and what is wrong."""
    for (epoch,) in journal.look("SELECT DISTINCT place >> ? FROM row ORDER BY 1", (SEQ_BITS,)):
        size = _size(journal, epoch)
        yield epoch, size, _inspect(journal, epoch, first_row(journal, epoch), size)


def newest(journal: Journal) -> tuple[int, int]:
    """Give the newest epoch and the number of its rows by the place of the last one."""
    found = journal.look("SELECT max(place) FROM row")
    if found[0][0] is None:
        return journal.head.epoch, 0
    place: int = found[0][0]
    return place >> SEQ_BITS, place % (1 << SEQ_BITS) + 1


def last_proven(journal: Journal) -> int:
    """Give the lower bound of the time in the newest row, in milliseconds; 0 where there is none to read."""
    found = journal.look("SELECT body FROM row ORDER BY place DESC LIMIT 1")
    try:
        return decode_event(found[0][0]).at.lo if found else 0
    except Malformed:
        return 0


def receipted(journal: Journal, epoch: int) -> int:
    """Give how many rows of an epoch the newest receipt covers."""
    found = journal.look("SELECT next FROM receipt WHERE epoch = ?", (epoch,))
    return int(found[0][0]) if found else 0


def pruned(journal: Journal, epoch: int) -> int:
    """Give how many rows of an epoch were dropped here, past retention and under a receipt (``pruning``)."""
    found = journal.look("SELECT before FROM pruned WHERE epoch = ?", (epoch,))
    return int(found[0][0]) if found else 0


def first_row(journal: Journal, epoch: int) -> int:
    """Give the row to begin with: behind what was pruned, or carried over from a broken file."""
    found = journal.look("SELECT value FROM fact WHERE name = ?", (f"{KEPT_FROM}{epoch}",))
    return max(int(found[0][0]) + 1 if found and found[0][0] else 0, pruned(journal, epoch))


def inspect_rows(journal: Journal, epoch: int, start: int, end: int) -> Frontier | Damage:
    """Inspect rows [start, end) of an epoch, and give the tree over everything below ``end``."""
    try:
        before = journal.frontier(epoch, start)
    except StoreBroken as error:
        return Damage(epoch, max(start - 1, 0), str(error))
    if before.size != start:
        return Damage(epoch, start - 1, f"the tree stored with row {start - 1} of epoch {epoch} is another's")
    for place, body, frontier in _read(journal, epoch, start, end):
        why = _wrong_row(epoch, before.size, place, body)
        after = before.append(leaf(body))
        if why is None and after.dump() != frontier:
            why = (
                "does not hash to the tree that was stored with it: the row was changed after it was written"
            )
        if why is not None:
            return Damage(epoch, before.size, f"row {before.size} of epoch {epoch} {why}")
        before = after
    return before


def _size(journal: Journal, epoch: int) -> int:
    between = (place_of(epoch, 0), place_of(epoch + 1, 0))
    found = journal.look("SELECT max(place) FROM row WHERE place >= ? AND place < ?", between)
    return int(found[0][0]) - between[0] + 1


def _inspect(journal: Journal, epoch: int, start: int, size: int) -> Damage | None:
    if (dropped := pruned(journal, epoch)) > (under := receipted(journal, epoch)):
        why = f"rows of epoch {epoch} were dropped up to row {dropped}, and only {under} are under a receipt"
        return Damage(epoch, dropped, why)
    found = inspect_rows(journal, epoch, start, size)
    return found if isinstance(found, Damage) else _against_receipt(journal, epoch, found)


def _read(journal: Journal, epoch: int, start: int, size: int) -> Iterator[tuple[int, bytes, bytes]]:
    for first in range(start, size, STRIDE):
        between = (place_of(epoch, first), place_of(epoch, min(first + STRIDE, size)))
        yield from journal.look(
            "SELECT place, body, frontier FROM row WHERE place >= ? AND place < ? ORDER BY place", between
        )


def _wrong_row(epoch: int, seq: int, place: int, body: bytes) -> str | None:
    if place != place_of(epoch, seq):
        return f"is missing: row {place % (1 << SEQ_BITS)} follows the row before it"
    try:
        event = decode_event(body)
    except Malformed as error:
        return f"is not an event any more ({error})"
    if (event.epoch, event.seq) != (epoch, seq):
        return f"says it is row {event.seq} of epoch {event.epoch}: it was moved here"
    return None


def read_receipt(stored: bytes) -> Receipt:
    """Read a stored receipt; its signature was checked when it was stored.

    Raises:
        Malformed: It is damaged.
    """
    sealed = canonical.decode(stored, Sealed, "a stored receipt")
    return canonical.decode(sealed.body.encode(), Receipt, "a stored receipt")


def _against_receipt(journal: Journal, epoch: int, head: Frontier) -> Damage | None:
    """Compare the tree with the newest receipt of its epoch; signatures were checked when it was stored."""
    found = journal.look("SELECT sealed FROM receipt WHERE epoch = ?", (epoch,))
    if not found:
        return None
    try:
        receipt = read_receipt(found[0][0])
        agrees = receipt.next <= head.size and journal.root(epoch, receipt.next) == receipt.root
    except (Malformed, StoreBroken) as error:
        return Damage(epoch, head.size, f"the newest receipt of epoch {epoch} cannot be compared: {error}")
    if agrees:
        return None
    seq = max(min(receipt.next, head.size) - 1, 0)
    return Damage(
        epoch,
        seq,
        f"rows 0 to {seq} of epoch {epoch} are not the {receipt.next} rows the hub gave its receipt for",
    )

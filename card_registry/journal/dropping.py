"""Which rows of the ledger may lose their bytes by a retention rule, and the paper that asks for it.

The leaf of a dropped row stays, so tree, heads and receipts stay; its salt goes with it, so that nobody can
guess what it said. The office writes the paper as a plain file in the run folder, one at a time; the hub
reads it, drops what its own floor allows, and enters in the ledger what it dropped and on which decision.

Pure.
"""

from dataclasses import dataclass

from card_registry import canonical
from card_registry.errors import Malformed
from card_registry.journal.event import EventKind, decode_event
from card_registry.words import ControllerId, Whole, require_digest, require_slug

FILE = "retention"
"""The paper's name in the run folder."""

VERSION = 1
MOST_SPANS = 2_000
"""How many spans one paper may name."""

DROPPABLE = frozenset(
    {
        EventKind.TAPPED,
        EventKind.EXITED,
        EventKind.DOOR_CHANGED,
        EventKind.ALARMED,
        EventKind.ORDERED,
        EventKind.MODE_CHANGED,
        EventKind.UNUSED,
    }
)
"""What tells of people and doors; the proofs of other logs lean on the rest."""


@dataclass(frozen=True, slots=True)
class Span:
    """Rows [first, last] of one journal."""

    controller: ControllerId
    epoch: Whole
    first: Whole
    last: Whole


@dataclass(frozen=True, slots=True)
class DropOrder:
    """The paper: rows to drop on the decision ``number``, whose link in the office's chain is ``link``."""

    v: Whole
    number: Whole
    link: str
    spans: tuple[Span, ...]


def decode_order(data: bytes) -> DropOrder:
    """Read a paper.

    Raises:
        Malformed: It is none, of another version, or names rows in a way that nobody should obey.
    """
    order = canonical.decode(data, DropOrder, "the retention paper")
    try:
        require_digest(order.link, "a link")
        for span in order.spans:
            require_slug(span.controller, "a controller id")
    except ValueError as error:
        raise Malformed(str(error)) from error
    if order.v != VERSION or len(order.spans) > MOST_SPANS:
        message = f"the retention paper has version {order.v} and {len(order.spans)} spans; it is not obeyed"
        raise Malformed(message)
    if any(span.last < span.first for span in order.spans):
        message = "the retention paper names a span that ends before it begins; it is not obeyed"
        raise Malformed(message)
    return order


def may_drop(row: bytes) -> bool:
    """Say whether a row is of a kind that may go; what cannot be read stays, as evidence."""
    try:
        return decode_event(row).kind in DROPPABLE
    except Malformed:
        return False

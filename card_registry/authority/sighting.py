"""What the signer shows the doors of its own log, as one row among the slots that no TUF role names.

2026-11-21: a publication that takes away does not carry it, because a revocation must stay small and quick;
what adds does, and so does the beat. Where rights are taken away without a pause it is shown all the same
every ``PATIENCE``, or a stream of removals could keep doors from seeing the log.
"""

from sqlalchemy import Connection, select

from card_registry.authority import store
from card_registry.instant import MINUTE
from card_registry.journal.tree import Frontier
from card_registry.stores import registry as tables
from card_registry.trust.slots import AUTHORITY
from card_registry.witness import MOST, RECENT, show

PATIENCE = 5 * MINUTE
"""How long publications that only take away may leave the newest head unshown, in milliseconds."""

BASE = "authority-base"
"""The site's value that holds the tree before the records that are shown."""

SHOWN = "authority-shown"
"""The site's value that holds when the newest head was last looked at here, in milliseconds."""


def due(connection: Connection, frontier: Frontier, now: int, *, taking: bool) -> dict[str, bytes]:
    """Give the row that shows the newest head over ``frontier``; nothing where it is not time, or no news."""
    head, last = store.get_value(connection, store.HEAD), store.get_value(connection, SHOWN)
    if head is None or (taking and 0 <= now - store.count_of(last) < PATIENCE):
        return {}
    store.set_values(connection, {SHOWN: str(now).encode()})
    body = _whole(connection, frontier, head)
    return {} if store.SlotRows(connection).get(AUTHORITY) == body else {AUTHORITY: body}


def _whole(connection: Connection, frontier: Frontier, head: bytes) -> bytes:
    """Give the sighting, and keep where the records shown begin."""
    kept = store.get_value(connection, BASE)
    base = Frontier.load(kept) if kept else Frontier()
    leaves = _leaves(connection, base.size)
    if base.extend(leaves) != frontier:  # kept by an earlier program, or by another hand
        base, leaves = Frontier(), _leaves(connection, 0)
    if len(leaves) > MOST:
        cut = len(leaves) - RECENT
        base, leaves = base.extend(leaves[:cut]), leaves[cut:]
    store.set_values(connection, {BASE: base.dump()})
    return show(head, base, leaves)


def _leaves(connection: Connection, start: int) -> list[bytes]:
    row = tables.authority.c
    found = connection.scalars(select(row.leaf).where(row.seq >= start).order_by(row.seq))
    return [bytes(leaf) for leaf in found]

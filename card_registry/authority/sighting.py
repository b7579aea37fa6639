"""What the signer shows the doors of its own log, as one row among the slots that no TUF role names."""

from sqlalchemy import Connection, select

from card_registry.authority import store
from card_registry.journal.tree import Frontier
from card_registry.stores import registry as tables
from card_registry.trust.slots import AUTHORITY
from card_registry.witness import MOST, RECENT, show

BASE = "authority-base"
"""The site's value that holds the tree before the records that are shown."""


def shown(connection: Connection, frontier: Frontier, head: bytes) -> dict[str, bytes]:
    """Give the row that shows a head over ``frontier``, and keep where the records shown begin."""
    kept = store.get_value(connection, BASE)
    base = Frontier.load(kept) if kept else Frontier()
    leaves = _leaves(connection, base.size)
    if base.extend(leaves) != frontier:  # kept by an earlier program, or by another hand
        base, leaves = Frontier(), _leaves(connection, 0)
    if len(leaves) > MOST:
        cut = len(leaves) - RECENT
        base, leaves = base.extend(leaves[:cut]), leaves[cut:]
    store.set_values(connection, {BASE: base.dump()})
    return {AUTHORITY: show(head, base, leaves)}


def _leaves(connection: Connection, start: int) -> list[bytes]:
    row = tables.authority.c
    found = connection.scalars(select(row.leaf).where(row.seq >= start).order_by(row.seq))
    return [bytes(leaf) for leaf in found]

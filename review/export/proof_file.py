"""The journals of a time with their signatures, as the proof file that anybody checks offline.

What is in it and how it is checked is ``card_registry.journal``'s; rows of another time leave their hashes.
"""

from pathlib import Path

from sqlalchemy import func, select

from card_registry.journal.export import Exported, export_proof
from card_registry.journal.export import Wanted as JournalWanted
from card_registry.journal.selection import Selection
from card_registry.stores.ledger import head
from card_registry.words import ControllerId
from review.export.wanted import ProofWanted
from review.office import Office
from review.store.transaction import reading

MOST = 1_000_000
"""The most rows of journals that a page reads through; the command at the server has no limit."""


def size(office: Office, wanted: ProofWanted) -> int:
    """Count the rows of the journals that a proof reads through."""
    query = select(func.coalesce(func.sum(head.c.next), 0))
    if only := _controllers(office, wanted):
        query = query.where(head.c.controller.in_(only))
    with reading(office.ledger) as connection:
        return int(connection.scalar(query) or 0)


def write(office: Office, wanted: ProofWanted, file: Path) -> Exported:
    """Write the proof into a new file.

    Raises:
        OperatorMistaken: There are no rows yet.
    """
    rows = Selection(wanted.since, wanted.until)
    asked = JournalWanted(_controllers(office, wanted), rows)
    return export_proof((office.ledger, office.registry), file, office.clock(), asked)


def _controllers(office: Office, wanted: ProofWanted) -> tuple[ControllerId, ...]:
    return tuple({sign.controller for sign in office.doors if sign.id == wanted.door})

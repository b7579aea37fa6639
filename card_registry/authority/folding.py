"""Folding: denials that were listed long enough leave the list, and their rows leave the shards.

A listed denial is published with every revocation. Folded, what it denies is no longer shown to any door, and
a door that has seen it keeps it for ever. It is done at the signer's beat, so that no revocation waits for
it, and only the holders whom it concerns are written anew; the newest denials stay listed, because a list is
adopted whatever else has expired.
"""

from collections.abc import Sequence

from sqlalchemy import Connection

from card_registry.authority import store
from card_registry.statements import Denial
from card_registry.words import HolderId, Subject

FOLD_AT = 200
"""How many are listed before the beat folds them: so a revocation at 200 controllers stays below 10 KB."""

KEEP = 50
"""How many of the newest stay listed when others are folded."""

MOST = 2_000
"""How many are listed before a revocation folds them itself: the list has to fit its slot."""


def folded(listed: Sequence[Denial], most: int) -> Sequence[Denial]:
    """Give the denials to fold, in their order; none while the list is not longer than ``most``."""
    return listed[:-KEEP] if len(listed) > most else ()


def holders_of(connection: Connection, denials: Sequence[Denial]) -> tuple[HolderId, ...]:
    """Name the holders whose rows the denials take away, each once."""
    found: dict[HolderId, None] = {}
    for denial in denials:
        match denial.subject:
            case Subject.HOLDER:
                found[HolderId(denial.id)] = None
            case Subject.CARD:
                bound = store.credentials_where(connection, card=denial.id)
                found.update((one.holder, None) for one in bound)
            case Subject.GRANT:
                held = store.grants_where(connection, id=denial.id)
                found.update((one.terms.holder, None) for one in held)
    return tuple(found)

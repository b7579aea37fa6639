"""What the signer tells the console of signatures that end soon; ``authority.officers`` says what is soon."""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection, select

from card_registry import canonical
from card_registry.stores.registry import site
from card_registry.words import Whole

NOTED = "expiring"
"""The registry store's value that holds the notices."""


class Level(StrEnum):
    """How near the end is."""

    FINE = "fine"
    SOON = "soon"
    NEAR = "near"
    URGENT = "urgent"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Notice:
    """One signature: its role, when it ends (milliseconds), how near that is, who signs it again."""

    role: str
    ends: Whole
    level: Level
    signer: str


def noted(connection: Connection) -> tuple[Notice, ...]:
    """Give what the signer last said ends soon, the soonest first.

    Raises:
        Malformed: Another hand wrote there.
    """
    body = connection.scalar(select(site.c.value).where(site.c.name == NOTED))
    what = "the notice of expiries"
    return () if body is None else canonical.decode(bytes(body), tuple[Notice, ...], what)

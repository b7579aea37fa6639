"""Which controller showed which verdict, and when: one row for each warrant and controller, never changed.

Several removals may rest on one warrant, so the row is the warrant's.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite

from card_registry.words import ControllerId
from review.tables import warrant
from review.tables_access import confirmation

BATCH = 500
"""How many warrants are asked about at once."""

Known = Mapping[int, Mapping[str, int]]
"""When each controller had each warrant, by the warrant's serial."""


@dataclass(frozen=True, slots=True)
class Confirmed:
    """One controller had one warrant's verdict at this moment (server clock, milliseconds)."""

    warrant: int
    controller: ControllerId
    at: int


@dataclass(frozen=True, slots=True)
class Measured:
    """How long one verdict took to one controller: what kind of warrant, given when, confirmed when."""

    kind: str
    controller: str
    made: int
    at: int


def add(connection: Connection, found: Collection[Confirmed]) -> None:
    """Keep what was seen; what is known already stays as it was first seen."""
    if not found:
        return
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    rows = [{"warrant": one.warrant, "controller": one.controller, "at": one.at} for one in found]
    connection.execute(dialect.insert(confirmation).on_conflict_do_nothing(), rows)


def of_warrants(connection: Connection, serials: Collection[int]) -> Known:
    """Give when each controller had each of these warrants; a warrant nobody had is left out."""
    found = defaultdict[int, dict[str, int]](dict)
    wanted = sorted(set(serials))
    for start in range(0, len(wanted), BATCH):
        asked = select(confirmation).where(confirmation.c.warrant.in_(wanted[start : start + BATCH]))
        for row in connection.execute(asked):
            found[row.warrant][row.controller] = row.at
    return dict(found)


def made(connection: Connection, serials: Collection[int]) -> dict[int, int]:
    """Give when warrants were issued, by their serials: when the verdicts that they carry were given."""
    query = select(warrant.c.serial, warrant.c.made).where(warrant.c.serial.in_(sorted(set(serials))))
    return {row.serial: row.made for row in connection.execute(query)}


def between(connection: Connection, since: int, until: int) -> Iterator[Measured]:
    """Give every time measured of the verdicts given in [since, until), in the order of the verdicts."""
    query = (
        select(warrant.c.kind, confirmation.c.controller, warrant.c.made, confirmation.c.at)
        .join(warrant, warrant.c.serial == confirmation.c.warrant)
        .where(warrant.c.made >= since, warrant.c.made < until)
        .order_by(warrant.c.serial, confirmation.c.controller)
    )
    for row in connection.execute(query):
        yield Measured(row.kind, row.controller, row.made, row.at)

"""The tables in force in an office, as a mapping that a running console keeps fresh.

A profile is put in force by another process (``akses review profile use``); ``refresh`` looks for it. What is
in force never moves a running case, which keeps the table it began with.
"""

from collections.abc import ItemsView, Iterator, Mapping, ValuesView

from sqlalchemy import Connection, Engine

from review.procedure import Procedure
from review.shelf import shipped
from review.store import profiles
from review.store.transaction import reading

PAUSE = 5.0
"""Seconds between two looks whether another profile was put in force."""


def tables_in_force(connection: Connection) -> Mapping[str, Procedure]:
    """Give the tables in force now: the profile's, or all shipped ones where the office never chose one."""
    kept = profiles.tables(connection)
    return shipped() if kept is None else kept


class InForce(Mapping[str, Procedure]):
    """The tables by id, as they were at the last look."""

    def __init__(self, store: Engine) -> None:
        """Look for the first time."""
        self._store = store
        self._number = -1
        self._tables: Mapping[str, Procedure] = {}
        self.refresh()

    def refresh(self) -> None:
        """Take up what was put in force since the last look."""
        with reading(self._store) as connection:
            number = profiles.number(connection)
            if number != self._number:
                self._tables = tables_in_force(connection)
                self._number = number

    def __getitem__(self, id: str) -> Procedure:
        """Give one table."""
        return self._tables[id]

    def __iter__(self) -> Iterator[str]:
        """Go through the ids of one look, even if another comes in between."""
        return iter(self._tables)

    def values(self) -> ValuesView[Procedure]:
        """Give the tables of one look, even if another comes in between and drops one."""
        return self._tables.values()

    def items(self) -> ItemsView[str, Procedure]:
        """Give the tables of one look with their ids."""
        return self._tables.items()

    def __len__(self) -> int:
        """Count the tables."""
        return len(self._tables)

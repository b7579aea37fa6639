"""The inventory from a shell: exported and imported as files, racks drawn, a NetBox compared.

Whoever may read the office store could change it as well; the password is asked for all the same, so that the
record names who it was.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from card_registry.durable import read_plain
from card_registry.errors import NotWarranted, OperatorMistaken
from review import outside
from review.access import Refused
from review.inventory import Rack, Stock, elevation
from review.inventory.changes import Change, ChangeKind, Known
from review.inventory.exchange import Lines, Sheet, Tables, Wrong
from review.office import DEFAULT_ZONE
from review.people import Person
from review.store import inventory
from review.store.transaction import reading
from review.workflow import furnishing

SHOWN = 40
"""How much of a cell is written out, in characters."""


@dataclass(frozen=True, slots=True)
class Shell:
    """An office's store and clock, as an import needs them."""

    store: Engine
    clock: Callable[[], int]
    chance: Callable[[int], bytes]
    zone: str = DEFAULT_ZONE

    def token(self) -> str:
        """Give a fresh random id of 32 hex digits."""
        return self.chance(16).hex()

    def today(self) -> date:
        """Give the day at the site."""
        return datetime.fromtimestamp(self.clock() / 1000, ZoneInfo(self.zone)).date()

    def known(self) -> Known:
        """Give the inventory as it is now."""
        with reading(self.store) as connection:
            facts = {one.device.id: one.facts for one in inventory.devices(connection)}
            return inventory.load(connection, self.clock()), facts

    def at(self, registry: Engine | None) -> "Shell":
        """Give the shell in the site's own zone, where a registry says which it is."""
        policy = None if registry is None else outside.policy(registry)
        return self if policy is None else replace(self, zone=policy.zone)


def read_files(files: Iterable[tuple[Path, Sheet]]) -> Tables:
    """Read workbooks and tables; each table may come once.

    Raises:
        OperatorMistaken: A file cannot be read; the text has its sentences.
    """
    found: dict[Sheet, Lines] = {}
    for file, sheet in files:
        tables = furnishing.read(sheet, read_plain(file))
        if isinstance(tables, Wrong):
            raise OperatorMistaken(f"{file.name} was not taken:\n" + "\n".join(tables.why))
        twice = [one.value for one in tables if one in found]
        if twice:
            raise OperatorMistaken(f"the table {twice[0]} comes twice; give one file for it")
        found |= tables
    return found


def sheet_of(file: Path) -> Sheet:
    """Give the table that a CSV file's name ends with, as an export calls it; a workbook names its own.

    Raises:
        OperatorMistaken: The name says no table.
    """
    for sheet in Sheet:
        if file.suffix == ".xlsx" or file.stem.endswith(sheet.value):
            return sheet
    endings = ", ".join(f"{sheet.value}.csv" for sheet in Sheet)
    raise OperatorMistaken(f"{file.name} does not say which table it is; let its name end with {endings}")


def foresee(shell: Shell, person: Person, tables: Tables) -> tuple[Change, ...]:
    """Give what tables would change.

    Raises:
        NotWarranted: This person may not change the inventory.
        OperatorMistaken: The tables do not fit; the text has their sentences.
    """
    return _settled(furnishing.foresee(shell, person, tables))


def bring(shell: Shell, person: Person, tables: Tables) -> tuple[Change, ...]:
    """Enter tables, all of them or nothing.

    Raises:
        NotWarranted: This person may not change the inventory.
        OperatorMistaken: The tables do not fit; the text has their sentences.
    """
    return _settled(furnishing.bring(shell, person, tables))


def _settled(done: tuple[Change, ...] | Wrong | Refused) -> tuple[Change, ...]:
    if isinstance(done, Refused):
        raise NotWarranted(done.why)
    if isinstance(done, Wrong):
        raise OperatorMistaken("nothing was entered:\n" + "\n".join(done.why))
    return done


def told(change: Change) -> str:
    """Write one change on one line: ``+`` for a new row, ``~`` for one that becomes another."""
    new = change.kind is ChangeKind.NEW
    cells = (
        f"{one.column}: {one.after[:SHOWN]}"
        if new
        else f"{one.column}: {one.before[:SHOWN] or '-'} -> {one.after[:SHOWN] or '-'}"
        for one in change.cells
    )
    return f"{'+' if new else '~'} {change.sheet.value} {change.name}: {'; '.join(cells)}"


def picture(shell: Shell, name: str) -> str:
    """Draw one rack as SVG, by its name.

    Raises:
        OperatorMistaken: There is no such rack; the text names those there are.
    """
    stock, _ = shell.known()
    return elevation(stock, _rack(stock, name))


def _rack(stock: Stock, name: str) -> Rack:
    found = next((rack for rack in stock.racks if name.casefold() in {rack.name.casefold(), rack.id}), None)
    if found is None:
        named = ", ".join(rack.name for rack in stock.racks) or "none yet"
        raise OperatorMistaken(f"there is no rack {name[:60]}; there are: {named}")
    return found

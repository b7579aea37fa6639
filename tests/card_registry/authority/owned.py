"""Somebody who owns the office database and the ledger: every row and column may say anything.

The signer must not mind: what doors are shown afterwards may be less than before, and never more.
"""

import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Boolean, Column, Date, Integer, LargeBinary, MetaData, Table

from card_registry import canonical
from card_registry.authority.keys import ROOT_FILE, SignerKeys, load_signer
from card_registry.authority.signer import Signer
from card_registry.orders import TAKING
from card_registry.shown import CredentialRow, GrantRow
from card_registry.stores import ledger
from card_registry.words import Subject
from review.tables import metadata as office
from tests.card_registry.authority.house import DESK, HERE, PASSPHRASE, House
from tests.card_registry.authority.test_ordering import on_sheet
from tests.card_registry.trust.made import Door, token

OWNED: Mapping[str, MetaData] = {"office": office, "ledger": ledger.metadata}
TURNS = 3
MOST = 8
"""Rows of a table that are copied and edited; copies of copies prove nothing more."""


@dataclass(frozen=True, slots=True)
class Rights:
    """What a door would open for, as it verified and adopted the published registry."""

    grants: frozenset[GrantRow]
    credentials: frozenset[CredentialRow]
    openings: frozenset[bytes]
    denials: Mapping[tuple[Subject, str], int]

    def beyond(self, before: "Rights") -> list[object]:
        """Give everything that was not there before; a denial that is gone or older counts as such."""
        lifted = [key for key, serial in before.denials.items() if self.denials.get(key, 0) < serial]
        return [
            *(self.grants - before.grants),
            *(self.credentials - before.credentials),
            *(self.openings - before.openings),
            *lifted,
        ]


@cache
def signing(folder: Path) -> SignerKeys:
    """Open the signer's keys once."""
    return load_signer(folder, PASSPHRASE)


def work(house: House, keys: SignerKeys) -> None:
    """Let the signer work for a while, whether or not it finds anything to publish."""
    signer = Signer(house.places, keys, lambda: house.now)
    try:
        for _ in range(TURNS):
            signer.round()
    finally:
        signer.close()


def rights(house: House) -> Rights:
    """Give what the door has: it verifies the slots from its pinned root, as the real one does."""
    scratch = house.folder / "scratch"
    scratch.mkdir(exist_ok=True)
    root = (house.folders.signer / ROOT_FILE).read_bytes()
    trusted = Door(root, scratch, house.now).learn(house.slots())
    registry = trusted.registry
    assert registry is not None
    grants = frozenset(row for held in registry.grants.values() for row in held)
    openings = frozenset(canonical.encode(order) for order, _ in on_sheet(house) if order.kind not in TAKING)
    return Rights(grants, frozenset(registry.credentials.values()), openings, dict(trusted.serials))


@dataclass(frozen=True, slots=True)
class Owner:
    """The owner's hands: raw SQL on both files, with every constraint that can be switched off."""

    house: House

    def run(self, store: str, sql: str, values: Iterable[object] = ()) -> None:
        """Run one statement; what the database itself refuses is refused."""
        connection = sqlite3.connect(self.house.folder / f"{store}.db")
        try:
            connection.execute("PRAGMA foreign_keys=OFF")
            with suppress(sqlite3.IntegrityError):
                connection.execute(sql, tuple(values))
            connection.commit()
        finally:
            connection.close()

    def read(self, store: str, sql: str) -> list[tuple[Any, ...]]:
        """Read rows."""
        connection = sqlite3.connect(self.house.folder / f"{store}.db")
        try:
            return connection.execute(sql).fetchall()
        finally:
            connection.close()

    def forge(self, store: str, column: Column[Any], extra: Iterable[object] = ()) -> None:
        """Let one column say everything it could: in copies of each row, then in the rows themselves."""
        table = column.table
        assert isinstance(table, Table)
        names = [one.name for one in table.columns]
        rows = self.read(store, f"SELECT {_list(names)} FROM {_quoted(table.name)} LIMIT {MOST}")  # noqa: S608 - our own tables
        at = names.index(column.name)
        pool = list(dict.fromkeys([*(row[at] for row in rows), *lies(column), *extra]))
        insert = (
            f"INSERT OR IGNORE INTO {_quoted(table.name)} ({_list(names)}) "  # noqa: S608 - our own tables
            f"VALUES ({', '.join('?' for _ in names)})"
        )
        connection = sqlite3.connect(self.house.folder / f"{store}.db")
        try:
            connection.execute("PRAGMA foreign_keys=OFF")
            for row in rows:
                for lie in pool:
                    for copy in _copies(table, row, at, lie):
                        connection.execute(insert, copy)
            moved = f"UPDATE OR IGNORE {_quoted(table.name)} SET {_quoted(column.name)} = ?"  # noqa: S608
            keys = [one.name for one in table.primary_key]
            same = " AND ".join(f"{_quoted(key)} = ?" for key in keys)
            for place, row in enumerate(rows):
                key = [row[names.index(name)] for name in keys]
                connection.execute(f"{moved} WHERE {same}", [pool[(place + 1) % len(pool)], *key])
            connection.commit()
        finally:
            connection.close()


def _copies(table: Table, row: tuple[Any, ...], at: int, lie: object) -> Iterator[tuple[Any, ...]]:
    """Give a row that lies in one column: under its own key, and under the next free number."""
    copy = (*row[:at], lie, *row[at + 1 :])
    yield copy
    key = next(iter(table.primary_key))
    if isinstance(key.type, Integer) and key.autoincrement:
        yield (None, *copy[1:])


def lies(column: Column[Any]) -> list[object]:
    """Give values that mean something, in the shape of a column."""
    match column.type:
        case Boolean():
            return [0, 1]
        case Date():
            return ["2099-12-31", date.min.isoformat()]
        case Integer():
            return [0, 1, 2, 99, -1, 2**40, 2**62]
        case LargeBinary():
            return [b"", b"{}", b"\x00" * 32]
        case _:
            return [token("mallory"), "grant", "withdraw", "order", HERE, DESK, "", "0"]


def tables(store: str) -> tuple[Table, ...]:
    """Give a store's tables."""
    return tuple(OWNED[store].sorted_tables)


def fill(house: House) -> None:
    """Put a row into every table of both stores that has none."""
    owner = Owner(house)
    for store in OWNED:
        for table in tables(store):
            name = _quoted(table.name)
            if not owner.read(store, f"SELECT 1 FROM {name} LIMIT 1"):  # noqa: S608 - our own tables
                names = [one.name for one in table.columns]
                row = [next(islice(filler(one), 1)) for one in table.columns]
                marks = ", ".join("?" for _ in names)
                owner.run(store, f"INSERT INTO {name} ({_list(names)}) VALUES ({marks})", row)  # noqa: S608


def filler(column: Column[Any]) -> Iterator[object]:
    """Give a plain value for a column."""
    match column.type:
        case Boolean() | Integer():
            yield 1
        case Date():
            yield "2026-11-20"
        case LargeBinary():
            yield b"{}"
        case _:
            yield token(f"{column.name}")[: getattr(column.type, "length", None) or 32]


Attack = Callable[[Owner], object]


def copy_of(house: House, place: Path) -> House:
    """Give the same house in another folder."""
    return House(Path(shutil.copytree(house.folder, place)), house.now)


def _list(names: Iterable[str]) -> str:
    return ", ".join(_quoted(name) for name in names)


def _quoted(name: str) -> str:
    return f'"{name}"'

"""The audit trail as rows of a file, read turn by turn in the order in which it was written."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Engine, Select, func, select

from review.export.table import Cell, Column, Holds, Turn
from review.export.wanted import TrailWanted
from review.store.transaction import reading
from review.tables import audit, person

AT_ONCE = 5_000
"""How many rows are read in one turn."""

COLUMNS = (
    Column("Nomor", Holds.NUMBER, 18),
    Column("Tanggal", Holds.STAMP, 19),
    Column("Jam", Holds.STAMP, 16),
    Column("Oleh", weight=36),
    Column("Tindakan", weight=36),
    Column("Tentang", weight=62),
    Column("Keterangan", weight=82),
)


def turns(store: Engine, wanted: TrailWanted, zone: str, at_once: int = AT_ONCE) -> Iterator[Turn]:
    """Give the acts in turns, as they were when the first turn was read."""
    local, last = ZoneInfo(zone), 0
    with reading(store) as connection:
        newest = connection.scalar(select(func.max(audit.c.id))) or 0
    query = _query(wanted).where(audit.c.id <= newest).order_by(audit.c.id).limit(at_once)
    while True:
        with reading(store) as connection:
            rows = connection.execute(query.where(audit.c.id > last)).all()
        if rows:
            yield tuple(zip(*(_line(row, local) for row in rows), strict=True))
        if len(rows) < at_once:
            return
        last = rows[-1].id


def count(store: Engine, wanted: TrailWanted, most: int) -> int:
    """Count the acts that are asked for, up to ``most`` and one more."""
    some = _query(wanted).with_only_columns(audit.c.id).limit(most + 1).subquery()
    with reading(store) as connection:
        return connection.scalar(select(func.count()).select_from(some)) or 0


def _query(wanted: TrailWanted) -> Select[Any]:
    names = audit.outerjoin(person, person.c.id == audit.c.person)
    return select(audit, person.c.name).select_from(names).where(*_conditions(wanted))


def _conditions(wanted: TrailWanted) -> Iterator[ColumnElement[bool]]:
    if wanted.since is not None:
        yield audit.c.at >= wanted.since
    if wanted.until is not None:
        yield audit.c.at < wanted.until
    if wanted.named:
        yield person.c.name.icontains(wanted.named, autoescape=True)


def _line(row: Any, zone: ZoneInfo) -> tuple[Cell, ...]:  # noqa: ANN401 - a row of the store
    moment = datetime.fromtimestamp(row.at / 1000, zone)
    when = f"{moment:%Y-%m-%d}", f"{moment:%H:%M:%S}"
    return row.id, *when, row.name or "Sistem", row.act, row.subject, row.detail

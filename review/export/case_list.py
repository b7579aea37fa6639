"""Cases as rows of a file, read turn by turn, the earliest first; what was written in them stays there."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Engine, Select, and_, func, not_, or_, select

from card_registry.instant import HOUR
from review.export.table import Cell, Column, Holds, Turn
from review.export.wanted import CasesWanted
from review.store.transaction import reading
from review.tables import case_file, case_row, holder, person, procedure_version

AT_ONCE = 2_000
"""How many cases are read in one turn."""

COLUMNS = (
    Column("Nomor", weight=27),
    Column("Prosedur", weight=17),
    Column("Judul", weight=38),
    Column("Keadaan", weight=17),
    Column("Akhir", weight=17),
    Column("Langkah", weight=17),
    Column("Pemohon", weight=26),
    Column("Unit pemohon", weight=27),
    Column("Pemegang", weight=26),
    Column("Unit pemegang", weight=0),
    Column("Diajukan", Holds.STAMP, 19),
    Column("Tindakan terakhir", Holds.STAMP, 19),
    Column("Tindakan", Holds.NUMBER, 0),
    Column("Jam berjalan", Holds.NUMBER, 18),
    Column("Kasus induk", weight=0),
)
"""The time is by the clock, from the first act to the last; working time is on the report of procedures."""


def turns(
    store: Engine, wanted: CasesWanted, titles: Mapping[str, str], zone: str, at_once: int = AT_ONCE
) -> Iterator[Turn]:
    """Give the cases in turns; ``titles`` are those of the procedures in force."""
    query, local = _query(wanted), ZoneInfo(zone)
    while True:
        with reading(store) as connection:
            rows = connection.execute(query.limit(at_once)).all()
        if rows:
            yield tuple(zip(*(_line(row, titles, local) for row in rows), strict=True))
        if len(rows) < at_once:
            return
        query = _after(_query(wanted), rows[-1].made, rows[-1].id)


def count(store: Engine, wanted: CasesWanted, most: int) -> int:
    """Count the cases that are asked for, up to ``most`` and one more."""
    some = _query(wanted).with_only_columns(case_file.c.id).order_by(None).limit(most + 1).subquery()
    with reading(store) as connection:
        return connection.scalar(select(func.count()).select_from(some)) or 0


def _query(wanted: CasesWanted) -> Select[Any]:
    row, parent = case_file.c, case_file.alias("parent")
    mine = case_row.c.case == row.id
    last = select(func.max(case_row.c.at)).where(mine).scalar_subquery()
    acts = select(func.count()).select_from(case_row).where(mine).scalar_subquery()
    return (
        select(
            row.id,
            row.number,
            procedure_version.c.procedure,
            row.state,
            row.ending,
            row.step,
            row.made,
            person.c.name.label("applicant"),
            person.c.unit.label("applicant_unit"),
            holder.c.name.label("holder"),
            holder.c.unit.label("holder_unit"),
            parent.c.number.label("parent"),
            last.label("last"),
            acts.label("acts"),
        )
        .join(procedure_version, procedure_version.c.fingerprint == row.fingerprint)
        .join(person, person.c.id == row.applicant)
        .outerjoin(holder, holder.c.id == row.holder)
        .outerjoin(parent, parent.c.id == row.parent)
        .where(*_conditions(wanted))
        .order_by(row.made, row.id)
    )


def _after(query: Select[Any], made: int, id_: str) -> Select[Any]:
    row = case_file.c
    return query.where(row.made >= made, not_(and_(row.made == made, row.id <= id_)))


def _conditions(wanted: CasesWanted) -> Iterator[ColumnElement[bool]]:
    row = case_file.c
    if wanted.since is not None:
        yield row.made >= wanted.since
    if wanted.until is not None:
        yield row.made < wanted.until
    if wanted.procedure:
        yield procedure_version.c.procedure == wanted.procedure
    if wanted.state is not None:
        yield row.state == wanted.state.value
    if wanted.named:
        yield or_(*(one.icontains(wanted.named, autoescape=True) for one in (holder.c.name, person.c.name)))
    if wanted.unit:
        yield or_(holder.c.unit == wanted.unit, person.c.unit == wanted.unit)


def _line(row: Any, titles: Mapping[str, str], zone: ZoneInfo) -> tuple[Cell, ...]:  # noqa: ANN401 - a row of the store
    last = row.made if row.last is None else row.last
    return (
        row.number,
        row.procedure,
        titles.get(row.procedure, ""),
        row.state,
        row.ending or "",
        row.step,
        row.applicant,
        row.applicant_unit,
        row.holder or "",
        row.holder_unit or "",
        _moment(row.made, zone),
        _moment(last, zone),
        row.acts,
        max(0, last - row.made) // HOUR,
        row.parent or "",
    )


def _moment(at: int, zone: ZoneInfo) -> str:
    return f"{datetime.fromtimestamp(at / 1000, zone):%Y-%m-%d %H:%M}"

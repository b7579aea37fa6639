"""Door events as rows of a file, read turn by turn from the occurrences, the earliest first."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, assert_never

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Select,
    String,
    Table,
    and_,
    cast,
    func,
    not_,
    select,
)

from card_registry.journal.event import EventKind
from card_registry.labels import label_of
from card_registry.words import Side, TimeQuality
from review.export import comma
from review.export.table import Column, Holds, Turn
from review.export.wanted import EventsWanted, Which
from review.projection import UNREADABLE, Facts, sentence
from review.store import explained
from review.store.transaction import reading
from review.tables import card, case_file, holder, occurrence

AT_ONCE = 5_000
"""How many rows are read in one turn."""

FEW = 250
"""How many rows are taken from the driver at once."""

REMEMBERED = 50_000
"""How many names are remembered between turns before they are looked up anew."""

COLUMNS = (
    Column("Nomor", Holds.NUMBER, 0),
    Column("Tanggal", Holds.STAMP, 19),
    Column("Jam", Holds.STAMP, 16),
    Column("Pintu", weight=28),
    Column("Sisi", weight=15),
    Column("Peristiwa", weight=0),
    Column("Hasil", weight=0),
    Column("Keterangan", weight=54),
    Column("Pemegang", weight=34),
    Column("Unit", weight=34),
    Column("Kartu", weight=19),
    Column("Permohonan", weight=28),
    Column("Jumlah", Holds.NUMBER, 16),
    Column("Mutu waktu", weight=0),
    Column("Pengendali", weight=0),
    Column("Periode jurnal", Holds.NUMBER, 0),
    Column("Catatan jurnal", Holds.NUMBER, 0),
)
"""The last three name the row of the journal, by which it is found in a proof file."""

STANDING = (explained.FORCED, "held", "ajar")
"""The states of a door that nobody wants."""

ANSWERS = {True: "Diizinkan", False: "Ditolak", None: ""}

Row = tuple[Any, ...]
"""The columns of an occurrence as ``_query`` names them, id and time first."""


class _Told(dict[Any, str]):
    """What codes are called; what is new is worked out once."""

    def __init__(self, tell: Callable[[Any], str]) -> None:
        self._tell = tell

    def __missing__(self, code: Any) -> str:  # noqa: ANN401 - whatever the column holds
        if len(self) >= REMEMBERED:
            self.clear()
        self[code] = told = self._tell(code)
        return told


class _Names(dict[str | None, tuple[str, ...]]):
    """What ids are called, looked up once for all new ids of a turn."""

    def __init__(self, table: Table, *columns: str) -> None:
        self._query = select(table.c.id, *(table.c[name] for name in columns))
        self._id = table.c.id
        self._nobody = ("",) * len(columns)

    def of(self, connection: Connection, ids: Sequence[str | None]) -> list[list[str]]:
        """Give the columns that name a column of ids; an id that nobody has is called nothing."""
        if len(self) > REMEMBERED:
            self.clear()
        if new := set(ids) - self.keys():
            self |= dict.fromkeys(new, self._nobody)
            asked = self._query.where(self._id.in_(sorted(filter(None, new))))
            self |= {row[0]: tuple(row[1:]) for row in connection.execute(asked)}
        found = [self[id_] for id_ in ids]
        return [[names[place] for names in found] for place in range(len(self._nobody))]


class Words:
    """What a file of events calls things; doors as ``signs`` says."""

    def __init__(self, signs: Mapping[str, str]) -> None:
        """Know nothing but the doors yet."""
        self.doors = _Told(lambda door: signs.get(door, door) or "")
        self.sides = _Told(lambda side: label_of(Side(side)) if side else "")
        self.kinds = _Told(_kind)
        self.told = _Told(_sentence)
        self.qualities = _Told(lambda quality: label_of(TimeQuality(quality)))
        self.holders = _Names(holder, "name", "unit")
        self.cards = _Names(card, "number")
        self.cases = _Names(case_file, "number")

    def turn(self, connection: Connection, columns: Sequence[Sequence[Any]]) -> Turn:
        """Put a turn of rows, by column, into words."""
        ids, _, days, locals_, doors, sides, kinds, granted, reasons, details, *more = columns
        whose, plastic, cases, times, qualities, controllers, epochs, seqs = more
        names, units = self.holders.of(connection, whose)
        return (
            ids,
            days,
            locals_,
            tuple(map(self.doors.__getitem__, doors)),
            tuple(map(self.sides.__getitem__, sides)),
            tuple(map(self.kinds.__getitem__, kinds)),
            tuple(map(ANSWERS.__getitem__, granted)),
            tuple(map(self.told.__getitem__, zip(kinds, reasons, details, strict=True))),
            names,
            units,
            self.cards.of(connection, plastic)[0],
            self.cases.of(connection, cases)[0],
            times,
            tuple(map(self.qualities.__getitem__, qualities)),
            controllers,
            epochs,
            seqs,
        )


def _kind(kind: str) -> str:
    return "Catatan tidak terbaca" if kind == UNREADABLE else label_of(EventKind(kind))


def _sentence(told: tuple[str, str | None, str]) -> str:
    kind, reason, detail = told
    return sentence(kind, Facts(reason=reason, detail=detail))


def csv_of_events(
    store: Engine, wanted: EventsWanted, signs: Mapping[str, str], separator: str = ","
) -> Iterator[bytes]:
    """Give door events as CSV, piece by piece, in constant memory.

    Args:
        store: The office's store.
        wanted: Which events.
        signs: What doors are called, by id.
        separator: What stands between two cells.
    """
    return comma.written(COLUMNS, turns(store, wanted, signs), separator)


def turns(
    store: Engine, wanted: EventsWanted, signs: Mapping[str, str], at_once: int = AT_ONCE
) -> Iterator[Turn]:
    """Give the events in turns of at most ``at_once`` rows, as they were when the first turn was read."""
    words = Words(signs)
    with reading(store) as connection:
        newest = connection.scalar(select(func.max(occurrence.c.id))) or 0
    query = _query(wanted, newest).limit(at_once)
    after = query
    while True:
        with reading(store) as connection:
            _keep_to_indexes(connection)
            columns = _columns(connection.execute(after).cursor)
            turn = words.turn(connection, columns) if columns else None
        if turn is not None:
            yield turn
        if not columns or len(columns[0]) < at_once:
            return
        after = _after(query, columns[1][-1], columns[0][-1])


def _columns(cursor: Any) -> list[list[Any]]:  # noqa: ANN401 - the driver's own cursor
    """Read what a query gives, by column; nothing where it gives no row.

    The driver's own rows are read, because ours would cost as much again, and a few at a time: five thousand
    at once set the garbage collector to work, which then costs a third of the whole.
    """
    columns: list[list[Any]] = []
    while rows := cursor.fetchmany(FEW):
        columns = columns or [[] for _ in rows[0]]
        for column, cells in zip(columns, zip(*rows, strict=True), strict=True):
            column.extend(cells)
    return columns


def _keep_to_indexes(connection: Connection) -> None:
    """Let PostgreSQL follow the index of times for this turn, whatever it knows of the table.

    Where it has counted nothing yet, it would read and sort the whole table anew for each turn.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")


def count(store: Engine, wanted: EventsWanted, most: int) -> int:
    """Count the events that are asked for, up to ``most`` and one more."""
    some = select(occurrence.c.id).where(*_conditions(wanted)).limit(most + 1).subquery()
    with reading(store) as connection:
        return connection.scalar(select(func.count()).select_from(some)) or 0


def _query(wanted: EventsWanted, newest: int) -> Select[Any]:
    row = occurrence.c
    told = (
        row.id,
        row.at,
        cast(row.day, String),
        row.local,
        row.door,
        row.side,
        row.kind,
        row.granted,
        row.reason,
        row.detail,
        row.holder,
        row.card,
        row.case,
        row.times,
        row.quality,
        row.controller,
        row.epoch,
        row.seq,
    )
    some = (row.id <= newest, *_conditions(wanted))
    return select(*told).where(*some).order_by(row.at, row.id).limit(AT_ONCE)


def _after(query: Select[Any], at: int, id_: int) -> Select[Any]:
    """Give the query of the rows after one."""
    row = occurrence.c
    return query.where(row.at >= at, not_(and_(row.at == at, row.id <= id_)))


def _conditions(wanted: EventsWanted) -> Iterator[ColumnElement[bool]]:
    row = occurrence.c
    if wanted.since is not None:
        yield row.at >= wanted.since
    if wanted.until is not None:
        yield row.at < wanted.until
    own = {row.door: wanted.door, row.holder: wanted.holder, row.card: wanted.card, row.case: wanted.case}
    yield from (column == value for column, value in own.items() if value)
    if wanted.named or wanted.unit:
        # Not by the column itself: an index of holders would sort everything anew for each turn.
        yield func.coalesce(row.holder, "").in_(_people(wanted))
    yield from _which(wanted.which)


def _people(wanted: EventsWanted) -> Select[Any]:
    query = select(holder.c.id)
    if wanted.named:
        query = query.where(holder.c.name.icontains(wanted.named, autoescape=True))
    return query.where(holder.c.unit == wanted.unit) if wanted.unit else query


def _which(which: Which) -> Iterator[ColumnElement[bool]]:
    match which:
        case Which.ALL:
            return
        case Which.OPENINGS | Which.UNEXPLAINED:
            yield explained.opened()
        case Which.REFUSALS:
            yield occurrence.c.granted.is_(False)
        case Which.ALARMS:
            changed = occurrence.c.kind == EventKind.DOOR_CHANGED.value
            yield (occurrence.c.kind == EventKind.ALARMED.value) | (
                changed & occurrence.c.detail.in_(STANDING)
            )
        case _:
            assert_never(which)

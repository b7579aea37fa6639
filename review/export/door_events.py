"""Door events as rows of a file, read turn by turn from the occurrences, the earliest first."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, assert_never

from sqlalchemy import ColumnElement, Connection, Engine, Select, String, and_, cast, func, not_, select

from card_registry.journal.event import EventKind
from card_registry.labels import label_of
from card_registry.words import Side, TimeQuality
from review.export import comma
from review.export.comma import Line
from review.export.wanted import EventsWanted, Which
from review.projection import UNREADABLE, Facts, sentence
from review.store import explained
from review.store.transaction import reading
from review.tables import card, case_file, holder, occurrence

AT_ONCE = 5_000
"""How many rows are read in one turn."""

REMEMBERED = 50_000
"""How many names are remembered between turns before they are looked up anew."""

COLUMNS = (
    "Nomor",
    "Tanggal",
    "Jam",
    "Pintu",
    "Sisi",
    "Peristiwa",
    "Hasil",
    "Keterangan",
    "Pemegang",
    "Unit",
    "Kartu",
    "Permohonan",
    "Jumlah",
    "Mutu waktu",
    "Pengendali",
    "Periode jurnal",
    "Catatan jurnal",
)

ANSWERS = {True: "Diizinkan", False: "Ditolak", None: ""}


@dataclass(slots=True)
class _Names:
    """What ids are called: holders with their units, cards, cases; looked up once a turn, forgotten in time."""

    holders: dict[str, tuple[str, str]] = field(default_factory=dict)
    cards: dict[str, str] = field(default_factory=dict)
    cases: dict[str, str] = field(default_factory=dict)

    def learn(self, connection: Connection, rows: list[Any]) -> None:
        """Look up what a turn's rows name and is not known yet."""
        for known in (self.holders, self.cards, self.cases):
            if len(known) > REMEMBERED:
                known.clear()
        if new := sorted({row.holder for row in rows if row.holder} - self.holders.keys()):
            found = select(holder.c.id, holder.c.name, holder.c.unit).where(holder.c.id.in_(new))
            self.holders |= dict.fromkeys(new, ("", ""))
            self.holders |= {id_: (name, unit) for id_, name, unit in connection.execute(found)}
        self._learn(connection, self.cards, {row.card for row in rows}, card)
        self._learn(connection, self.cases, {row.case for row in rows}, case_file)

    @staticmethod
    def _learn(connection: Connection, known: dict[str, str], ids: set[str | None], table: Any) -> None:  # noqa: ANN401 - any table of numbered things
        if new := sorted(id_ for id_ in ids if id_ and id_ not in known):
            known |= dict.fromkeys(new, "")
            query = select(table.c.id, table.c.number).where(table.c.id.in_(new))
            known |= {id_: number for id_, number in connection.execute(query)}


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


def turns(store: Engine, wanted: EventsWanted, signs: Mapping[str, str]) -> Iterator[list[Line]]:
    """Give the events in turns of at most ``AT_ONCE`` rows, as they were when the first turn was read."""
    names = _Names()
    with reading(store) as connection:
        newest = connection.scalar(select(func.max(occurrence.c.id))) or 0
        query = _query(connection, wanted, newest)
    at = id_ = 0
    rows: list[Any] = []
    first = True
    while first or len(rows) == AT_ONCE:
        with reading(store) as connection:
            rows = list(connection.execute(query if first else _after(query, at, id_)).all())
            names.learn(connection, rows)
        if rows:
            at, id_ = rows[-1].at, rows[-1].id
            yield [_line(row, names, signs) for row in rows]
        first = False


def count(store: Engine, wanted: EventsWanted, most: int) -> int:
    """Count the events that are asked for, up to ``most`` and one more."""
    with reading(store) as connection:
        some = _conditions(connection, wanted)
        found = select(occurrence.c.id).where(*some).limit(most + 1).subquery()
        return connection.scalar(select(func.count()).select_from(found)) or 0


def _query(connection: Connection, wanted: EventsWanted, newest: int) -> Select[Any]:
    row = occurrence.c
    told = (
        row.id,
        row.at,
        cast(row.day, String).label("day"),
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
    some = (row.id <= newest, *_conditions(connection, wanted))
    return select(*told).where(*some).order_by(row.at, row.id).limit(AT_ONCE)


def _after(query: Select[Any], at: int, id_: int) -> Select[Any]:
    """Give the query of the rows after one."""
    row = occurrence.c
    return query.where(row.at >= at, not_(and_(row.at == at, row.id <= id_)))


def _conditions(connection: Connection, wanted: EventsWanted) -> Iterator[ColumnElement[bool]]:
    row = occurrence.c
    if wanted.since is not None:
        yield row.at >= wanted.since
    if wanted.until is not None:
        yield row.at < wanted.until
    for column, value in (
        (row.door, wanted.door),
        (row.holder, wanted.holder),
        (row.card, wanted.card),
        (row.case, wanted.case),
    ):
        if value:
            yield column == value
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
        case _:
            assert_never(which)


def _line(row: Any, names: _Names, signs: Mapping[str, str]) -> Line:  # noqa: ANN401 - a row of the store
    (id_, _, day, local, door, side, kind, granted, reason, detail) = row[:10]
    (whose, plastic, case, times, quality, controller, epoch, seq) = row[10:]
    name, unit = names.holders[whose] if whose else ("", "")
    return (
        id_,
        day,
        local,
        signs.get(door, door) or "",
        _side(side),
        _kind(kind),
        ANSWERS[granted],
        _told(kind, reason, detail),
        name,
        unit,
        names.cards[plastic] if plastic else "",
        names.cases[case] if case else "",
        times,
        _quality(quality),
        controller,
        epoch,
        seq,
    )


@lru_cache(maxsize=8)
def _side(side: str | None) -> str:
    return label_of(Side(side)) if side else ""


@lru_cache(maxsize=64)
def _kind(kind: str) -> str:
    return "Catatan tidak terbaca" if kind == UNREADABLE else label_of(EventKind(kind))


@lru_cache(maxsize=16)
def _quality(quality: str) -> str:
    return label_of(TimeQuality(quality))


@lru_cache(maxsize=8_192)
def _told(kind: str, reason: str | None, detail: str) -> str:
    return sentence(kind, Facts(reason=reason, detail=detail))

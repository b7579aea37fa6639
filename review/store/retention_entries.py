"""Old door events: which may go, where the ledger has their rows, and how their copies here are deleted."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import msgspec
from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    and_,
    delete,
    false,
    func,
    not_,
    or_,
    select,
    update,
)

from card_registry.journal.dropping import DROPPABLE, MOST_SPANS, Span
from card_registry.stores.ledger import event
from card_registry.words import ControllerId
from review.retention import Reach, month_of
from review.store.retention import SOME
from review.tables import door_order, monthly_use, occurrence
from review.tables_exports import exported
from review.tables_sums import inside

BATCH = 5_000
"""How many rows one decision takes at most: half a second in which nobody else writes."""

PAGE = 2_000
KINDS = sorted(kind.value for kind in DROPPABLE)

Row = tuple[str, int, int]
"""A place in the ledger: controller, epoch, number."""


@dataclass(frozen=True, slots=True)
class Found:
    """Rows that go together: where they lie, the SHA-256 (hex) over their leaves, their occurrences' ids."""

    spans: tuple[Span, ...]
    leaves: str
    ids: tuple[int, ...]


def _old(before: int) -> ColumnElement[bool]:
    return (occurrence.c.at < before) & occurrence.c.kind.in_(KINDS)


def _held(reach: Reach) -> ColumnElement[bool]:
    row = occurrence.c
    if reach.everything:
        return row.id.is_not(None)
    named = ((row.holder, reach.holders), (row.case, reach.cases), (row.door, reach.doors))
    parts = [and_(column.is_not(None), column.in_(sorted(ids))) for column, ids in named if ids]
    return or_(*parts) if parts else false()


def count(connection: Connection, before: int, reach: Reach) -> tuple[int, int]:
    """Count the old events that may go, and those that a hold keeps."""
    number = select(func.count()).select_from(occurrence).where(_old(before))
    held = connection.scalar(number.where(_held(reach))) or 0
    return (connection.scalar(number) or 0) - held, held


def months(connection: Connection, month: str) -> int:
    """Count the monthly sums about persons that are older than a month (YYYY-MM)."""
    query = select(func.count()).select_from(monthly_use).where(monthly_use.c.month < month)
    return connection.scalar(query) or 0


def find(connection: Connection, ledger: Engine, before: int, reach: Reach) -> Found:
    """Find the oldest events that may go, as many as one decision takes.

    A row that arrived after the month of ``before`` stays, whatever its controller's clock said.
    """
    due = islice(_arrived(_due(connection, before, reach), ledger, month_of(before)), BATCH)
    rows = sorted((place, leaf, id_) for place, leaf, id_ in due)
    spans: list[Span] = []
    digest, ids = hashlib.sha256(), []
    for (controller, epoch, seq), leaf, id_ in rows:
        last = spans[-1] if spans else None
        if last is not None and (last.controller, last.epoch, last.last) == (controller, epoch, seq - 1):
            spans[-1] = Span(last.controller, epoch, last.first, seq)
        elif len(spans) == MOST_SPANS:
            break
        else:
            spans.append(Span(ControllerId(controller), epoch, seq, seq))
        digest.update(leaf)
        ids.append(id_)
    return Found(tuple(spans), digest.hexdigest() if ids else "", tuple(ids))


def _due(connection: Connection, before: int, reach: Reach) -> Iterator[list[tuple[Row, int]]]:
    """Yield the old events that may go, the oldest first, by pages."""
    row, after = occurrence.c, (-1, -1)
    while True:
        beyond = or_(row.at > after[0], and_(row.at == after[0], row.id > after[1]))
        query = (
            select(row.controller, row.epoch, row.seq, row.id, row.at)
            .where(_old(before), not_(_held(reach)), beyond, row.at >= after[0])
            .order_by(row.at, row.id)
            .limit(PAGE)
        )
        found = connection.execute(query).all()
        if not found:
            return
        after = (found[-1].at, found[-1].id)
        yield [((one.controller, one.epoch, one.seq), one.id) for one in found]


def _arrived(
    pages: Iterable[list[tuple[Row, int]]], ledger: Engine, month: int
) -> Iterator[tuple[Row, bytes, int]]:
    """Add the leaves, and leave out what the ledger does not have or received later than a month."""
    row = event.c
    with ledger.connect() as connection:
        for page in pages:
            ids = dict(page)
            journals: dict[tuple[str, int], list[int]] = {}
            for controller, epoch, seq in ids:
                journals.setdefault((controller, epoch), []).append(seq)
            for (controller, epoch), seqs in journals.items():
                for some in _parts(seqs):
                    mine = (row.controller == controller) & (row.epoch == epoch) & row.seq.in_(some)
                    query = select(row.seq, row.leaf).where(mine, row.month <= month)
                    for seq, leaf in connection.execute(query):
                        yield (controller, epoch, seq), bytes(leaf), ids[controller, epoch, seq]


def _parts(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (ids[start : start + SOME] for start in range(0, len(ids), SOME))


def forget(connection: Connection, ids: Sequence[int]) -> None:
    """Delete the occurrences of dropped rows."""
    for some in _parts(ids):
        connection.execute(delete(occurrence).where(occurrence.c.id.in_(some)))


def forget_sums(connection: Connection, month: str, reach: Reach) -> int:
    """Delete the monthly sums about persons that are older than a month (YYYY-MM), unless they are held."""
    old = monthly_use.c.month < month
    if reach.everything:
        return 0
    if reach.holders:
        old &= monthly_use.c.holder.not_in(sorted(reach.holders))
    if reach.doors:
        old &= monthly_use.c.door.not_in(sorted(reach.doors))
    return connection.execute(delete(monthly_use).where(old)).rowcount


def forget_inside(connection: Connection, before: int) -> None:
    """Delete who entered long ago and was never seen to leave."""
    connection.execute(delete(inside).where(inside.c.at < before))


def forget_reasons(connection: Connection, before: int) -> None:
    """Empty the reasons that people gave for old orders to doors."""
    connection.execute(door_order.update().where(door_order.c.made < before).values(why=""))


def forget_names_asked(connection: Connection, before: int) -> None:
    """Leave out of the record of old exports whose name was looked for; who took what stays."""
    row = exported.c
    old = connection.execute(
        select(row.code, row.asked).where(row.begun < before, row.asked.contains('"named"'))
    )
    for code, asked in old.all():
        kept = {name: value for name, value in msgspec.json.decode(asked).items() if name != "named"}
        values = {"asked": msgspec.json.encode(kept, order="sorted").decode()}
        connection.execute(update(exported).where(row.code == code).values(values))


def leaves_of(ledger: Engine, spans: Sequence[Span]) -> tuple[str, int]:
    """Give the SHA-256 (hex) over the leaves of spans in order, and how many rows still have their bytes."""
    row, digest, whole = event.c, hashlib.sha256(), 0
    with ledger.connect() as connection:
        for span in spans:
            mine = (row.controller == span.controller) & (row.epoch == span.epoch)
            here = mine & (row.seq >= span.first) & (row.seq <= span.last)
            query = select(row.leaf, func.length(row.body) > 0).where(here).order_by(row.seq)
            for leaf, stands in connection.execute(query):
                digest.update(bytes(leaf))
                whole += bool(stands)
    return digest.hexdigest(), whole

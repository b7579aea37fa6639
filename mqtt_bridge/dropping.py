"""Drops the bytes of old rows when the office's paper asks for it, within a floor that is the hub's own.

The paper (``card_registry.journal.dropping``) lies in the run folder. It is obeyed a little at each look, so
that no row waits long to be received, and what is done is entered in ``dropped`` in the transaction that ends
it; doing it again after a kill changes nothing. Leaf, head, checkpoints and receipts are never touched.

The floor is counted by the month in which a row arrived, on the server's clock, so neither a door's clock nor
the office decides what is old. A row of a kind that other logs lean on stays whatever the paper says.
"""

import logging
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import Connection, Engine, func, insert, select, update

from card_registry.durable import read_plain
from card_registry.errors import Malformed
from card_registry.instant import DAY
from card_registry.journal.dropping import FILE, DropOrder, Span, decode_order, may_drop
from card_registry.stores.ledger import dropped, event
from mqtt_bridge.months import month_of

log = logging.getLogger(__name__)

PIECE = 2_000
"""The most rows looked at in one transaction."""

SOME = 400
"""How many rows one statement names."""

FLOOR_DAYS = 1_825
"""For how long a row is kept at least, unless the hub is told otherwise: five years."""


@dataclass(slots=True)
class _Work:
    """A paper being obeyed: at which span, from which row of it on, and how many rows of the span went."""

    order: DropOrder
    place: int
    next: int
    gone: int = 0

    @property
    def span(self) -> Span | None:
        """Give the span at work, None when all are done."""
        return self.order.spans[self.place] if self.place < len(self.order.spans) else None


class Dropper:
    """Obeys the papers in one run folder; used by the hub's one thread."""

    def __init__(self, engine: Engine, run: Path, floor_days: int = FLOOR_DAYS, piece: int = PIECE) -> None:
        """Keep every row for ``floor_days`` after its arrival; look at ``piece`` rows at a turn."""
        self._engine, self._file, self._floor = engine, run / FILE, floor_days * DAY
        self._piece = piece
        self._read: bytes = b""
        self._work: _Work | None = None

    def turn(self, now: int) -> int:
        """Do a little of what the paper asks for; give how many rows lost their bytes.

        Raises:
            SQLAlchemyError: The ledger cannot be written now; the same piece is tried again.
        """
        self._look()
        if self._work is None:
            return 0
        work, looked, gone = replace(self._work), 0, 0
        month = month_of(now - self._floor)
        with self._engine.begin() as connection:
            if connection.dialect.name == "sqlite":
                connection.exec_driver_sql("PRAGMA secure_delete=ON")
            while looked < self._piece and (span := work.span) is not None:
                end = min(span.last, work.next + self._piece - looked - 1)
                now_gone, before = _drop(connection, replace(span, first=work.next, last=end), month)
                looked, gone = looked + end + 1 - work.next, gone + now_gone
                work.next, work.gone = end + 1, work.gone + now_gone + before
                if work.next > span.last:
                    _enter(connection, work, now)
        self._work = work if work.span is not None else None
        return gone

    def _look(self) -> None:
        """Take a paper that was not read before; one that cannot be obeyed is said once."""
        try:
            data = read_plain(self._file)
        except FileNotFoundError:
            self._read, self._work = b"", None
            return
        except Malformed as error:
            data = str(error).encode()
        if data == self._read:
            return
        self._work = None
        try:
            order = decode_order(data)
        except Malformed as error:
            log.error("the office's retention paper is not obeyed: %s", error)
        else:
            done = self._done(order)
            if done < len(order.spans):
                self._work = _Work(order, done, order.spans[done].first)
        self._read = data

    def _done(self, order: DropOrder) -> int:
        """Count the spans of a paper that were done before."""
        query = select(func.count()).select_from(dropped).where(dropped.c.link == order.link)
        with self._engine.connect() as connection:
            return connection.scalar(query) or 0


def _drop(connection: Connection, span: Span, month: int) -> tuple[int, int]:
    """Take the bytes of the rows of a span that arrived in a month or before.

    Gives how many, and how many had none any more, as after a kill.
    """
    row = event.c
    mine = (row.controller == span.controller) & (row.epoch == span.epoch)
    here = mine & (row.seq >= span.first) & (row.seq <= span.last) & (row.month <= month)
    found = connection.execute(select(row.seq, row.body).where(here)).all()
    old = [seq for seq, body in found if body and may_drop(bytes(body))]
    for start in range(0, len(old), SOME):
        going = mine & row.seq.in_(old[start : start + SOME])
        connection.execute(update(event).where(going).values(body=b""))
    return len(old), sum(not body for _, body in found)


def _enter(connection: Connection, work: _Work, now: int) -> None:
    """Write down that the span at work is done, and go on to the next."""
    span = work.order.spans[work.place]
    place = {"controller": span.controller, "epoch": span.epoch, "first": span.first, "last": span.last}
    decision = {"link": work.order.link, "place": work.place, "number": work.order.number}
    connection.execute(insert(dropped).values(**decision, **place, rows=work.gone, at=now))
    work.place, work.gone = work.place + 1, 0
    if work.span is not None:
        work.next = work.span.first

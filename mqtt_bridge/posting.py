"""One transaction of the ledger while it is made up: letters weighed in order, then written together.

What to believe is decided in ``ingest``; when to commit, and what is kept in memory, in ``ledger``.
"""

from dataclasses import dataclass, field
from functools import partial
from itertools import count, repeat
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection, insert, select, update

from card_registry import canonical
from card_registry.errors import Malformed
from card_registry.journal.tree import Frontier
from card_registry.signing import Purpose, Sealed, seal
from card_registry.statements import Receipt, Status
from card_registry.stores import ledger as tables
from card_registry.words import ControllerId, SiteId
from mqtt_bridge.ingest import (
    Complaints,
    Continues,
    Directory,
    Gap,
    Known,
    Newer,
    Old,
    Unbelieved,
    judge_batch,
    judge_status,
)
from mqtt_bridge.months import EventRow, insert_events
from mqtt_bridge.rollback import OLDER, began_short, fell_back

SCHEMA = "ledger"
RECEIPT_VERSION = 1

Place = tuple[ControllerId, int]
"""A controller and an epoch of its journal."""

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Letter:
    """One payload and the controller whose topic it came on."""

    sender: ControllerId
    payload: bytes


@dataclass(frozen=True, slots=True)
class Desk:
    """What every posting of a hub needs: its site, its receipt key, its patience with refusals."""

    site: SiteId
    key: Ed25519PrivateKey
    complaints: Complaints


@dataclass(slots=True)
class Posting:
    """Weighs letters against ``frontiers``, which it advances, and gathers the rows to write."""

    desk: Desk
    connection: Connection
    directory: Directory
    now: int
    frontiers: dict[Place, Frontier]
    numbers: dict[ControllerId, tuple[int, int]]
    notes: dict[Place, bytes] = field(default_factory=dict)
    events: list[EventRow] = field(default_factory=list)
    checkpoints: list[Row] = field(default_factory=list)
    refusals: list[Row] = field(default_factory=list)
    statuses: dict[ControllerId, tuple[Status, bytes]] = field(default_factory=dict)
    answers: dict[Place, None] = field(default_factory=dict)
    """Whom to send a receipt, in order."""

    def weigh(self, letter: Letter) -> None:
        """Take in one payload of ``log/<controller>``."""
        verdict = judge_batch(self.desk.site, letter.sender, letter.payload, self.directory, self.frontiers)
        match verdict:
            case Continues(batch):
                self._continue(verdict)
                self.answers[letter.sender, batch.epoch] = None
            case Known(batch):
                self._compare(verdict)
                self.answers[letter.sender, batch.epoch] = None
            case Gap(batch):
                self.answers[letter.sender, batch.epoch] = None
            case Unbelieved(why, epoch):
                self._refuse(letter.sender, why)
                if epoch is not None and (letter.sender, epoch) in self.frontiers:
                    self.answers[letter.sender, epoch] = None

    def weigh_status(self, letter: Letter) -> None:
        """Take in one payload of ``status/<controller>``.

        Who claims more receipts than we gave gets ours, and so does who says a status again: that is how a
        bridge asks whether anybody hears it.
        """
        stored = self.numbers.get(letter.sender, (0, -1))
        verdict = judge_status(self.desk.site, letter.sender, letter.payload, self.directory, stored)
        match verdict:
            case Newer(status):
                self._look_back(status)
                self.statuses[letter.sender] = (status, letter.payload)
                self.numbers[letter.sender] = (status.epoch, status.number)
                place = (letter.sender, status.epoch)
                if status.receipted > self.frontiers.get(place, Frontier()).size:
                    self.answers[place] = None
            case Unbelieved(why):
                self._refuse(letter.sender, why)
            case Old(status):
                self._look_back(status)
                self.answers[letter.sender, stored[0]] = None

    def _continue(self, found: Continues) -> None:
        batch = found.batch
        place = (batch.controller, batch.epoch)
        first = found.frontier.size - len(found.rows)
        if first == 0 and found.rows and (why := began_short(found.rows[0], partial(self._stored, place[0]))):
            self._refuse(place[0], why)
        self.events.extend(zip(repeat(place[0]), repeat(place[1]), count(first), found.rows, found.leaves))
        self.checkpoints.append(
            {
                "controller": place[0],
                "epoch": place[1],
                "size": found.head.size,
                "note": batch.note,
                "received": self.now,
            }
        )
        self.frontiers[place], self.notes[place] = found.frontier, batch.note

    def _compare(self, known: Known) -> None:
        """Hold rows that should be stored against those that are; another history is a fork."""
        batch = known.batch
        place = (batch.controller, batch.epoch)
        waiting = {row[2]: row[4] for row in self.events if row[:2] == place}
        event = tables.event.c
        stored = self.connection.execute(
            select(event.seq, event.leaf).where(
                event.controller == place[0],
                event.epoch == place[1],
                event.seq >= batch.start,
                event.seq < batch.end,
            )
        )
        waiting |= {row.seq: row.leaf for row in stored}
        for seq, hashed in enumerate(known.leaves, batch.start):
            if waiting.get(seq) != hashed:
                self._refuse(
                    place[0],
                    f"{place[0]} signed two histories of epoch {place[1]}: row {seq} is not the one stored; "
                    f"{OLDER}: compare its journal with the ledger",
                )
                return

    def _stored(self, who: ControllerId, epoch: int) -> int:
        return self.frontiers.get((who, epoch), Frontier()).size

    def _look_back(self, now: Status) -> None:
        """Tell people when a status shows that its controller's storage is an older copy."""
        before = self.statuses.get(now.controller, (None, b""))[0] or self._stored_status(now.controller)
        entry = self.directory[now.controller]
        if before is not None and before.epoch >= entry.epoch and (why := fell_back(before, now)):
            self._refuse(now.controller, why)

    def _stored_status(self, who: ControllerId) -> Status | None:
        query = select(tables.status.c.body).where(tables.status.c.controller == who)
        body = self.connection.scalar(query)
        try:
            sealed = canonical.decode(bytes(body or b""), Sealed, "a stored status")
            return canonical.decode(sealed.body.encode(), Status, "a stored status's body")
        except Malformed:
            return None

    def _refuse(self, who: ControllerId, why: str) -> None:
        about = who if who in self.directory else ""
        if self.desk.complaints.worth_a_row(about, why, self.now):
            self.refusals.append({"controller": who, "why": why, "received": self.now})

    def receipt(self, place: Place) -> bytes:
        """Sign that the rows of a place are stored, as far as this posting goes."""
        frontier = self.frontiers.get(place, Frontier())
        receipt = Receipt(
            RECEIPT_VERSION, self.desk.site, *place, frontier.size, frontier.root().hex(), self.now
        )
        return seal(Purpose.RECEIPT, receipt, self.desk.key)

    def write(self, before: set[Place], known: set[ControllerId]) -> dict[Place, bytes]:
        """Write everything gathered and give the receipts of the places that grew.

        Args:
            before: The places that have a head row already.
            known: The controllers that have a status row already.
        """
        receipts = {place: self.receipt(place) for place in self.notes}
        if self.events:
            insert_events(self.connection, self.events, self.now)
        for table, rows in ((tables.checkpoint, self.checkpoints), (tables.refusal, self.refusals)):
            if rows:
                self.connection.execute(insert(table), rows)
        for place, note in self.notes.items():
            self._write_head(place, note, receipts[place], new=place not in before)
        for who, (status, body) in self.statuses.items():
            self._write_status(who, status, body, new=who not in known)
        return receipts

    def _write_head(self, place: Place, note: bytes, receipt: bytes, *, new: bool) -> None:
        frontier = self.frontiers[place]
        values = {"next": frontier.size, "frontier": frontier.dump(), "note": note, "receipt": receipt}
        head = tables.head
        if new:
            statement = insert(head).values(controller=place[0], epoch=place[1], **values)
            self.connection.execute(statement)
            return
        mine = (head.c.controller == place[0]) & (head.c.epoch == place[1])
        self.connection.execute(update(head).where(mine).values(**values))

    def _write_status(self, who: ControllerId, status: Status, body: bytes, *, new: bool) -> None:
        values = {"number": status.number, "body": body, "received": self.now}
        if new:
            self.connection.execute(insert(tables.status).values(controller=who, **values))
            return
        mine = tables.status.c.controller == who
        self.connection.execute(update(tables.status).where(mine).values(**values))

"""The ledger's only writer: verified rows, their head, its checkpoint and the receipt, in one transaction.

What to believe is decided in ``ingest``, how a transaction is made up in ``posting``. Batches that wait
together become one transaction, so that one fsync serves them all; a receipt leaves this module only after
its commit. Heads are kept in memory and read again after any failure, so a rolled-back transaction leaves no
trace.

2026-11-21: whoever has to hear where we are without having sent anything new gets a receipt signed now and
not the one we stored, because a controller tells a server that was restored from a backup from a broker that
plays an old receipt again by nothing but its time.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Engine, select

from card_registry import canonical
from card_registry.errors import Malformed, StoreBroken
from card_registry.journal.tree import Frontier
from card_registry.signing import Sealed
from card_registry.statements import Status
from card_registry.stores import ledger as tables
from card_registry.stores.engine import make_room, migrate, open_store
from card_registry.words import ControllerId, SiteId
from mqtt_bridge.ingest import Complaints, Directory
from mqtt_bridge.posting import SCHEMA, Desk, Letter, Place, Posting

HISTORY = "mqtt_bridge:ledger_history"


@dataclass(frozen=True, slots=True)
class Reply:
    """A signed receipt to publish to a controller."""

    to: ControllerId
    receipt: bytes


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one transaction did: rows stored, receipts to publish, sentences refused, statuses kept."""

    rows: int
    replies: tuple[Reply, ...]
    refused: tuple[str, ...]
    statuses: int


def open_ledger(url: str) -> Engine:
    """Open the ledger for writing, bringing it to the newest step of its history first.

    Raises:
        OperatorMistaken: The URL is of another kind of database.
        StoreBroken: The store is damaged, or was written by a newer program.
    """
    engine = open_store(url, SCHEMA)
    make_room(engine)
    migrate(engine, HISTORY, SCHEMA)
    return engine


class Ledger:
    """The rows of every controller, and the receipts given for them."""

    def __init__(self, engine: Engine, site: SiteId, key: Ed25519PrivateKey) -> None:
        """Read the heads of a migrated store; receipts are signed with ``key``.

        Raises:
            StoreBroken: A head or a status cannot be read.
        """
        self._engine = engine
        self._desk = Desk(site, key, Complaints())
        self._frontiers: dict[Place, Frontier] = {}
        self._receipts: dict[Place, bytes] = {}
        self._numbers: dict[ControllerId, tuple[int, int]] = {}
        self.reload()

    def reload(self) -> None:
        """Forget what is in memory and read the heads again, as after a failed transaction.

        Raises:
            StoreBroken: A head or a status cannot be read.
        """
        with self._engine.connect() as connection:
            heads = connection.execute(select(tables.head)).all()
            statuses = connection.execute(select(tables.status)).all()
        try:
            self._frontiers = {
                _place(row.controller, row.epoch): Frontier.load(row.frontier) for row in heads
            }
            self._numbers = {ControllerId(row.controller): _numbered(row.body) for row in statuses}
        except Malformed as error:
            message = f"the ledger is damaged ({error}); restore it from backup, and the doors send again"
            raise StoreBroken(message) from error
        self._receipts = {_place(row.controller, row.epoch): row.receipt for row in heads}

    def replies(self) -> tuple[Reply, ...]:
        """Give every receipt again, oldest epoch first: for a hub that has just connected."""
        return tuple(Reply(place[0], self._receipts[place]) for place in sorted(self._receipts))

    def ingest(
        self, batches: Sequence[Letter], statuses: Sequence[Letter], directory: Directory, now: int
    ) -> Outcome:
        """Judge letters in order and store what is believed, in one transaction; ``now`` in milliseconds.

        Raises:
            SQLAlchemyError: Nothing was stored; call ``reload`` before the next attempt.
        """
        with self._engine.begin() as connection:
            posting = Posting(
                self._desk, connection, directory, now, dict(self._frontiers), dict(self._numbers)
            )
            for letter in batches:
                posting.weigh(letter)
            for letter in statuses:
                posting.weigh_status(letter)
            receipts = posting.write(set(self._receipts), set(self._numbers))
        # If power fails here, rows and receipts are stored; controllers hear of them when they ask again.
        self._frontiers, self._numbers = posting.frontiers, posting.numbers
        self._receipts |= receipts
        return Outcome(
            len(posting.events),
            tuple(
                Reply(place[0], receipts.get(place) or posting.receipt(place)) for place in posting.answers
            ),
            tuple(f"{row['controller']}: {row['why']}" for row in posting.refusals),
            len(posting.statuses),
        )


def _place(controller: str, epoch: int) -> Place:
    return ControllerId(controller), epoch


def _numbered(body: bytes) -> tuple[int, int]:
    """Read (epoch, number) of a stored status; one of an earlier program's format counts as none."""
    try:
        sealed = canonical.decode(body, Sealed, "a stored status")
        status = canonical.decode(sealed.body.encode(), Status, "a stored status's body")
    except Malformed:
        return 0, -1
    return status.epoch, status.number

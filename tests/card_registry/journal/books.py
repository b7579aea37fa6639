"""Server stores to export from: a ledger with rows and heads by hand, a registry with its slots."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Engine, insert
from sqlalchemy.schema import CreateSchema

from card_registry.circumstances import Circumstances
from card_registry.journal.event import Tapped, Versions
from card_registry.journal.export import Exported, Wanted, export_proof
from card_registry.journal.note import Checkpoint, authority_origin, sign_checkpoint
from card_registry.journal.tree import Frontier, leaf
from card_registry.stores import ledger, registry
from card_registry.stores.engine import open_store
from card_registry.words import (
    CardId,
    ControllerId,
    CredentialKind,
    DoorId,
    GrantId,
    HolderId,
    ReaderId,
    Reason,
    Side,
    Tier,
)
from tests.card_registry.journal.proofs import AUTHORITY_KEY, HERE, NOON, SITE, SLOTS, head_of, is_trust
from tests.card_registry.trust.made import token


def tapped(name: str = "") -> Tapped:
    """Give a tap: let in by name, or of an unknown card."""
    known = bool(name)
    return Tapped(
        door=DoorId("ruang-server"),
        reader=ReaderId("masuk"),
        side=Side.IN,
        kind=CredentialKind.PKOC,
        tier=Tier.PUBLIC_KEY,
        credential="5e" * 32,
        granted=known,
        reason=Reason.GRANTED if known else Reason.UNKNOWN_CREDENTIAL,
        circumstances=Circumstances(),
        versions=Versions(1, 1, 1, 1),
        card=CardId(token(f"card of {name}")) if known else None,
        holder=HolderId(token(name)) if known else None,
        grant=GrantId(token(f"grant of {name}")) if known else None,
    )


@dataclass
class Books:
    """Both stores, as hub and signer leave them: SQLite files, or schemas of one ``database``."""

    folder: Path
    slots: dict[str, bytes] = field(default_factory=lambda: dict(SLOTS))
    database: str = ""

    def __post_init__(self) -> None:
        """Make the stores and the registry's slots."""
        self.ledger_url = self.database or f"sqlite:///{self.folder}/ledger.db"
        self.registry_url = self.database or f"sqlite:///{self.folder}/registry.db"
        for url, metadata in ((self.ledger_url, ledger.metadata), (self.registry_url, registry.metadata)):
            with opened(url, metadata.schema or "") as engine:
                if self.database:
                    with engine.begin() as connection:
                        connection.execute(CreateSchema(metadata.schema or ""))
                metadata.create_all(engine)
        self._put(
            registry.slot,
            [{"name": n, "serial": 1, "body": data} for n, data in self.slots.items() if is_trust(n)],
        )
        self._put(registry.site, [{"name": "id", "value": SITE.encode()}])

    def _put(self, table: object, rows: Sequence[dict[str, object]]) -> None:
        url, schema = (self.registry_url, "registry")
        if getattr(table, "schema", "") == "ledger":
            url, schema = (self.ledger_url, "ledger")
        with opened(url, schema) as engine, engine.begin() as connection:
            connection.execute(insert(table), rows)  # type: ignore[arg-type] # a table

    def store(
        self, rows: Sequence[bytes], sizes: Iterable[int], controller: ControllerId = HERE, epoch: int = 1
    ) -> None:
        """Store a journal with heads of these sizes."""
        place = {"controller": controller, "epoch": epoch}
        self._put(
            ledger.event,
            [{**place, "seq": seq, "body": row, "leaf": leaf(row)} for seq, row in enumerate(rows)],
        )
        heads = [(size, head_of(rows[:size], controller, epoch)) for size in sorted({*sizes, len(rows)})]
        self._put(
            ledger.checkpoint,
            [{**place, "size": size, "note": note, "received": NOON} for size, note in heads],
        )

    def change(self, changes: Sequence[bytes]) -> None:
        """Store the signer's own log."""
        frontier = Frontier().extend(leaf(row) for row in changes)
        head = Checkpoint(authority_origin(SITE), frontier.size, frontier.root())
        self._put(
            registry.authority, [{"seq": n, "body": row, "leaf": leaf(row)} for n, row in enumerate(changes)]
        )
        self._put(registry.site, [{"name": "authority-head", "value": sign_checkpoint(head, AUTHORITY_KEY)}])

    def export(self, file: Path, wanted: Wanted | None = None) -> Exported:
        """Write a proof file."""
        with opened(self.ledger_url, "ledger") as books, opened(self.registry_url, "registry") as truth:
            return export_proof((books, truth), file, NOON, wanted or Wanted())


@contextmanager
def opened(url: str, schema: str) -> Iterator[Engine]:
    """Open a store for the length of a block."""
    engine = open_store(url, schema)
    try:
        yield engine
    finally:
        engine.dispose()

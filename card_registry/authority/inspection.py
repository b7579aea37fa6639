"""What a person is shown of the registry store; nothing here writes or decides."""

import hashlib
from datetime import UTC, datetime

from sqlalchemy import func, select

from card_registry import canonical
from card_registry.authority import store
from card_registry.authority.restoring import notice_of
from card_registry.instant import SECOND
from card_registry.statements import Directory
from card_registry.stores import registry as tables
from card_registry.stores.engine import open_store
from card_registry.trust.slots import DIRECTORY, FIRST_ROOT


def overview(url: str) -> dict[str, object]:
    """Give the site, its root's digest, its publication, counts and controllers."""
    engine = open_store(url, "registry", read_only=True)
    try:
        with engine.connect() as connection:
            store.require_founded(connection)
            slots = store.SlotRows(connection)
            directory = canonical.decode(slots[DIRECTORY], Directory, "the directory")
            counted = {
                table.name: connection.scalar(select(func.count()).select_from(table))
                for table in (tables.grant, tables.credential, tables.denial, tables.authority)
            }
            return {
                "site": store.site_of(connection),
                "root": hashlib.sha256(slots[FIRST_ROOT]).hexdigest(),
                "publication": store.number_of(connection),
                **counted,
                "restore": "" if (notice := notice_of(connection)) is None else notice.restore.why,
                "controllers": [f"{one.id} ({one.kind}, {one.status})" for one in directory.controllers],
            }
    finally:
        engine.dispose()


def list_outcomes(url: str) -> list[dict[str, object]]:
    """Give every outcome, oldest first."""
    row = tables.outcome.c
    engine = open_store(url, "registry", read_only=True)
    try:
        with engine.connect() as connection:
            found = connection.execute(select(tables.outcome).order_by(row.at, row.source, row.reference))
            return [dict(one._mapping) for one in found]  # noqa: SLF001 - SQLAlchemy's documented name
    finally:
        engine.dispose()


def list_pins(url: str) -> list[dict[str, object]]:
    """Give who has a PIN, since when (UTC, ISO 8601), and how many grants the holder has."""
    engine = open_store(url, "registry", read_only=True)
    try:
        with engine.connect() as connection:
            store.require_founded(connection)
            return [
                {
                    "holder": holder,
                    "set": datetime.fromtimestamp(at / SECOND, UTC).isoformat(timespec="seconds"),
                    "grants": len(store.grants_where(connection, holder=holder)),
                }
                for holder, at in store.pin_times(connection).items()
            ]
    finally:
        engine.dispose()

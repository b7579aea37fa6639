"""Whether a registry store is what was approved, from the root on paper alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine, func, select

from card_registry.authority import integrity, store
from card_registry.authority.warrant import Charter
from card_registry.stores import registry as tables
from card_registry.trust.verify import pinned_root, read_charter
from card_registry.words import SiteId


@dataclass(frozen=True, slots=True)
class Sound:
    """Nothing in the store was changed by another hand; how many rows of each kind were looked at."""

    site: SiteId
    publication: int
    counted: Mapping[str, int]


def check_store(registry: Engine, root_sha256: str, scratch: Path) -> Sound:
    """Recompute the log, the tables and every published slot.

    Raises:
        SenderLied: The published slots do not follow from that root.
        StoreBroken: The sentence names what was changed.
        OperatorMistaken: The registry is not founded.
    """
    with registry.connect() as connection:
        store.require_founded(connection)
        slots = dict(store.SlotRows(connection))
        root = pinned_root(slots, root_sha256)
        charter = Charter(*read_charter(slots, root, scratch))
        integrity.check(connection, charter, root, scratch)
        kinds = (tables.authority, tables.grant, tables.credential, tables.denial, tables.pin)
        counted = {one.name: connection.scalar(select(func.count()).select_from(one)) or 0 for one in kinds}
        counted["slot"] = len(slots)
        return Sound(charter.policy.site, store.number_of(connection), counted)

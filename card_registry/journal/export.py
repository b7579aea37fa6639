"""Makes the auditor's bundle from the server's stores, in constant memory (see ``bundle`` for its shape)."""

import zipfile
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection, Engine, select

from card_registry import canonical
from card_registry.errors import OperatorMistaken
from card_registry.journal.bundle import Enclosed, Manifest
from card_registry.stores import ledger, registry
from card_registry.words import ControllerId, SiteId

TRUST_SLOTS = ("meta/timestamp", "meta/snapshot", "meta/targets", "meta/doors", "doors/directory")
"""Besides every root: what leads from the root to the log keys."""

_CHUNK = 5_000


def export_bundle(
    stores: tuple[Engine, Engine], file: Path, made: int, only: ControllerId | None = None
) -> Manifest:
    """Write a bundle of every journal, or of one controller's.

    Args:
        stores: The ledger and the registry, opened read-only.
        file: The zip to write; it must not exist.
        made: Server clock, milliseconds.
        only: One controller, or None for all.

    Raises:
        OperatorMistaken: Nothing is there to export, or the file exists.
    """
    books, truth = stores
    with books.connect() as connection, truth.connect() as registered:
        journals = _journals(connection, only)
        site = _site(registered)
        if not journals:
            message = f"the ledger holds no rows of {only or 'any controller'}; nothing to export"
            raise OperatorMistaken(message)
        manifest = Manifest(1, site, made, journals)
        try:
            with zipfile.ZipFile(file, "x", zipfile.ZIP_DEFLATED) as bundle:
                bundle.writestr("manifest.json", canonical.encode(manifest))
                _write_trust(bundle, registered)
                for enclosed in journals:
                    _write_journal(bundle, connection, enclosed)
        except FileExistsError as error:
            message = f"{file} exists already; name another file"
            raise OperatorMistaken(message) from error
    return manifest


def _journals(connection: Connection, only: ControllerId | None) -> tuple[Enclosed, ...]:
    query = select(ledger.head.c.controller, ledger.head.c.epoch).order_by(*ledger.head.primary_key.columns)
    if only is not None:
        query = query.where(ledger.head.c.controller == only)
    return tuple(Enclosed(row.controller, row.epoch) for row in connection.execute(query))


def _site(connection: Connection) -> SiteId:
    value = connection.scalar(select(registry.site.c.value).where(registry.site.c.name == "id"))
    if value is None:
        message = "the registry store is not founded; run: akses registry found"
        raise OperatorMistaken(message)
    return SiteId(bytes(value).decode())


def _write_trust(bundle: zipfile.ZipFile, connection: Connection) -> None:
    slot = registry.slot.c
    wanted = slot.name.in_(TRUST_SLOTS) | slot.name.like("root/%")
    for row in connection.execute(select(slot.name, slot.body).where(wanted).order_by(slot.name)):
        bundle.writestr(f"trust/{row.name.replace('/', '.')}", row.body)


def _write_journal(bundle: zipfile.ZipFile, connection: Connection, enclosed: Enclosed) -> None:
    """Write heads and rows; rows beyond the last stored head cannot exist, the hub stores both at once."""
    point = ledger.checkpoint.c
    mine = (point.controller == enclosed.controller) & (point.epoch == enclosed.epoch)
    notes = connection.scalars(select(point.note).where(mine).order_by(point.size))
    heads = tuple(bytes(note).decode() for note in notes)
    bundle.writestr(enclosed.heads_name, canonical.encode(heads))
    with bundle.open(enclosed.rows_name, "w", force_zip64=True) as out:
        for body in _rows(connection, enclosed):
            out.write(body + b"\n")


def _rows(connection: Connection, enclosed: Enclosed) -> Iterator[bytes]:
    row = ledger.event.c
    start = 0
    while True:
        mine = (row.controller == enclosed.controller) & (row.epoch == enclosed.epoch)
        here = mine & (row.seq >= start) & (row.seq < start + _CHUNK)
        bodies = connection.scalars(select(row.body).where(here).order_by(row.seq)).all()
        yield from (bytes(body) for body in bodies)
        if len(bodies) < _CHUNK:
            return
        start += _CHUNK

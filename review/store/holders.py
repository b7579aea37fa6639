"""Holders: the people who may hold cards, each with the random id that is all the doors ever know.

Decisions:
    2026-11-21: a holder is found by a digest of name and unit, in an index, because offices grow and requests
    are many. Two namesakes of one unit are told apart by their NIP as soon as both have one; who has none is
    never asked for it.
"""

import hashlib
import unicodedata
from collections.abc import Collection

from sqlalchemy import Connection, func, insert, select, update

from card_registry.words import HolderId
from review.tables import holder


def find_or_add(
    connection: Connection, fresh: HolderId, name: str, unit: str, now: int, nip: str = ""
) -> HolderId:
    """Give the id of a known holder of this name and unit, or enter them under the ``fresh`` id.

    A NIP that was not known yet is kept; one that differs is somebody else's, and without one nobody is taken
    for either of two namesakes.
    """
    key = key_of(name, unit)
    if connection.dialect.name == "postgresql":
        # SQLite lets one writer in at a time; here two requests for one new person would not see each other.
        connection.execute(select(func.pg_advisory_xact_lock(int(key[:15], 16))))
    rows = connection.execute(select(holder).where(holder.c.key == key).order_by(holder.c.made)).all()
    known = {one.nip: one for one in reversed(rows)}
    found = known.get(nip) or (known.get("") if nip else rows[0] if len(rows) == 1 else None)
    if found is None:
        row = {"id": fresh, "name": name, "unit": unit, "key": key, "nip": nip, "made": now}
        connection.execute(insert(holder).values(row))
        return fresh
    if nip and not found.nip:
        connection.execute(update(holder).where(holder.c.id == found.id).values(nip=nip))
    return HolderId(found.id)


def key_of(name: str, unit: str) -> str:
    """Give the digest in which all spellings of one name and unit meet (SHA-256, hex)."""
    return hashlib.sha256(f"{_plain(name)}\0{_plain(unit)}".encode()).hexdigest()


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def name_of(connection: Connection, id: HolderId) -> str:
    """Give a holder's name, empty when there is no such holder."""
    return connection.scalar(select(holder.c.name).where(holder.c.id == id)) or ""


def keys(connection: Connection, ids: Collection[str]) -> frozenset[str]:
    """Give the digests of names and units of these holders."""
    return frozenset(connection.scalars(select(holder.c.key).where(holder.c.id.in_(sorted(ids)))))


def nips(connection: Connection) -> dict[str, str]:
    """Give the NIP of every holder who has one, by id, for printed lists."""
    found = connection.execute(select(holder.c.id, holder.c.nip).where(holder.c.nip != ""))
    return {row.id: row.nip for row in found}

"""Holders: the people who may hold cards, each with the random id that is all the doors ever know."""

import unicodedata

from sqlalchemy import Connection, insert, select

from card_registry.words import HolderId
from review.tables import holder


def find_or_add(connection: Connection, fresh: HolderId, name: str, unit: str, now: int) -> HolderId:
    """Give the id of a known holder of this name and unit, or enter them under the ``fresh`` id."""
    wanted = (_key(name), _key(unit))
    for row in connection.execute(select(holder)):
        if (_key(row.name), _key(row.unit)) == wanted:
            return HolderId(row.id)
    connection.execute(insert(holder).values(id=fresh, name=name, unit=unit, made=now))
    return fresh


def _key(text: str) -> str:
    """Give the form in which two spellings of one name meet."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def name_of(connection: Connection, id: HolderId) -> str:
    """Give a holder's name, empty when there is no such holder."""
    return connection.scalar(select(holder.c.name).where(holder.c.id == id)) or ""

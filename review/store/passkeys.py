"""Passkeys as people registered them at the console; the officers' list says which of them count."""

from dataclasses import dataclass

from sqlalchemy import Connection, insert, select

from card_registry.statements import Passkey
from card_registry.words import PersonId
from review.tables import passkey


@dataclass(frozen=True, slots=True)
class Registered:
    """One registered passkey: whose device, called what, since when (milliseconds)."""

    key: Passkey
    label: str
    made: int


def add(connection: Connection, person: PersonId, new: Registered) -> None:
    """Enter a passkey; an id known already breaks the transaction."""
    row = {"id": new.key.id, "public": new.key.public, "label": new.label, "made": new.made}
    connection.execute(insert(passkey).values(person=person, **row))


def listed(connection: Connection, person: PersonId) -> tuple[Registered, ...]:
    """Give a person's passkeys, oldest first."""
    query = select(passkey).where(passkey.c.person == person).order_by(passkey.c.made, passkey.c.id)
    return tuple(
        Registered(Passkey(row.id, row.public), row.label, row.made) for row in connection.execute(query)
    )


def of(connection: Connection, person: PersonId) -> tuple[Passkey, ...]:
    """Give the keys alone, as the officers list them."""
    return tuple(one.key for one in listed(connection, person))


def is_known(connection: Connection, id: str) -> bool:
    """Say whether somebody registered this passkey before."""
    return connection.scalar(select(passkey.c.id).where(passkey.c.id == id)) is not None

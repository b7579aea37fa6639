"""Tokens of people's programs: whose, in which role, called what, until when; the digest alone is kept."""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection, Row, func, insert, select, update

from card_registry.words import PersonId
from review.people import Role
from review.store.sessions import digest
from review.tables import api_token


class TokenState(StrEnum):
    """Whether a token still opens anything, as its page says it."""

    LIVE = "berlaku"
    REVOKED = "dicabut"
    OVER = "berakhir"


@dataclass(frozen=True, slots=True)
class Token:
    """One token as its owner sees it; times are milliseconds, ``seen`` is its last use to the minute."""

    id: str
    person: PersonId
    role: Role
    label: str
    made: int
    ends: int
    revoked: int | None = None
    seen: int | None = None

    def state(self, now: int) -> TokenState:
        """Say whether it is in force at a moment."""
        if self.revoked is not None:
            return TokenState.REVOKED
        return TokenState.LIVE if now < self.ends else TokenState.OVER


def add(connection: Connection, new: Token, secret: str) -> None:
    """Enter a token under the digest of its secret."""
    values = {"id": new.id, "person": new.person, "role": new.role.value, "label": new.label}
    times = {"made": new.made, "ends": new.ends}
    connection.execute(insert(api_token).values(digest=digest(secret), **values, **times))


def whose(connection: Connection, secret: str) -> Token | None:
    """Give the token of a secret, in force or not; None for a foreign secret."""
    row = connection.execute(select(api_token).where(api_token.c.digest == digest(secret))).first()
    return None if row is None else _token(row)


def find(connection: Connection, id: str) -> Token | None:
    """Give one token, None when there is none."""
    row = connection.execute(select(api_token).where(api_token.c.id == id)).first()
    return None if row is None else _token(row)


def listed(connection: Connection, person: PersonId | None = None) -> tuple[Token, ...]:
    """Give a person's tokens, or everybody's, newest first."""
    query = select(api_token).order_by(api_token.c.made.desc(), api_token.c.id)
    if person is not None:
        query = query.where(api_token.c.person == person)
    return tuple(_token(row) for row in connection.execute(query))


def living(connection: Connection, person: PersonId, now: int) -> int:
    """Count a person's tokens in force."""
    mine = (api_token.c.person == person) & api_token.c.revoked.is_(None) & (api_token.c.ends > now)
    return connection.scalar(select(func.count()).select_from(api_token).where(mine)) or 0


def touch(connection: Connection, id: str, now: int) -> None:
    """Note that a token is in use."""
    connection.execute(update(api_token).where(api_token.c.id == id).values(seen=now))


def revoke(connection: Connection, id: str, now: int) -> int:
    """End a token; 0 when it was revoked before."""
    same = (api_token.c.id == id) & api_token.c.revoked.is_(None)
    return connection.execute(update(api_token).where(same).values(revoked=now)).rowcount


def _token(row: Row[tuple[object, ...]]) -> Token:
    return Token(
        row.id,
        PersonId(row.person),
        Role(row.role),
        row.label,
        row.made,
        row.ends,
        row.revoked,
        row.seen,
    )

"""The table of tokens with which programs of a person act over ``/api/v1``."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, String, Table

from card_registry.stores.office import metadata

api_token = Table(
    "api_token",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("digest", String(64), nullable=False, unique=True, comment="SHA-256 of the token"),
    Column("person", ForeignKey("office.person.id"), nullable=False),
    Column("role", String(16), nullable=False, comment="the one role it acts in"),
    Column("label", String(60), nullable=False, comment="what its owner calls it"),
    Column("made", BigInteger, nullable=False),
    Column("ends", BigInteger, nullable=False),
    Column("revoked", BigInteger, comment="empty: not revoked"),
    Column("seen", BigInteger, comment="last use, to the minute; empty: never used"),
)
Index("api_token_by_person", api_token.c.person)

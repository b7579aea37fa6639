"""The tables of an office's own ways: its profile in force, the admin's edits of free days, delegations."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
)

from card_registry.stores.office import metadata

profile_in_force = Table(
    "profile_in_force",
    metadata,
    Column("id", Integer, primary_key=True, comment="the newest is in force"),
    Column("name", String(32), nullable=False),
    Column("body", LargeBinary, nullable=False, comment="canonical review.store.profiles.Kept"),
    Column("person", String(32), nullable=False),
    Column("at", BigInteger, nullable=False),
)

free_day = Table(
    "free_day",
    metadata,
    Column("day", Date, primary_key=True),
    Column("closed", Boolean, nullable=False, comment="false: the office works although the file frees it"),
    Column("kind", String(16), nullable=False, comment="review.workdays.DayKind"),
    Column("name", String(120), nullable=False),
    Column("person", String(32), nullable=False),
    Column("at", BigInteger, nullable=False),
    comment="what the administrator changed in the calendar; the audit trail has each change",
)

delegation = Table(
    "delegation",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("person", ForeignKey("office.person.id"), nullable=False, comment="who holds the role meanwhile"),
    Column("role", String(16), nullable=False),
    Column("capacity", String(8), nullable=False, comment="plh, plt, an"),
    Column("principal", ForeignKey("office.person.id"), comment="in whose place; empty: the post is vacant"),
    Column("basis", String(120), nullable=False, comment="number of the order (surat perintah)"),
    Column("begins", BigInteger, nullable=False),
    Column("ends", BigInteger, nullable=False, comment="as made; the assignment says when it really ended"),
    Column("made_by", String(32), nullable=False),
    Column("made", BigInteger, nullable=False),
    Column("ended_by", String(32), comment="who ended it early"),
    Column("ended", BigInteger),
    Index("delegation_by_end", "ends"),
)

"""The table of files that people took away: who, what was asked for, how many rows, which bytes."""

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text

from card_registry.stores.office import metadata

exported = Table(
    "exported",
    metadata,
    Column("code", String(10), primary_key=True, comment="what is typed to find it"),
    Column("person", String(32), nullable=False),
    Column("subject", String(12), nullable=False, comment="review.export.wanted.Subject"),
    Column("form", String(16), nullable=False, comment="review.export.wanted.Form"),
    Column("asked", Text, nullable=False, comment="the filter as JSON; may hold a part of a name"),
    Column("state", String(10), nullable=False, comment="review.store.exports.ExportState"),
    Column("rows", Integer, nullable=False),
    Column("size", BigInteger, nullable=False, comment="bytes that were given"),
    Column("sha256", String(64), comment="of the whole file; empty: not given whole"),
    Column("content", String(64), comment="of its rows as CSV, alike in every form"),
    Column("begun", BigInteger, nullable=False),
    Column("ended", BigInteger),
)
Index("exported_by_person", exported.c.person, exported.c.begun)
Index("exported_by_time", exported.c.begun)
Index("exported_by_sha256", exported.c.sha256)

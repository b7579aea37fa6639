"""The tables of attachments: what was laid beside a case's forms, and the files themselves."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, LargeBinary, String, Table

from card_registry.stores.office import metadata

attachment = Table(
    "attachment",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("case", ForeignKey("office.case_file.id"), nullable=False),
    Column("step", String(8), nullable=False, comment="where the case stood"),
    Column("name", String(80), nullable=False, comment="cleaned; empty once the file is taken away"),
    Column("caption", String(120), nullable=False, comment="the same"),
    Column("kind", String(8), nullable=False, comment="review.attachment.Kind"),
    Column("size", Integer, nullable=False, comment="bytes"),
    Column("sha256", String(64), nullable=False, comment="of the file, as it was sent"),
    Column("person", String(32), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("removed", BigInteger),
    Column("remover", String(32)),
    Index("attachment_by_case", "case"),
)

attached_file = Table(
    "attached_file",
    metadata,
    Column("id", ForeignKey("office.attachment.id"), primary_key=True),
    Column("body", LargeBinary, nullable=False),
)
"""Apart from what is known of them, so that a list never reads a file; gone once it is taken away."""

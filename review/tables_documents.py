"""The tables of issued documents: their text as it was issued, and the files made of them."""

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
)

from card_registry.stores.office import metadata

issued = Table(
    "issued",
    metadata,
    Column("code", String(10), primary_key=True, comment="typed or scanned to verify it"),
    Column("case", ForeignKey("office.case_file.id"), comment="empty: a list of the office"),
    Column("form", String(8), nullable=False),
    Column("version", Integer, nullable=False),
    Column("number", String(80), nullable=False, comment="empty: a letter nobody has signed yet"),
    Column("body", LargeBinary, nullable=False, comment="canonical review.documents.layout.Sheet"),
    Column("sha256", String(64), nullable=False, comment="of the body"),
    Column("papers", LargeBinary, nullable=False, comment="canonical: the papers that it was made from"),
    Column("person", String(32), nullable=False),
    Column("at", BigInteger, nullable=False),
    UniqueConstraint("case", "form", "version", name="issued_once"),
    Index("issued_by_hash", "sha256"),
    Index("issued_by_number", "number"),
)

issued_file = Table(
    "issued_file",
    metadata,
    Column("sha256", String(64), primary_key=True, comment="of the file"),
    Column("code", ForeignKey("office.issued.code"), nullable=False),
    Column("kind", String(8), nullable=False, comment="review.store.issued.FileKind"),
    Column("body", LargeBinary, nullable=False),
    Column("at", BigInteger, nullable=False),
    Index("issued_file_by_code", "code"),
)

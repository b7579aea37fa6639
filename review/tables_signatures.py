"""The table of initials and signatures: who put a name to which papers of a case, in which capacity."""

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, LargeBinary, String, Table

from card_registry.stores.office import metadata

signature = Table(
    "signature",
    metadata,
    Column("case", ForeignKey("office.case_file.id"), primary_key=True),
    Column("step", String(8), primary_key=True),
    Column("attempt", Integer, primary_key=True),
    Column("kind", String(16), nullable=False, comment="review.store.signatures.SignatureKind"),
    Column("person", String(32), nullable=False),
    Column("role", String(16), nullable=False),
    Column("capacity", String(8), nullable=False, comment="tetap, plh, plt, an"),
    Column("papers", LargeBinary, nullable=False, comment="canonical: form, version and SHA-256 of each"),
    Column("at", BigInteger, nullable=False),
)

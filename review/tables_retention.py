"""Tables of retention: salts apart from what they hide, a chain of decisions to purge, legal holds."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, LargeBinary, String, Table

from card_registry.stores.office import metadata

note_seal = Table(
    "note_seal",
    metadata,
    Column("case", ForeignKey("office.case_file.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("salt", String(24), nullable=False, comment="hex; empty once the note is purged"),
    Column("seal", String(64), nullable=False, comment="review.case.seal: what the row's link is over"),
)

paper_salt = Table(
    "paper_salt",
    metadata,
    Column("document", ForeignKey("office.document.id"), primary_key=True),
    Column("salt", String(24), nullable=False, comment="hex; empty once the text is purged"),
)

purge = Table(
    "purge",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("kind", String(16), nullable=False, comment="review.retention.Kind"),
    Column("body", LargeBinary, nullable=False, comment="canonical review.retention.Decision"),
    Column("link", String(64), nullable=False, comment="hash over this record and the link before it"),
    Column("at", BigInteger, nullable=False),
    Column("dropped", BigInteger, comment="when the hub had dropped its rows; empty: it has not yet"),
)

purged = Table(
    "purged",
    metadata,
    Column("kind", String(16), primary_key=True, comment="review.retention.Kind"),
    Column("target", String(32), primary_key=True, comment="id of the case, visit or holder"),
    Column("number", ForeignKey(purge.c.number), nullable=False),
    Index("purged_by_number", "number"),
)

announced = Table(
    "announced",
    metadata,
    Column("kind", String(16), primary_key=True, comment="review.retention.Kind"),
    Column("total", Integer, nullable=False, comment="how much was found then"),
    Column("at", BigInteger, nullable=False),
    Column("due", BigInteger, nullable=False, comment="when it is done unless something holds it back"),
    comment="purges that the clock announced and has not done yet",
)

legal_hold = Table(
    "legal_hold",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("kind", String(12), nullable=False, comment="review.retention.HoldKind"),
    Column("target", String(32), nullable=False, comment="id of holder, case or door; empty for everything"),
    Column("basis", String(200), nullable=False, comment="the paper that asks for it"),
    Column("person", String(32), nullable=False),
    Column("made", BigInteger, nullable=False),
    Column("ended", BigInteger),
    Column("ended_by", String(32)),
)

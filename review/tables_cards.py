"""The tables of cards: each plastic, the desks that make them, their jobs, and cards taken out of use."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, LargeBinary, String, Table

from card_registry.stores.office import metadata, warrant

card = Table(
    "card",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("number", String(20), nullable=False, unique=True, comment="printed on the plastic"),
    Column("holder", ForeignKey("office.holder.id"), nullable=False),
    Column("case", ForeignKey("office.case_file.id"), nullable=False),
    Column("status", String(10), nullable=False, comment="card_registry.words.CardStatus"),
    Column("kind", String(16)),
    Column("tier", Integer),
    Column("digest", String(64)),
    Column("maker", String(32), nullable=False),
    Column("made", BigInteger, nullable=False),
    Index("card_by_holder", "holder"),
    Index("card_by_case", "case"),
)

desk = Table(
    "desk",
    metadata,
    Column("id", String(32), primary_key=True, comment="the desk's controller id"),
    Column("token", String(64), nullable=False, unique=True, comment="SHA-256 of its bearer token"),
    Column("made", BigInteger, nullable=False),
)

desk_job = Table(
    "desk_job",
    metadata,
    Column("id", String(32), primary_key=True),
    Column(
        "case", ForeignKey("office.case_file.id"), nullable=False, comment="whose grant the registry checks"
    ),
    Column("card", ForeignKey(card.c.id), nullable=False, unique=True),
    Column("holder", String(32), nullable=False),
    Column("maker", String(32), nullable=False, comment="the operator who asked for it"),
    Column("label", String(120), nullable=False),
    Column("state", String(10), nullable=False, comment="review.store.desks.JobState"),
    Column("desk", String(32), comment="the desk that took it"),
    Column("result", LargeBinary, comment="canonical result as posted"),
    Column("source", String(80), comment="controller/epoch/seq of the credential-bound event"),
    Column("publication", String(10), nullable=False, comment="review.store.publication.PublicationState"),
    Column("needs", Integer, comment="version of the grants role that carries it"),
    Column("made", BigInteger, nullable=False),
    Column("ended", BigInteger),
    Column("asked_by", String(32), nullable=False, comment="the case whose step asked for it"),
    Index("desk_job_by_state", "state", "made"),
    Index("desk_job_by_case", "case"),
    Index("desk_job_by_asker", "asked_by"),
)

withdrawal = Table(
    "withdrawal",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("card", ForeignKey(card.c.id), nullable=False, unique=True),
    Column("person", String(32), nullable=False),
    Column("why", String(500), nullable=False),
    Column("warrant", ForeignKey(warrant.c.serial), nullable=False, unique=True),
    Column("state", String(10), nullable=False, comment="review.store.publication.PublicationState"),
    Column("needs", Integer, comment="version of the deny role that carries it"),
    Column("sentence", String(400), nullable=False),
    Column("made", BigInteger, nullable=False),
    Column("everywhere", BigInteger, comment="when every door had confirmed it"),
    Index("withdrawal_by_state", "state"),
)

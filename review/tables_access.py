"""The tables of rights: signed, suspended or removed, at which door when; emergencies, leavers, blanks."""

from sqlalchemy import BigInteger, Column, Date, ForeignKey, Index, Integer, LargeBinary, String, Table

from card_registry.stores.office import metadata, warrant

signed_verdict = Table(
    "signed_verdict",
    metadata,
    Column("case", ForeignKey("office.case_file.id"), primary_key=True),
    Column("step", String(8), primary_key=True),
    Column("attempt", Integer, primary_key=True),
    Column(
        "grant", String(32), primary_key=True, comment="the grant it is about; an answer may sign several"
    ),
    Column("person", String(32), nullable=False),
    Column("body", LargeBinary, nullable=False, comment="canonical Verdict"),
    Column("proof", LargeBinary, nullable=False, comment="canonical Proof"),
    Column("at", BigInteger, nullable=False),
)

removal = Table(
    "removal",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("subject", String(8), nullable=False, comment="card_registry.words.Subject: grant or card"),
    Column("target", String(32), nullable=False, comment="the grant's or the card's id"),
    Column("case", ForeignKey("office.case_file.id"), nullable=False),
    Column("step", String(8), nullable=False, comment="the step that asked for it, and its attempt"),
    Column("attempt", Integer, nullable=False),
    Column("person", String(32), nullable=False),
    Column("kind", String(10), nullable=False, comment="review.store.removals.RemovalKind"),
    Column("warrant", ForeignKey(warrant.c.serial), nullable=False, comment="cases may rest on the same one"),
    Column("state", String(10), nullable=False, comment="review.publication.PublicationState"),
    Column("needs", Integer, comment="version of the deny role that carries it"),
    Column("sentence", String(400), nullable=False, comment="why the authority refused it"),
    Column("made", BigInteger, nullable=False),
    Column("everywhere", BigInteger, comment="when every door had confirmed it"),
    Column("lifted", BigInteger, comment="when its case gave the suspension up"),
    Column("restored", String(32), comment="the new grant that gave the right back"),
    Index("removal_by_target", "target"),
    Index("removal_by_case", "case", "step"),
    Index("removal_by_state", "state"),
)

confirmation = Table(
    "confirmation",
    metadata,
    Column("warrant", ForeignKey(warrant.c.serial), primary_key=True),
    Column("controller", String(32), primary_key=True),
    Column("at", BigInteger, nullable=False, comment="when its signed status that shows it was received"),
)

emergency = Table(
    "emergency",
    metadata,
    Column("case", ForeignKey("office.case_file.id"), primary_key=True),
    Column("door", String(32), primary_key=True),
    Column("begins", BigInteger, nullable=False),
    Column("ends", BigInteger, nullable=False),
    Index("emergency_by_door", "door", "begins"),
)
"""Entries in an emergency: which case explains what happened at a door, and when."""

departure = Table(
    "departure",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("holder", ForeignKey("office.holder.id"), nullable=False),
    Column("kind", String(16), nullable=False, comment="review.leaving.Leaving"),
    Column("effective", Date, nullable=False, comment="the first day without the right"),
    Column("basis", String(120), nullable=False, comment="the letter that says so, such as a decree"),
    Column("person", String(32), nullable=False, comment="who entered it"),
    Column("made", BigInteger, nullable=False),
    Column("cancelled", BigInteger, comment="when it was taken back; empty while it stands"),
    Index("departure_by_holder", "holder"),
)

proposal = Table(
    "proposal",
    metadata,
    Column("holder", ForeignKey("office.holder.id"), primary_key=True),
    Column("basis", String(64), primary_key=True, comment="digest of what the proposal rests on"),
    Column("reason", String(24), nullable=False, comment="as form F04 names it"),
    Column("case", ForeignKey("office.case_file.id"), nullable=False),
    Column("made", BigInteger, nullable=False),
    Index("proposal_by_case", "case"),
)

blank_cards = Table(
    "blank_cards",
    metadata,
    Column("id", Integer, primary_key=True, comment="the order of entry"),
    Column("kind", String(12), nullable=False, comment="review.card_stock.Entered"),
    Column("count", Integer, nullable=False),
    Column("note", String(200), nullable=False),
    Column("person", String(32), nullable=False),
    Column("at", BigInteger, nullable=False),
)

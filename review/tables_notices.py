"""Tables of what the office tells people, and of what a step enters in its books.

An outbox row is written in the transaction of the act that causes it and delivered later by the console's
courier; a notice is the same message in the person's inbox on the console.
"""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, LargeBinary, String, Table, Text

from card_registry.stores.office import metadata

PERSON = "office.person.id"
CASE = "office.case_file.id"

contact = Table(
    "contact",
    metadata,
    Column("person", ForeignKey(PERSON), primary_key=True),
    Column("channel", String(10), primary_key=True, comment="review.notices.parcel.ChannelName"),
    Column("address", String(254), nullable=False),
    Column("made", BigInteger, nullable=False),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Integer, primary_key=True, comment="order of writing"),
    Column("case", ForeignKey(CASE), nullable=False),
    Column("person", ForeignKey(PERSON), comment="empty: somebody known by an address only"),
    Column("channel", String(10), nullable=False, comment="review.notices.parcel.ChannelName"),
    Column("address", String(254), nullable=False),
    Column("subject", String(160), nullable=False),
    Column("text", Text, nullable=False),
    Column("made", BigInteger, nullable=False),
    Column("state", String(10), nullable=False, comment="review.notices.parcel.ParcelState"),
    Column("tries", Integer, nullable=False),
    Column("next", BigInteger, nullable=False, comment="not to be tried before"),
    Column("tried", BigInteger, comment="when it was last tried"),
    Column("ended", BigInteger, comment="when it was sent or given up"),
    Column("reference", String(330), nullable=False, comment="its Message-ID, fixed at the first try"),
    Column("sentence", String(300), nullable=False, comment="why it was not delivered; no addresses"),
    Index("outbox_by_state", "state", "next"),
    Index("outbox_by_case", "case"),
    Index("outbox_by_address", "address", "made"),
)

reminder = Table(
    "reminder",
    metadata,
    Column("case", ForeignKey(CASE), primary_key=True),
    Column("step", String(8), primary_key=True),
    Column("attempt", Integer, primary_key=True),
    Column("kind", String(10), primary_key=True, comment="lewat, terlambat; H-3, H-1, H+1"),
    Column("at", BigInteger, nullable=False),
    comment="what was said once about a step, so that it is not said again",
)

assignee = Table(
    "assignee",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("case", ForeignKey(CASE), nullable=False),
    Column("step", String(8), nullable=False, comment="the step that assigned"),
    Column("attempt", Integer, nullable=False),
    Column("role", String(16), nullable=False),
    Column("person", ForeignKey(PERSON), comment="empty: whoever holds the role"),
    Column("assigner", String(32), nullable=False),
    Column("at", BigInteger, nullable=False),
    Index("assignee_by_case", "case"),
)

agenda = Table(
    "agenda",
    metadata,
    Column("year", Integer, primary_key=True),
    Column("direction", String(6), primary_key=True, comment="masuk, keluar"),
    Column("number", Integer, primary_key=True),
    Column("case", ForeignKey(CASE), nullable=False),
    Column("step", String(8), nullable=False),
    Column("subject", String(200), nullable=False),
    Column("party", String(200), nullable=False, comment="from or to whom"),
    Column("person", String(32), nullable=False),
    Column("at", BigInteger, nullable=False),
    Index("agenda_by_case", "case"),
)

archive = Table(
    "archive",
    metadata,
    Column("year", Integer, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("case", ForeignKey(CASE), nullable=False),
    Column("step", String(8), nullable=False),
    Column("body", LargeBinary, nullable=False, comment="canonical review.store.books.Binder"),
    Column("sha256", String(64), nullable=False),
    Column("person", String(32), nullable=False),
    Column("at", BigInteger, nullable=False),
    Index("archive_by_case", "case"),
)

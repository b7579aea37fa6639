"""The office store: people, cases, documents, cards, desks, and what the doors reported, as tables.

Written by the console alone; the signer reads ``warrant`` (``card_registry.stores.office``): one metadata,
one history. Times are milliseconds of the server's clock unless said otherwise, ids 32 hex digits of chance.
"""

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
    Text,
    UniqueConstraint,
    column,
    false,
    text,
)

from card_registry.stores.office import metadata, warrant
from review.tables_access import emergency, removal, signed_verdict
from review.tables_attachments import attached_file, attachment
from review.tables_campaign import campaign, campaign_item, campaign_row
from review.tables_cards import card, desk, desk_job, withdrawal
from review.tables_documents import issued, issued_file
from review.tables_exports import exported
from review.tables_inventory import device, monthly_check, named_supply, rack, reservation, room, supply
from review.tables_notices import outbox
from review.tables_profile import delegation, free_day, profile_in_force
from review.tables_recurring import begun, schedule
from review.tables_retention import legal_hold
from review.tables_signatures import signature
from review.tables_sums import daily_denials, hourly_traffic, monthly_use, summed
from review.tables_tokens import api_token
from review.tables_visits import goods_out, visit

__all__ = [
    "api_token",
    "attached_file",
    "attachment",
    "begun",
    "campaign",
    "campaign_item",
    "campaign_row",
    "card",
    "daily_denials",
    "delegation",
    "desk",
    "desk_job",
    "device",
    "emergency",
    "exported",
    "free_day",
    "goods_out",
    "hourly_traffic",
    "issued",
    "issued_file",
    "legal_hold",
    "metadata",
    "monthly_check",
    "monthly_use",
    "named_supply",
    "outbox",
    "profile_in_force",
    "rack",
    "removal",
    "reservation",
    "room",
    "schedule",
    "signature",
    "signed_verdict",
    "summed",
    "supply",
    "visit",
    "warrant",
    "withdrawal",
]

NOTED = text("kind = 'door-changed' AND detail IN ('forced', 'held')")
"""The door states that are asked for by themselves; a query that says so in these words finds them."""

REFUSED = column("granted").is_(false())


def where_known(of: str, name: str, *columns: str) -> tuple[Index]:
    """Give an index over the rows where a column is known: most events are of nobody's card."""
    known = column(of).is_not(None)
    return (Index(name, *columns, sqlite_where=known, postgresql_where=known),)


setting = Table(
    "setting",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", String(200), nullable=False),
)

counter = Table(
    "counter",
    metadata,
    Column("name", String(40), primary_key=True, comment="such as ARS-2026, or card"),
    Column("last", Integer, nullable=False),
)

person = Table(
    "person",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("login", String(64), nullable=False, unique=True),
    Column("name", String(120), nullable=False),
    Column("unit", String(120), nullable=False),
    Column("password", String(200), nullable=False, comment="Argon2id, PHC string"),
    Column("key_file", LargeBinary, comment="the approver's encrypted signing key"),
    Column("key_public", String(64), comment="its public half, hex"),
    Column("active", Boolean, nullable=False),
    Column("made", BigInteger, nullable=False),
    Column("rank", String(60), nullable=False, server_default="", comment="pangkat, as documents print it"),
    Column("nip", String(18), nullable=False, server_default="", comment="empty for those who have none"),
)

assignment = Table(
    "assignment",
    metadata,
    Column("person", ForeignKey(person.c.id), primary_key=True),
    Column("role", String(16), primary_key=True),
    Column("begins", BigInteger, primary_key=True),
    Column("ends", BigInteger, comment="empty: until further notice"),
    Column("capacity", String(8), nullable=False, comment="tetap; later plh, plt"),
)

passkey = Table(
    "passkey",
    metadata,
    Column("id", String(1400), primary_key=True, comment="credential id, base64url"),
    Column("person", ForeignKey(person.c.id), nullable=False),
    Column("public", String(1200), nullable=False, comment="SubjectPublicKeyInfo, hex"),
    Column("label", String(60), nullable=False, comment="what its owner calls the device"),
    Column("made", BigInteger, nullable=False),
    comment="registered here; a passkey counts when the officers have signed it into site/people",
)

session = Table(
    "session",
    metadata,
    Column("digest", String(64), primary_key=True, comment="SHA-256 of the cookie's token"),
    Column("person", ForeignKey(person.c.id), nullable=False),
    Column("made", BigInteger, nullable=False),
    Column("seen", BigInteger, nullable=False),
    Column("ends", BigInteger, nullable=False),
)

throttle = Table(
    "throttle",
    metadata,
    Column("key", String(64), primary_key=True, comment="SHA-256 of what was tried: a login, a passphrase"),
    Column("failures", Integer, nullable=False),
    Column("until", BigInteger, nullable=False, comment="nothing is tried before this time"),
    Column("last", BigInteger, nullable=False),
)

procedure_version = Table(
    "procedure_version",
    metadata,
    Column("fingerprint", String(64), primary_key=True),
    Column("procedure", String(16), nullable=False),
    Column("body", LargeBinary, nullable=False, comment="canonical Procedure"),
    Column("made", BigInteger, nullable=False),
)

holder = Table(
    "holder",
    metadata,
    Column("id", String(32), primary_key=True, comment="all that doors ever know of a person"),
    Column("name", String(120), nullable=False),
    Column("unit", String(120), nullable=False),
    Column("made", BigInteger, nullable=False),
    Column("nip", String(18), nullable=False, server_default="", comment="empty for those who have none"),
    Column("key", String(64), nullable=False, server_default="", comment="review.store.holders.key_of"),
    Index("holder_by_key", "key"),
)

case_file = Table(
    "case_file",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("number", String(40), nullable=False, unique=True),
    Column("fingerprint", ForeignKey(procedure_version.c.fingerprint), nullable=False),
    Column("parent", String(32), comment="the case this one is a child of"),
    Column("applicant", ForeignKey(person.c.id), nullable=False),
    Column("holder", ForeignKey(holder.c.id)),
    Column("state", String(10), nullable=False),
    Column("step", String(8), nullable=False),
    Column("entered", BigInteger, nullable=False),
    Column("waiting", LargeBinary, comment="canonical Done of an answer that waits for the doors"),
    Column("made", BigInteger, nullable=False),
    Column("parent_step", String(8), comment="the step of the parent that began it"),
    Column("queued", Boolean, nullable=False, comment="it waits for what others must free"),
    Column("ending", String(20), comment="how it ended, empty while it has not"),
    Index("case_file_by_state", "state", "step"),
    Index("case_file_by_applicant", "applicant"),
    Index("case_file_by_parent", "parent"),
)

case_row = Table(
    "case_row",
    metadata,
    Column("case", ForeignKey(case_file.c.id), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("step", String(8), nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("person", String(32), nullable=False),
    Column("behalf", String(32)),
    Column("role", String(16), nullable=False),
    Column("answer", String(40), nullable=False),
    Column("note", String(500), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("kind", String(12), nullable=False),
    Column("capacity", String(8), nullable=False, comment="tetap, plh, plt, an"),
    Column("refers", Integer, comment="the position of the row that this one corrects"),
    Column("link", String(64), nullable=False, comment="hash over this row and the link before it"),
    UniqueConstraint("case", "kind", "step", "attempt", name="case_row_once"),
    Index("case_row_by_time", "at"),
)

document = Table(
    "document",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("case", ForeignKey(case_file.c.id), nullable=False),
    Column("form", String(8), nullable=False),
    Column("version", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False, comment="canonical JSON"),
    Column("sha256", String(64), nullable=False),
    Column("person", String(32), nullable=False),
    Column("at", BigInteger, nullable=False),
    UniqueConstraint("case", "form", "version", name="document_once"),
)

grant = Table(
    "grant",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("case", ForeignKey(case_file.c.id), nullable=False),
    Column("holder", ForeignKey(holder.c.id), nullable=False),
    Column("body", LargeBinary, nullable=False, comment="canonical GrantTerms"),
    Column("warrant", ForeignKey(warrant.c.serial), nullable=False, unique=True),
    Column("approver", String(32), nullable=False),
    Column("weak", Boolean, nullable=False, comment="approved by a session, not by a signature"),
    Column("state", String(10), nullable=False, comment="review.store.publication.PublicationState"),
    Column("needs", Integer, comment="version of the grants role that carries it"),
    Column("sentence", String(400), nullable=False, comment="why the authority refused it"),
    Column("made", BigInteger, nullable=False),
    Index("grant_by_holder", "holder"),
    Index("grant_by_case", "case"),
    Index("grant_by_state", "state"),
)

door_order = Table(
    "door_order",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("person", String(32), nullable=False),
    Column("controller", String(32), nullable=False),
    Column("door", String(32), nullable=False),
    Column("kind", String(16), nullable=False, comment="card_registry.words.OrderKind"),
    Column("holder", String(32)),
    Column("why", String(500), nullable=False),
    Column("warrant", ForeignKey(warrant.c.serial), nullable=False, unique=True),
    Column("state", String(12), nullable=False, comment="review.store.orders.OrderState"),
    Column("number", BigInteger, comment="the signed order's number"),
    Column("sentence", String(400), nullable=False, comment="why authority or door refused it"),
    Column("epoch", Integer, nullable=False, comment="of the journal searched for the answer"),
    Column("next", BigInteger, nullable=False, comment="the next row of it to search"),
    Column("made", BigInteger, nullable=False),
    Column("ended", BigInteger),
    Index("door_order_by_state", "state"),
    Index("door_order_by_time", "made"),
)

notice = Table(
    "notice",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("person", ForeignKey(person.c.id), nullable=False),
    Column("case", ForeignKey(case_file.c.id), nullable=False),
    Column("text", String(500), nullable=False),
    Column("made", BigInteger, nullable=False),
    Column("seen", BigInteger, comment="when its person marked it as read"),
    Index("notice_by_person", "person", "made"),
)

follow = Table(
    "follow",
    metadata,
    Column("controller", String(32), primary_key=True),
    Column("epoch", Integer, primary_key=True),
    Column("next", BigInteger, nullable=False),
)

occurrence = Table(
    "occurrence",
    metadata,
    Column("id", Integer, primary_key=True, comment="order of arrival"),
    Column("controller", String(32), nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("kind", String(20), nullable=False, comment="card_registry.journal.event.EventKind"),
    Column("at", BigInteger, nullable=False, comment="the controller's wall clock"),
    Column("day", Date, nullable=False, comment="local day at the site"),
    Column("local", String(8), nullable=False, comment="local time of day at the site"),
    Column("quality", String(10), nullable=False),
    Column("door", String(32)),
    Column("granted", Boolean),
    Column("reason", String(24)),
    Column("tier", Integer),
    Column("card", String(32)),
    Column("holder", String(32)),
    Column("grant", String(32)),
    Column("case", String(32)),
    Column("times", Integer, nullable=False),
    Column("detail", Text, nullable=False, comment="state, alarm or refusal as reported; no personal data"),
    Column("side", String(4), comment="card_registry.words.Side of the reader that was tapped"),
    UniqueConstraint("controller", "epoch", "seq", name="occurrence_once"),
    Index("occurrence_by_time", "at"),
    Index("occurrence_by_door", "door", "at"),
    *where_known("holder", "occurrence_by_holder", "holder", "at"),
    *where_known("holder", "occurrence_by_passage", "door", "holder", "at"),
    *where_known("card", "occurrence_by_card", "card", "at"),
    *where_known("case", "occurrence_by_case", "case", "at"),
    *where_known("reason", "occurrence_by_reason", "reason", "at"),
    Index("occurrence_refused", "at", "door", sqlite_where=REFUSED, postgresql_where=REFUSED),
    Index("occurrence_by_state", "detail", "at", sqlite_where=NOTED, postgresql_where=NOTED),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("person", String(32), nullable=False),
    Column("act", String(40), nullable=False),
    Column("subject", String(80), nullable=False, comment="kind and id, such as case/…"),
    Column("detail", String(200), nullable=False, comment="codes and numbers; no personal text"),
    Column("at", BigInteger, nullable=False),
    Index("audit_by_subject", "subject"),
    Index("audit_by_person", "person", "at"),
)

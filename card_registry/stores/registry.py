"""The registry store: the truth the signer keeps, the slots it published, its own log of changes.

Written by the signer alone. The hub reads ``slot``; the console ``outcome``, ``slot`` and the authority log.
"""

from sqlalchemy import BigInteger, Boolean, Column, Integer, LargeBinary, MetaData, String, Table

metadata = MetaData(schema="registry")

slot = Table(
    "slot",
    metadata,
    Column("name", String(120), primary_key=True, comment="as in card_registry.trust.slots"),
    Column("serial", BigInteger, nullable=False, comment="grows with every write of any slot"),
    Column("body", LargeBinary, nullable=False),
)

outcome = Table(
    "outcome",
    metadata,
    Column("source", String(12), primary_key=True, comment="warrant | binding"),
    Column("reference", String(80), primary_key=True, comment="warrant serial, or controller/epoch/seq"),
    Column("applied", Boolean, nullable=False),
    Column("sentence", String(400), nullable=False, comment="empty when applied; else why not"),
    Column("authority", BigInteger, comment="index in the authority log when applied"),
    Column("grants", Integer, comment="highest version of a grants role that carries it"),
    Column("deny", Integer, comment="version of the deny role that carries it"),
    Column("at", BigInteger, nullable=False),
)

grant = Table(
    "grant",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("holder", String(32), nullable=False, index=True),
    Column("body", LargeBinary, nullable=False, comment="canonical GrantTerms"),
    Column("warrant", LargeBinary, nullable=False, comment="canonical GrantWarrant: verdict and proof"),
    Column("clears", BigInteger, nullable=False),
    Column("weak", Boolean, nullable=False),
    Column("case", String(32), nullable=False, index=True),
    Column("applicant", String(32), nullable=False),
    Column("approver", String(32), nullable=False),
)

credential = Table(
    "credential",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("card", String(32), nullable=False, index=True),
    Column("holder", String(32), nullable=False, index=True),
    Column("kind", String(16), nullable=False),
    Column("tier", Integer, nullable=False),
    Column("case", String(32), nullable=False),
    Column("maker", String(32), nullable=False),
    Column(
        "source", String(80), nullable=False, comment="controller/epoch/seq of the credential-bound event"
    ),
)

pin = Table(
    "pin",
    metadata,
    Column("holder", String(32), primary_key=True),
    Column("row", LargeBinary, nullable=False, comment="canonical PinRow: salt and two hashes, never a PIN"),
    Column("at", BigInteger, nullable=False),
    comment="read by nobody but the signer; the authority log holds a commitment to each row",
)

denial = Table(
    "denial",
    metadata,
    Column("subject", String(8), primary_key=True),
    Column("id", String(32), primary_key=True),
    Column("serial", BigInteger, nullable=False, unique=True),
)

verdict_used = Table(
    "verdict_used",
    metadata,
    Column("digest", String(64), primary_key=True, comment="each signed digest adds a right once"),
)

controller = Table(
    "controller",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("entry", LargeBinary, nullable=False, comment="canonical ControllerEntry"),
    Column(
        "pseudonym_key", LargeBinary(32), nullable=False, comment="keys this controller's credential matches"
    ),
)

invitation = Table(
    "invitation",
    metadata,
    Column("public", String(64), primary_key=True, comment="the seed is in the invitation alone"),
    Column("controller", String(32), nullable=False, index=True),
    Column("kind", String(8), nullable=False),
    Column("epoch", BigInteger, nullable=False),
    Column("ends", BigInteger, nullable=False),
    Column("used", BigInteger, nullable=False, comment="0 until a request used it up"),
    Column("request", String(64), nullable=False, comment="digest of the request that did"),
)

certificate = Table(
    "certificate",
    metadata,
    Column("serial", String(40), primary_key=True),
    Column("controller", String(32), nullable=False, index=True),
    Column("ends", BigInteger, nullable=False),
    Column("revoked", BigInteger, nullable=False, comment="0 while it is good"),
    comment="every certificate given to a controller or desk, so that it can be taken back",
)

follow = Table(
    "follow",
    metadata,
    Column("source", String(80), primary_key=True, comment="'office', or 'ledger/<desk>/<epoch>'"),
    Column("next", BigInteger, nullable=False),
    Column(
        "frontier",
        LargeBinary,
        nullable=False,
        comment="tree over a desk's rows so far; empty for the office",
    ),
)

authority = Table(
    "authority",
    metadata,
    Column("seq", BigInteger, primary_key=True),
    Column("body", LargeBinary, nullable=False, comment="canonical JSON of the applied change"),
    Column("leaf", LargeBinary(32), nullable=False),
)

site = Table(
    "site",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", LargeBinary, nullable=False),
    comment="site id, serial counters, the authority log's frontier and newest checkpoint",
)

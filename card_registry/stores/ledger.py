"""The ledger: every controller's rows exactly as they were hashed, their heads, and the receipts given.

Written by the hub alone; no secondary index (DESIGN §2). Readers follow it by (controller, epoch, seq). On
PostgreSQL the hub keeps ``event`` in partitions by month; a reader need not know.
"""

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, MetaData, String, Table

metadata = MetaData(schema="ledger")

event = Table(
    "event",
    metadata,
    Column("controller", String(32), primary_key=True),
    Column("epoch", Integer, primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("body", LargeBinary, nullable=False, comment="the exact canonical JSON that was hashed"),
    Column("leaf", LargeBinary(32), nullable=False),
    Column("month", Integer, nullable=False, server_default="0", comment="of arrival, as 202611; 0: unknown"),
    sqlite_with_rowid=False,
)

head = Table(
    "head",
    metadata,
    Column("controller", String(32), primary_key=True),
    Column("epoch", Integer, primary_key=True),
    Column("next", BigInteger, nullable=False, comment="number of rows stored"),
    Column("frontier", LargeBinary, nullable=False),
    Column("note", LargeBinary, nullable=False, comment="newest signed checkpoint"),
    Column("receipt", LargeBinary, nullable=False, comment="newest signed receipt"),
)

checkpoint = Table(
    "checkpoint",
    metadata,
    Column("controller", String(32), primary_key=True),
    Column("epoch", Integer, primary_key=True),
    Column("size", BigInteger, primary_key=True),
    Column("note", LargeBinary, nullable=False),
    Column("received", BigInteger, nullable=False, comment="server clock, milliseconds"),
    sqlite_with_rowid=False,
)

status = Table(
    "status",
    metadata,
    Column("controller", String(32), primary_key=True),
    Column("number", BigInteger, nullable=False),
    Column("body", LargeBinary, nullable=False, comment="the signed status, as received and verified"),
    Column("received", BigInteger, nullable=False, comment="server clock, milliseconds"),
)

dropped = Table(
    "dropped",
    metadata,
    Column("link", String(64), primary_key=True, comment="of the office's decision, in its chain"),
    Column("place", Integer, primary_key=True, autoincrement=False, comment="of the span in the decision"),
    Column("number", Integer, nullable=False, comment="of the decision"),
    Column("controller", String(32), nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("first", BigInteger, nullable=False),
    Column("last", BigInteger, nullable=False),
    Column("rows", Integer, nullable=False, comment="how many lost their bytes; the others had to stay"),
    Column("at", BigInteger, nullable=False, comment="server clock, milliseconds"),
    comment="which rows lost their bytes by a retention rule; their leaves stand in event",
)

refusal = Table(
    "refusal",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("controller", String(32), nullable=False),
    Column("why", String(400), nullable=False, comment="a sentence: what was wrong with what it sent"),
    Column("received", BigInteger, nullable=False),
)

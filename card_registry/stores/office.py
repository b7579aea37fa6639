"""The one table of the office store that another program reads: warrants, for the signer.

Written by the console, in the transaction of the verdict that caused them. The signer trusts none of it: a
warrant that adds a right must carry its approver's signature.
"""

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, MetaData, String, Table

metadata = MetaData(schema="office")

warrant = Table(
    "warrant",
    metadata,
    Column(
        "serial",
        Integer,
        primary_key=True,
        autoincrement=True,
        comment="order of approval; the signer's cursor",
    ),
    Column("kind", String(12), nullable=False, comment="card_registry.statements.WarrantKind"),
    Column("body", LargeBinary, nullable=False, comment="canonical GrantWarrant or WithdrawWarrant"),
    Column("made", BigInteger, nullable=False, comment="server clock, milliseconds"),
    sqlite_autoincrement=True,
)

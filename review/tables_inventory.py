"""The tables of the server room's inventory: what there is, what stands where, what is kept for whom.

What a device or a reservation holds is one canonical ``Claim``; nothing is held twice because every change
is made under the lock of the one row of ``supply`` (``review.store.inventory``).
"""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, LargeBinary, String, Table

from card_registry.stores.office import metadata

supply = Table(
    "supply",
    metadata,
    Column("id", Integer, primary_key=True, comment="always 1: whoever changes the inventory locks this row"),
    Column("bandwidth_mbps", Integer, nullable=False),
    Column("changes", Integer, nullable=False, comment="how often the inventory was changed"),
)

room = Table(
    "room",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("name", String(60), nullable=False, unique=True),
)

rack = Table(
    "rack",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("room", ForeignKey(room.c.id), nullable=False),
    Column("name", String(60), nullable=False, unique=True),
    Column("units", Integer, nullable=False),
    Column("power_w", Integer, nullable=False),
    Column("outlets", Integer, nullable=False),
)

named_supply = Table(
    "named_supply",
    metadata,
    Column("kind", String(10), primary_key=True, comment="alamat: a public address; port: a network port"),
    Column("name", String(60), primary_key=True),
)

device = Table(
    "device",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("name", String(120), nullable=False),
    Column("owner", String(120), nullable=False),
    Column("serial", String(120), nullable=False),
    Column("status", String(16), nullable=False, comment="review.inventory.DeviceStatus"),
    Column("since", BigInteger, nullable=False),
    Column("claim", LargeBinary, nullable=False, comment="canonical Claim"),
    Column("facts", LargeBinary, nullable=False, comment="canonical Facts: the rest of form F06"),
    Column("case", String(32), comment="the case that brought it in"),
    Column("gone", String(32), comment="the case that took it out"),
    Index("device_by_serial", "serial"),
    Index("device_by_owner", "owner"),
)

reservation = Table(
    "reservation",
    metadata,
    Column("case", ForeignKey("office.case_file.id"), primary_key=True),
    Column("claim", LargeBinary, nullable=False, comment="canonical Claim"),
    Column("ends", BigInteger, nullable=False),
)

monthly_check = Table(
    "monthly_check",
    metadata,
    Column("month", String(7), primary_key=True, comment="YYYY-MM"),
    Column("case", ForeignKey("office.case_file.id"), nullable=False),
)

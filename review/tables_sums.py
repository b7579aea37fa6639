"""Tables of sums over what the doors reported, so that a question over years reads thousands of rows only.

They follow ``occurrence`` in its order of arrival and can be made anew from it at any time.
"""

from sqlalchemy import BigInteger, Column, Date, Index, Integer, String, Table

from card_registry.stores.office import metadata

monthly_use = Table(
    "monthly_use",
    metadata,
    Column("month", String(7), primary_key=True, comment="local month at the site, such as 2026-11"),
    Column("grant", String(32), primary_key=True, comment="empty: no grant was found"),
    Column("holder", String(32), primary_key=True),
    Column("door", String(32), primary_key=True),
    Column("entries", Integer, nullable=False),
    Column("outside", Integer, nullable=False, comment="entries outside office hours, by the calendar then"),
    Column("denials", Integer, nullable=False),
    Column("last", BigInteger, comment="the last entry, by the controller's clock"),
    Index("monthly_use_by_grant", "grant", "last"),
    Index("monthly_use_by_holder", "holder", "month"),
)

hourly_traffic = Table(
    "hourly_traffic",
    metadata,
    Column("day", Date, primary_key=True, comment="local day at the site"),
    Column("hour", Integer, primary_key=True, comment="local hour, 0 to 23"),
    Column("door", String(32), primary_key=True),
    Column("entries", Integer, nullable=False),
    Column("denials", Integer, nullable=False),
    Column("exits", Integer, nullable=False),
)

daily_denials = Table(
    "daily_denials",
    metadata,
    Column("day", Date, primary_key=True),
    Column("door", String(32), primary_key=True),
    Column("reason", String(24), primary_key=True, comment="card_registry.words.Reason"),
    Column("times", Integer, nullable=False),
)

summed = Table(
    "summed",
    metadata,
    Column("name", String(16), primary_key=True, comment="which sums"),
    Column("until", Integer, nullable=False, comment="the last occurrence that they contain"),
)

monthly_stays = Table(
    "monthly_stays",
    metadata,
    Column("month", String(7), primary_key=True, comment="local month of the exit, such as 2026-11"),
    Column("door", String(32), primary_key=True),
    Column("length", Integer, primary_key=True, comment="its place in review.pictures.traffic.STAYS"),
    Column("times", Integer, nullable=False),
)

inside = Table(
    "inside",
    metadata,
    Column("holder", String(32), primary_key=True),
    Column("door", String(32), primary_key=True),
    Column("at", BigInteger, nullable=False, comment="the entry, by the controller's clock"),
)

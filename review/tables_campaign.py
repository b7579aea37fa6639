"""Tables of reviews: each campaign with what it looked at, its rows, and everything said about a row."""

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
)

from card_registry.stores.office import metadata

CASE = "office.case_file.id"

campaign = Table(
    "campaign",
    metadata,
    Column("case", String(32), ForeignKey(CASE), primary_key=True),
    Column("name", String(60), nullable=False, comment="such as Triwulan III 2026"),
    Column("begins", Date, nullable=False, comment="the first day it looks back on"),
    Column("ends", Date, nullable=False, comment="the day after the last"),
    Column("taken", BigInteger, nullable=False, comment="when its rows were made"),
    Column("publication", BigInteger, comment="the newest publication of the registry then"),
    Column("last", Date, comment="the last day on which units may answer; empty until they were asked"),
    Column("thresholds", LargeBinary, nullable=False, comment="canonical Thresholds"),
    Column("unit", String(120), nullable=False, server_default="", comment="whose rights alone; empty: all"),
    Column("door", String(32), nullable=False, server_default="", comment="which door's alone"),
    Column("holder", String(32), nullable=False, server_default="", comment="which holder's alone"),
    Column("event", String(200), nullable=False, server_default="", comment="why it was opened out of turn"),
    Column("opener", String(32), nullable=False, server_default="", comment="by whom"),
    Column("grace", Integer, nullable=False, server_default="5", comment="working days until removal"),
    Column("operators", Integer, nullable=False, server_default="2", comment="how many stay able to enter"),
)

campaign_item = Table(
    "campaign_item",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("case", String(32), ForeignKey("office.campaign.case"), nullable=False),
    Column("position", Integer, nullable=False, comment="its number on form F03"),
    Column("grant", ForeignKey("office.grant.id"), nullable=False),
    Column("holder", ForeignKey("office.holder.id"), nullable=False),
    Column("unit", String(120), nullable=False),
    Column("judge", String(16), nullable=False, comment="review.people.Role"),
    Column("operator", Boolean, nullable=False),
    Column("own", LargeBinary, nullable=False, comment="canonical: the holder's own accounts"),
    Column("evidence", LargeBinary, nullable=False, comment="canonical Evidence"),
    Column("advice", LargeBinary, nullable=False, comment="canonical Advice"),
    Index("campaign_item_by_case", "case", "position", unique=True),
    Index("campaign_item_by_grant", "grant"),
)

campaign_row = Table(
    "campaign_row",
    metadata,
    Column("item", ForeignKey(campaign_item.c.id), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("said", String(16), nullable=False, comment="review.campaign.Said"),
    Column("outcome", String(16), nullable=False, comment="review.campaign.Outcome"),
    Column("person", String(32), nullable=False),
    Column("role", String(16), nullable=False),
    Column("reason", String(300), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("change", LargeBinary, comment="canonical Change, where a right is to be narrowed"),
    Column("capacity", String(8), nullable=False, server_default="tetap", comment="tetap, plh, plt, an"),
)

"""The tables of visits: who came under which case, and what was carried out of the room."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, LargeBinary, String, Table

from card_registry.stores.office import metadata

CASE = "office.case_file.id"

visit = Table(
    "visit",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("parent", ForeignKey(CASE), nullable=False),
    Column("parent_step", String(8), nullable=False),
    Column("case", ForeignKey(CASE), unique=True, comment="its own case (P7); empty: planned, or of staff"),
    Column("holder", ForeignKey("office.holder.id"), comment="of the guest card"),
    Column("state", String(10), nullable=False, comment="review.visits.VisitState"),
    Column("plan", LargeBinary, nullable=False, comment="canonical review.visits.Plan"),
    Column("grant", String(32)),
    Column("entered", BigInteger),
    Column("left", BigInteger),
    Column("closed", BigInteger),
    Column("alarmed", BigInteger, comment="when an overstay was told"),
    Column("made", BigInteger, nullable=False),
    Index("visit_by_parent", "parent"),
    Index("visit_by_state", "state"),
    Index("visit_by_holder", "holder"),
)

goods_out = Table(
    "goods_out",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("case", ForeignKey(CASE), nullable=False, comment="the case whose step let it go"),
    Column("form", String(8), nullable=False, comment="the form that names it"),
    Column("name", String(200), nullable=False),
    Column("serial", String(200), nullable=False),
    Column("person", String(32), nullable=False),
    Column("at", BigInteger, nullable=False),
    Index("goods_out_by_case", "case"),
    Index("goods_out_by_serial", "serial"),
)
"""What was carried out of the room, and on which paper."""

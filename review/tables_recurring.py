"""The tables of what begins by the clock: which procedures, from when on, and what was begun for a period."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, String, Table

from card_registry.stores.office import metadata

CASE = "office.case_file.id"

schedule = Table(
    "schedule",
    metadata,
    Column("procedure", String(16), primary_key=True),
    Column("since", String(10), nullable=False, comment="local day (ISO); a period that began before is not"),
    Column("case", ForeignKey(CASE), comment="whose step asked for it; empty: the table says so itself"),
    Column("at", BigInteger, nullable=False),
)

begun = Table(
    "begun",
    metadata,
    Column("procedure", String(16), primary_key=True),
    Column("period", String(10), primary_key=True, comment="2026-11 or 2026-T4"),
    Column("case", ForeignKey(CASE), nullable=False),
    Column("at", BigInteger, nullable=False),
    Index("begun_by_case", "case"),
    comment="the case of each period of a procedure that recurs, so that none is begun twice",
)

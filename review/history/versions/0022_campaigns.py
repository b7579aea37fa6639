"""Keep reviews of access: what each looked at, its rows, and everything said about a row.

Revision: 0022
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"

SCHEMA = "office"


def upgrade() -> None:
    """Make the tables."""
    _campaign()
    _rows()


def _campaign() -> None:
    op.create_table(
        "campaign",
        sa.Column("case", sa.String(32), sa.ForeignKey(f"{SCHEMA}.case_file.id"), primary_key=True),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("begins", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=False),
        sa.Column("taken", sa.BigInteger(), nullable=False),
        sa.Column("publication", sa.BigInteger()),
        sa.Column("last", sa.Date()),
        sa.Column("thresholds", sa.LargeBinary(), nullable=False),
        schema=SCHEMA,
    )


def _rows() -> None:
    op.create_table(
        "campaign_item",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("case", sa.String(32), sa.ForeignKey(f"{SCHEMA}.campaign.case"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("grant", sa.String(32), sa.ForeignKey(f"{SCHEMA}.grant.id"), nullable=False),
        sa.Column("holder", sa.String(32), sa.ForeignKey(f"{SCHEMA}.holder.id"), nullable=False),
        sa.Column("unit", sa.String(120), nullable=False),
        sa.Column("judge", sa.String(16), nullable=False),
        sa.Column("operator", sa.Boolean(), nullable=False),
        sa.Column("own", sa.LargeBinary(), nullable=False),
        sa.Column("evidence", sa.LargeBinary(), nullable=False),
        sa.Column("advice", sa.LargeBinary(), nullable=False),
        schema=SCHEMA,
    )
    op.create_index(
        "campaign_item_by_case", "campaign_item", ["case", "position"], unique=True, schema=SCHEMA
    )
    op.create_index("campaign_item_by_grant", "campaign_item", ["grant"], schema=SCHEMA)
    op.create_table(
        "campaign_row",
        sa.Column("item", sa.String(32), sa.ForeignKey(f"{SCHEMA}.campaign_item.id"), primary_key=True),
        sa.Column("position", sa.Integer(), primary_key=True),
        sa.Column("said", sa.String(16), nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("person", sa.String(32), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("reason", sa.String(300), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("change", sa.LargeBinary()),
        schema=SCHEMA,
    )

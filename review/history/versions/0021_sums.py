"""Keep sums over what the doors reported; the console fills them from the occurrences it has.

Revision: 0021
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"

SCHEMA = "office"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "monthly_use",
        sa.Column("month", sa.String(7), primary_key=True),
        sa.Column("grant", sa.String(32), primary_key=True),
        sa.Column("holder", sa.String(32), primary_key=True),
        sa.Column("door", sa.String(32), primary_key=True),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("outside", sa.Integer(), nullable=False),
        sa.Column("denials", sa.Integer(), nullable=False),
        sa.Column("last", sa.BigInteger()),
        schema=SCHEMA,
    )
    op.create_index("monthly_use_by_grant", "monthly_use", ["grant", "last"], schema=SCHEMA)
    op.create_index("monthly_use_by_holder", "monthly_use", ["holder", "month"], schema=SCHEMA)
    op.create_table(
        "hourly_traffic",
        sa.Column("day", sa.Date(), primary_key=True),
        sa.Column("hour", sa.Integer(), primary_key=True),
        sa.Column("door", sa.String(32), primary_key=True),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("denials", sa.Integer(), nullable=False),
        sa.Column("exits", sa.Integer(), nullable=False),
        schema=SCHEMA,
    )
    op.create_table(
        "daily_denials",
        sa.Column("day", sa.Date(), primary_key=True),
        sa.Column("door", sa.String(32), primary_key=True),
        sa.Column("reason", sa.String(24), primary_key=True),
        sa.Column("times", sa.Integer(), nullable=False),
        schema=SCHEMA,
    )
    op.create_table(
        "summed",
        sa.Column("name", sa.String(16), primary_key=True),
        sa.Column("until", sa.Integer(), nullable=False),
        schema=SCHEMA,
    )

"""Add up times inside, and make the sums anew: an exit by card counted as an entry until now.

Revision: 0026
"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"

SCHEMA = "office"
SUMS = ("monthly_use", "hourly_traffic", "daily_denials", "summed")


def upgrade() -> None:
    """Make the tables, and let the follower begin again."""
    op.create_table(
        "monthly_stays",
        sa.Column("month", sa.String(7), primary_key=True),
        sa.Column("door", sa.String(32), primary_key=True),
        sa.Column("length", sa.Integer(), primary_key=True),
        sa.Column("times", sa.Integer(), nullable=False),
        schema=SCHEMA,
    )
    op.create_table(
        "inside",
        sa.Column("holder", sa.String(32), primary_key=True),
        sa.Column("door", sa.String(32), primary_key=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        schema=SCHEMA,
    )
    # These statements take the schema as it is given, where a Table's is translated; SQLite has none.
    schema = SCHEMA if op.get_context().dialect.name == "postgresql" else None
    for name in SUMS:
        op.execute(sa.delete(sa.table(name, schema=schema)))

"""Keep what begins by the clock: the schedule of procedures, and the case of each period.

Revision: 0018
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"

SCHEMA = "office"
CASE = f"{SCHEMA}.case_file.id"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "schedule",
        sa.Column("procedure", sa.String(16), primary_key=True),
        sa.Column("since", sa.String(10), nullable=False),
        sa.Column("case", sa.String(32), sa.ForeignKey(CASE)),
        sa.Column("at", sa.BigInteger(), nullable=False),
        schema=SCHEMA,
    )
    op.create_table(
        "begun",
        sa.Column("procedure", sa.String(16), primary_key=True),
        sa.Column("period", sa.String(10), primary_key=True),
        sa.Column("case", sa.String(32), sa.ForeignKey(CASE), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        schema=SCHEMA,
    )
    op.create_index("begun_by_case", "begun", ["case"], schema=SCHEMA)

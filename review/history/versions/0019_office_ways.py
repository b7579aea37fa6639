"""Keep the office's profile in force, the admin's edits of free days, and delegations.

Revision: 0019
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"

SCHEMA = "office"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "profile_in_force",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("name", sa.String(32), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("person", sa.String(32), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        schema=SCHEMA,
    )
    op.create_table(
        "free_day",
        sa.Column("day", sa.Date(), primary_key=True),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("person", sa.String(32), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        schema=SCHEMA,
    )
    op.create_table(
        "delegation",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("person", sa.String(32), sa.ForeignKey(f"{SCHEMA}.person.id"), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("capacity", sa.String(8), nullable=False),
        sa.Column("principal", sa.String(32), sa.ForeignKey(f"{SCHEMA}.person.id")),
        sa.Column("basis", sa.String(120), nullable=False),
        sa.Column("begins", sa.BigInteger(), nullable=False),
        sa.Column("ends", sa.BigInteger(), nullable=False),
        sa.Column("made_by", sa.String(32), nullable=False),
        sa.Column("made", sa.BigInteger(), nullable=False),
        sa.Column("ended_by", sa.String(32)),
        sa.Column("ended", sa.BigInteger()),
        schema=SCHEMA,
    )
    op.create_index("delegation_by_end", "delegation", ["ends"], schema=SCHEMA)

"""Keep when each door had each verdict, who leaves, which removals were proposed, the stock of blank cards.

Revision: 0025
"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"

SCHEMA = "office"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "confirmation",
        sa.Column("warrant", sa.Integer(), sa.ForeignKey(f"{SCHEMA}.warrant.serial"), primary_key=True),
        sa.Column("controller", sa.String(32), primary_key=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        schema=SCHEMA,
    )
    _leaving()
    op.create_table(
        "blank_cards",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(200), nullable=False),
        sa.Column("person", sa.String(32), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        schema=SCHEMA,
    )


def _leaving() -> None:
    op.create_table(
        "departure",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("holder", sa.String(32), sa.ForeignKey(f"{SCHEMA}.holder.id"), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("effective", sa.Date(), nullable=False),
        sa.Column("basis", sa.String(120), nullable=False),
        sa.Column("person", sa.String(32), nullable=False),
        sa.Column("made", sa.BigInteger(), nullable=False),
        sa.Column("cancelled", sa.BigInteger()),
        schema=SCHEMA,
    )
    op.create_index("departure_by_holder", "departure", ["holder"], schema=SCHEMA)
    op.create_table(
        "proposal",
        sa.Column("holder", sa.String(32), sa.ForeignKey(f"{SCHEMA}.holder.id"), primary_key=True),
        sa.Column("basis", sa.String(64), primary_key=True),
        sa.Column("reason", sa.String(24), nullable=False),
        sa.Column("case", sa.String(32), sa.ForeignKey(f"{SCHEMA}.case_file.id"), nullable=False),
        sa.Column("made", sa.BigInteger(), nullable=False),
        schema=SCHEMA,
    )
    op.create_index("proposal_by_case", "proposal", ["case"], schema=SCHEMA)

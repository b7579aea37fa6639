"""Keep which rows lost their bytes by a retention rule, and on which decision.

Revision: 0003
"""

import sqlalchemy as sa
from alembic import op

from card_registry.errors import OperatorMistaken

revision = "0003"
down_revision = "0002"

SCHEMA = "ledger"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "dropped",
        sa.Column("link", sa.String(64), primary_key=True),
        sa.Column("place", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("controller", sa.String(32), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("first", sa.BigInteger(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        schema=SCHEMA,
    )


def downgrade() -> None:
    """Refuse: a ledger only grows, and an older program must not read a newer one."""
    message = "the ledger cannot be brought back to an older step; restore a backup instead"
    raise OperatorMistaken(message)

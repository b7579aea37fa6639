"""The ledger as it was founded: events, heads, checkpoints, statuses, refusals.

Revision: 0001
"""

import sqlalchemy as sa
from alembic import op

from card_registry.errors import OperatorMistaken

revision = "0001"
down_revision = None

SCHEMA = "ledger"


def upgrade() -> None:
    """Make the five tables; no secondary index (DESIGN §2)."""
    _journals()
    _reports()


def _journals() -> None:
    op.create_table(
        "event",
        sa.Column("controller", sa.String(32), primary_key=True),
        sa.Column("epoch", sa.Integer, primary_key=True),
        sa.Column("seq", sa.BigInteger, primary_key=True),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("leaf", sa.LargeBinary(32), nullable=False),
        schema=SCHEMA,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "head",
        sa.Column("controller", sa.String(32), primary_key=True),
        sa.Column("epoch", sa.Integer, primary_key=True),
        sa.Column("next", sa.BigInteger, nullable=False),
        sa.Column("frontier", sa.LargeBinary, nullable=False),
        sa.Column("note", sa.LargeBinary, nullable=False),
        sa.Column("receipt", sa.LargeBinary, nullable=False),
        schema=SCHEMA,
    )
    op.create_table(
        "checkpoint",
        sa.Column("controller", sa.String(32), primary_key=True),
        sa.Column("epoch", sa.Integer, primary_key=True),
        sa.Column("size", sa.BigInteger, primary_key=True),
        sa.Column("note", sa.LargeBinary, nullable=False),
        sa.Column("received", sa.BigInteger, nullable=False),
        schema=SCHEMA,
        sqlite_with_rowid=False,
    )


def _reports() -> None:
    op.create_table(
        "status",
        sa.Column("controller", sa.String(32), primary_key=True),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("received", sa.BigInteger, nullable=False),
        schema=SCHEMA,
    )
    op.create_table(
        "refusal",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("controller", sa.String(32), nullable=False),
        sa.Column("why", sa.String(400), nullable=False),
        sa.Column("received", sa.BigInteger, nullable=False),
        schema=SCHEMA,
    )


def downgrade() -> None:
    """Refuse: a ledger only grows, and an older program must not read a newer one."""
    message = "the ledger cannot be brought back to an older step; restore a backup instead"
    raise OperatorMistaken(message)

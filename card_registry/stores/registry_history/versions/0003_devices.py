"""Remember invitations, and the certificates that may have to be taken back.

Revision: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

SCHEMA = "registry"


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "invitation",
        sa.Column("public", sa.String(64), primary_key=True),
        sa.Column("controller", sa.String(32), nullable=False, index=True),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("ends", sa.BigInteger(), nullable=False),
        sa.Column("used", sa.BigInteger(), nullable=False),
        sa.Column("request", sa.String(64), nullable=False),
        schema=SCHEMA,
    )
    op.create_table(
        "certificate",
        sa.Column("serial", sa.String(40), primary_key=True),
        sa.Column("controller", sa.String(32), nullable=False, index=True),
        sa.Column("ends", sa.BigInteger(), nullable=False),
        sa.Column("revoked", sa.BigInteger(), nullable=False),
        schema=SCHEMA,
    )

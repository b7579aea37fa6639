"""Let holders have PINs.

Revision: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

SCHEMA = "registry"


def upgrade() -> None:
    """Make the table of PIN hashes."""
    op.create_table(
        "pin",
        sa.Column("holder", sa.String(32), primary_key=True),
        sa.Column("row", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        schema=SCHEMA,
    )

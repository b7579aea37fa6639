"""Make the table of registered passkeys.

Revision: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

SCHEMA = "office"


def upgrade() -> None:
    """Make the passkeys."""
    op.create_table(
        "passkey",
        sa.Column("id", sa.String(1400), primary_key=True),
        sa.Column("person", sa.String(32), sa.ForeignKey(f"{SCHEMA}.person.id"), nullable=False),
        sa.Column("public", sa.String(1200), nullable=False),
        sa.Column("label", sa.String(60), nullable=False),
        sa.Column("made", sa.BigInteger(), nullable=False),
        schema=SCHEMA,
    )

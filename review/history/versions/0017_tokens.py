"""Keep the tokens with which people's programs act, by digest.

Revision: 0017
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"

SCHEMA = "office"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "api_token",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("digest", sa.String(64), nullable=False, unique=True),
        sa.Column("person", sa.String(32), sa.ForeignKey(f"{SCHEMA}.person.id"), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("label", sa.String(60), nullable=False),
        sa.Column("made", sa.BigInteger(), nullable=False),
        sa.Column("ends", sa.BigInteger(), nullable=False),
        sa.Column("revoked", sa.BigInteger()),
        sa.Column("seen", sa.BigInteger()),
        schema=SCHEMA,
    )
    op.create_index("api_token_by_person", "api_token", ["person"], schema=SCHEMA)

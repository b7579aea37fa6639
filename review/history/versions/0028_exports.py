"""Write down every file that somebody takes away.

Revision: 0028
"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"

SCHEMA = "office"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "exported",
        sa.Column("code", sa.String(10), primary_key=True),
        sa.Column("person", sa.String(32), nullable=False),
        sa.Column("subject", sa.String(12), nullable=False),
        sa.Column("form", sa.String(16), nullable=False),
        sa.Column("asked", sa.Text(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(64)),
        sa.Column("content", sa.String(64)),
        sa.Column("begun", sa.BigInteger(), nullable=False),
        sa.Column("ended", sa.BigInteger()),
        schema=SCHEMA,
    )
    op.create_index("exported_by_person", "exported", ["person", "begun"], schema=SCHEMA)
    op.create_index("exported_by_time", "exported", ["begun"], schema=SCHEMA)
    op.create_index("exported_by_sha256", "exported", ["sha256"], schema=SCHEMA)

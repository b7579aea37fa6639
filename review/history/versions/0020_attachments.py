"""Keep what is attached to a case, and the files apart from it.

Revision: 0020
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"

SCHEMA = "office"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "attachment",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("case", sa.String(32), sa.ForeignKey(f"{SCHEMA}.case_file.id"), nullable=False),
        sa.Column("step", sa.String(8), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("caption", sa.String(120), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("person", sa.String(32), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("removed", sa.BigInteger()),
        sa.Column("remover", sa.String(32)),
        schema=SCHEMA,
    )
    op.create_index("attachment_by_case", "attachment", ["case"], schema=SCHEMA)
    op.create_table(
        "attached_file",
        sa.Column("id", sa.String(32), sa.ForeignKey(f"{SCHEMA}.attachment.id"), primary_key=True),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        schema=SCHEMA,
    )

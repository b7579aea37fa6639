"""Keep issued documents, each with its code and hash, and the files made of them.

Revision: 0015
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

SCHEMA = "office"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "issued",
        sa.Column("code", sa.String(10), primary_key=True),
        sa.Column("case", sa.String(32), sa.ForeignKey(f"{SCHEMA}.case_file.id")),
        sa.Column("form", sa.String(8), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(80), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("papers", sa.LargeBinary(), nullable=False),
        sa.Column("person", sa.String(32), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.UniqueConstraint("case", "form", "version", name="issued_once"),
        schema=SCHEMA,
    )
    op.create_table(
        "issued_file",
        sa.Column("sha256", sa.String(64), primary_key=True),
        sa.Column("code", sa.String(10), sa.ForeignKey(f"{SCHEMA}.issued.code"), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        schema=SCHEMA,
    )
    op.create_index("issued_by_hash", "issued", ["sha256"], schema=SCHEMA)
    op.create_index("issued_by_number", "issued", ["number"], schema=SCHEMA)
    op.create_index("issued_file_by_code", "issued_file", ["code"], schema=SCHEMA)

"""Keep salts apart from what they hide, decisions to purge in a chain, and legal holds.

Revision: 0027
"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"

SCHEMA = "office"


def upgrade() -> None:
    """Make the tables."""
    _salts()
    _purges()
    _holds()


def _salts() -> None:
    op.create_table(
        "note_seal",
        sa.Column("case", sa.String(32), sa.ForeignKey(f"{SCHEMA}.case_file.id"), primary_key=True),
        sa.Column("position", sa.Integer(), primary_key=True),
        sa.Column("salt", sa.String(24), nullable=False),
        sa.Column("seal", sa.String(64), nullable=False),
        schema=SCHEMA,
    )
    op.create_table(
        "paper_salt",
        sa.Column("document", sa.String(32), sa.ForeignKey(f"{SCHEMA}.document.id"), primary_key=True),
        sa.Column("salt", sa.String(24), nullable=False),
        schema=SCHEMA,
    )


def _purges() -> None:
    op.create_table(
        "purge",
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("link", sa.String(64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("dropped", sa.BigInteger()),
        schema=SCHEMA,
    )
    op.create_table(
        "purged",
        sa.Column("kind", sa.String(16), primary_key=True),
        sa.Column("target", sa.String(32), primary_key=True),
        sa.Column("number", sa.Integer(), sa.ForeignKey(f"{SCHEMA}.purge.number"), nullable=False),
        schema=SCHEMA,
    )
    op.create_index("purged_by_number", "purged", ["number"], schema=SCHEMA)
    op.create_table(
        "announced",
        sa.Column("kind", sa.String(16), primary_key=True),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("due", sa.BigInteger(), nullable=False),
        schema=SCHEMA,
    )


def _holds() -> None:
    op.create_table(
        "legal_hold",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("target", sa.String(32), nullable=False),
        sa.Column("basis", sa.String(200), nullable=False),
        sa.Column("person", sa.String(32), nullable=False),
        sa.Column("made", sa.BigInteger(), nullable=False),
        sa.Column("ended", sa.BigInteger()),
        sa.Column("ended_by", sa.String(32)),
        schema=SCHEMA,
    )

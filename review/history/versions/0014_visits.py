"""Keep visits, and what was carried out of the room.

Revision: 0014
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

SCHEMA = "office"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "visit",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("parent", sa.String(32), sa.ForeignKey(f"{SCHEMA}.case_file.id"), nullable=False),
        sa.Column("parent_step", sa.String(8), nullable=False),
        sa.Column("case", sa.String(32), sa.ForeignKey(f"{SCHEMA}.case_file.id"), unique=True),
        sa.Column("holder", sa.String(32), sa.ForeignKey(f"{SCHEMA}.holder.id")),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("plan", sa.LargeBinary(), nullable=False),
        sa.Column("grant", sa.String(32)),
        sa.Column("entered", sa.BigInteger()),
        sa.Column("left", sa.BigInteger()),
        sa.Column("closed", sa.BigInteger()),
        sa.Column("alarmed", sa.BigInteger()),
        sa.Column("made", sa.BigInteger(), nullable=False),
        schema=SCHEMA,
    )
    for name, columns in {"parent": ["parent"], "state": ["state"], "holder": ["holder"]}.items():
        op.create_index(f"visit_by_{name}", "visit", columns, schema=SCHEMA)
    _goods()


def _goods() -> None:
    op.create_table(
        "goods_out",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("case", sa.String(32), sa.ForeignKey(f"{SCHEMA}.case_file.id"), nullable=False),
        sa.Column("form", sa.String(8), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("serial", sa.String(200), nullable=False),
        sa.Column("person", sa.String(32), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        schema=SCHEMA,
    )
    for name in ("case", "serial"):
        op.create_index(f"goods_out_by_{name}", "goods_out", [name], schema=SCHEMA)

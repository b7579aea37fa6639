"""Make the table of orders to doors.

Revision: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

SCHEMA = "office"


def upgrade() -> None:
    """Make the orders."""
    op.create_table(
        "door_order",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("person", sa.String(32), nullable=False),
        sa.Column("controller", sa.String(32), nullable=False),
        sa.Column("door", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("holder", sa.String(32)),
        sa.Column("why", sa.String(500), nullable=False),
        sa.Column("warrant", sa.Integer(), sa.ForeignKey(f"{SCHEMA}.warrant.serial"), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("number", sa.BigInteger()),
        sa.Column("sentence", sa.String(400), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("next", sa.BigInteger(), nullable=False),
        sa.Column("made", sa.BigInteger(), nullable=False),
        sa.Column("ended", sa.BigInteger()),
        sa.UniqueConstraint("warrant"),
        schema=SCHEMA,
    )
    op.create_index("door_order_by_state", "door_order", ["state"], schema=SCHEMA)
    op.create_index("door_order_by_time", "door_order", ["made"], schema=SCHEMA)

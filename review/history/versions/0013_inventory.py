"""Keep the server room's inventory: racks, supplies, devices, reservations, and the monthly checks.

Revision: 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

SCHEMA = "office"


def upgrade() -> None:
    """Make the tables of the inventory; an empty room has no bandwidth to give."""
    supply = op.create_table(
        "supply",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("bandwidth_mbps", sa.Integer(), nullable=False),
        sa.Column("changes", sa.Integer(), nullable=False),
        schema=SCHEMA,
    )
    op.bulk_insert(supply, [{"id": 1, "bandwidth_mbps": 0, "changes": 0}])
    _racks()
    _devices()
    op.create_table(
        "reservation",
        _case(key=True),
        sa.Column("claim", sa.LargeBinary(), nullable=False),
        sa.Column("ends", sa.BigInteger(), nullable=False),
        schema=SCHEMA,
    )
    op.create_table(
        "monthly_check", sa.Column("month", sa.String(7), primary_key=True), _case(), schema=SCHEMA
    )


def _case(*, key: bool = False) -> sa.Column[str]:
    reference = sa.ForeignKey(f"{SCHEMA}.case_file.id")
    return sa.Column("case", sa.String(32), reference, primary_key=key, nullable=False)


def _racks() -> None:
    op.create_table(
        "room",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("name", sa.String(60), nullable=False, unique=True),
        schema=SCHEMA,
    )
    op.create_table(
        "rack",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("room", sa.String(32), sa.ForeignKey(f"{SCHEMA}.room.id"), nullable=False),
        sa.Column("name", sa.String(60), nullable=False, unique=True),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("power_w", sa.Integer(), nullable=False),
        sa.Column("outlets", sa.Integer(), nullable=False),
        schema=SCHEMA,
    )
    op.create_table(
        "named_supply",
        sa.Column("kind", sa.String(10), primary_key=True),
        sa.Column("name", sa.String(60), primary_key=True),
        schema=SCHEMA,
    )


def _devices() -> None:
    op.create_table(
        "device",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("owner", sa.String(120), nullable=False),
        sa.Column("serial", sa.String(120), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("claim", sa.LargeBinary(), nullable=False),
        sa.Column("facts", sa.LargeBinary(), nullable=False),
        sa.Column("case", sa.String(32)),
        sa.Column("gone", sa.String(32)),
        schema=SCHEMA,
    )
    for name in ("serial", "owner"):
        op.create_index(f"device_by_{name}", "device", [name], schema=SCHEMA)

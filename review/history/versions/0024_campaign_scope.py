"""Keep what a review was opened for, what silence may take in it, and who decided for somebody else.

Revision: 0024
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"

SCHEMA = "office"


def upgrade() -> None:
    """Make the columns."""
    for name, length in (("unit", 120), ("door", 32), ("holder", 32), ("event", 200), ("opener", 32)):
        _column("campaign", sa.Column(name, sa.String(length), nullable=False, server_default=""))
    _column("campaign", sa.Column("grace", sa.Integer(), nullable=False, server_default="5"))
    _column("campaign", sa.Column("operators", sa.Integer(), nullable=False, server_default="2"))
    _column("campaign_row", sa.Column("capacity", sa.String(8), nullable=False, server_default="tetap"))


def _column(table: str, column: sa.Column[object]) -> None:
    # This statement takes the schema as it is given, where a Table's is translated; SQLite has none.
    schema = SCHEMA if op.get_context().dialect.name == "postgresql" else None
    op.add_column(table, column, schema=schema)

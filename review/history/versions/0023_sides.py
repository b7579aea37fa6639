"""Keep on which side of its door a tap was; taps that were projected before say nothing of it.

Revision: 0023
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"

SCHEMA = "office"


def upgrade() -> None:
    """Make the column."""
    # This statement takes the schema as it is given, where a Table's is translated; SQLite has none.
    schema = SCHEMA if op.get_context().dialect.name == "postgresql" else None
    op.add_column("occurrence", sa.Column("side", sa.String(4)), schema=schema)

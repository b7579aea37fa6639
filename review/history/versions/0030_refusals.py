"""Index the taps that a door refused: few among many, and asked for by themselves.

Revision: 0030
"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"

SCHEMA = "office"
REFUSED = sa.column("granted").is_(sa.false())


def upgrade() -> None:
    """Make the index."""
    op.create_index(
        "occurrence_refused",
        "occurrence",
        ["at", "door"],
        schema=SCHEMA,
        sqlite_where=REFUSED,
        postgresql_where=REFUSED,
    )

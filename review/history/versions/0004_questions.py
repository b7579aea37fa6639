"""Index occurrences by case and by reason, where they have one.

Revision: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

SCHEMA = "office"


def upgrade() -> None:
    """Make both indexes."""
    for name in ("case", "reason"):
        where = sa.column(name).is_not(None)
        op.create_index(
            f"occurrence_by_{name}",
            "occurrence",
            [name, "at"],
            schema=SCHEMA,
            sqlite_where=where,
            postgresql_where=where,
        )

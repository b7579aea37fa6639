"""Rows by the month of their arrival: a column, and on PostgreSQL a partition for each month.

What is there already becomes the partition of month 0, as it stands: no row is moved. Who was allowed to read
the old table is allowed to read the new one.

Revision: 0002
"""

import sqlalchemy as sa
from alembic import op

from card_registry.errors import OperatorMistaken

revision = "0002"
down_revision = "0001"

SCHEMA = "ledger"


def upgrade() -> None:
    """Add the month; on PostgreSQL make the table the first partition of a new one."""
    partitioned = op.get_context().dialect.name == "postgresql"
    month = sa.Column("month", sa.Integer, nullable=False, server_default="0")
    op.add_column("event", month, schema=SCHEMA if partitioned else None)
    for statement in PARTITION if partitioned else ():
        op.execute(statement)


PARTITION = (
    f"ALTER TABLE {SCHEMA}.event RENAME TO event_0",
    f"ALTER TABLE {SCHEMA}.event_0 RENAME CONSTRAINT event_pkey TO event_0_pkey",
    f"CREATE TABLE {SCHEMA}.event (LIKE {SCHEMA}.event_0 INCLUDING DEFAULTS) PARTITION BY RANGE (month)",
    f"ALTER TABLE {SCHEMA}.event ATTACH PARTITION {SCHEMA}.event_0 FOR VALUES FROM (0) TO (1)",
    f"""
    DO $$ DECLARE may record; BEGIN
        FOR may IN
            SELECT DISTINCT grantee, privilege_type FROM information_schema.role_table_grants
            WHERE table_schema = '{SCHEMA}' AND table_name = 'event_0' AND grantee <> current_user
        LOOP
            EXECUTE format('GRANT %s ON {SCHEMA}.event TO %s', may.privilege_type,
                CASE may.grantee WHEN 'PUBLIC' THEN 'PUBLIC' ELSE quote_ident(may.grantee) END);
        END LOOP;
    END $$
    """,  # noqa: S608 - our own schema's name
)


def downgrade() -> None:
    """Refuse: a ledger only grows, and an older program must not read a newer one."""
    message = "the ledger cannot be brought back to an older step; restore a backup instead"
    raise OperatorMistaken(message)

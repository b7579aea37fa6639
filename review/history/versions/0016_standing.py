"""Keep rank and NIP of people and holders, and find a holder by an index.

Revision: 0016
"""

import sqlalchemy as sa
from alembic import op

from review.store.holders import key_of

revision = "0016"
down_revision = "0015"

SCHEMA = "office"


def _text(name: str, length: int) -> sa.Column[str]:
    return sa.Column(name, sa.String(length), nullable=False, server_default="")


def upgrade() -> None:
    """Add the columns, and give every known holder the digest by which they are found."""
    # These statements take the schema as it is given, where a Table's is translated; SQLite has none.
    schema = SCHEMA if op.get_context().dialect.name == "postgresql" else None
    op.add_column("person", _text("rank", 60), schema=schema)
    op.add_column("person", _text("nip", 18), schema=schema)
    op.add_column("holder", _text("nip", 18), schema=schema)
    op.add_column("holder", _text("key", 64), schema=schema)
    if not op.get_context().as_sql:
        _find_again(op.get_bind(), schema)
    op.create_index("holder_by_key", "holder", ["key"], schema=SCHEMA)


def _find_again(connection: sa.Connection, schema: str | None) -> None:
    columns: tuple[sa.ColumnClause[str], ...] = tuple(map(sa.column, ("id", "name", "unit", "key")))
    table = sa.table("holder", *columns, schema=schema)
    for row in connection.execute(sa.select(table)).all():
        changed = sa.update(table).where(table.c.id == row.id).values(key=key_of(row.name, row.unit))
        connection.execute(changed)

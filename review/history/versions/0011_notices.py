"""Let messages leave the console, be read once, and be said once; and keep the books of agenda and archive.

Revision: 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0006"

SCHEMA = "office"


def upgrade() -> None:
    """Make the tables of the outbox and of the books, and let a notice be marked as read."""
    # This statement takes the schema as it is given, where a Table's is translated; SQLite has none.
    schema = SCHEMA if op.get_context().dialect.name == "postgresql" else None
    op.add_column("notice", sa.Column("seen", sa.BigInteger()), schema=schema)
    _outbox()
    _reminding()
    _assignee()
    _books()


def _case() -> sa.Column[str]:
    return sa.Column("case", sa.String(32), sa.ForeignKey(f"{SCHEMA}.case_file.id"), nullable=False)


def _person(*, key: bool = False) -> sa.Column[str]:
    reference = sa.ForeignKey(f"{SCHEMA}.person.id")
    return sa.Column("person", sa.String(32), reference, primary_key=key, nullable=not key)


def _outbox() -> None:
    op.create_table(
        "contact",
        _person(key=True),
        sa.Column("channel", sa.String(10), primary_key=True),
        sa.Column("address", sa.String(254), nullable=False),
        sa.Column("made", sa.BigInteger(), nullable=False),
        schema=SCHEMA,
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), primary_key=True),
        _case(),
        _person(),
        sa.Column("channel", sa.String(10), nullable=False),
        sa.Column("address", sa.String(254), nullable=False),
        sa.Column("subject", sa.String(160), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("made", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next", sa.BigInteger(), nullable=False),
        sa.Column("tried", sa.BigInteger()),
        sa.Column("ended", sa.BigInteger()),
        sa.Column("reference", sa.String(330), nullable=False),
        sa.Column("sentence", sa.String(300), nullable=False),
        schema=SCHEMA,
    )
    for name, columns in {
        "state": ["state", "next"],
        "case": ["case"],
        "address": ["address", "made"],
    }.items():
        op.create_index(f"outbox_by_{name}", "outbox", columns, schema=SCHEMA)


def _reminding() -> None:
    op.create_table(
        "reminder",
        sa.Column("case", sa.String(32), sa.ForeignKey(f"{SCHEMA}.case_file.id"), primary_key=True),
        sa.Column("step", sa.String(8), primary_key=True),
        sa.Column("attempt", sa.Integer(), primary_key=True),
        sa.Column("kind", sa.String(10), primary_key=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        schema=SCHEMA,
    )


def _assignee() -> None:
    op.create_table(
        "assignee",
        sa.Column("id", sa.Integer(), primary_key=True),
        _case(),
        sa.Column("step", sa.String(8), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        _person(),
        sa.Column("assigner", sa.String(32), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        schema=SCHEMA,
    )
    op.create_index("assignee_by_case", "assignee", ["case"], schema=SCHEMA)


def _books() -> None:
    op.create_table(
        "agenda",
        sa.Column("year", sa.Integer(), primary_key=True),
        sa.Column("direction", sa.String(6), primary_key=True),
        sa.Column("number", sa.Integer(), primary_key=True),
        _case(),
        sa.Column("step", sa.String(8), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("party", sa.String(200), nullable=False),
        sa.Column("person", sa.String(32), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        schema=SCHEMA,
    )
    op.create_table(
        "archive",
        sa.Column("year", sa.Integer(), primary_key=True),
        sa.Column("number", sa.Integer(), primary_key=True),
        _case(),
        sa.Column("step", sa.String(8), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("person", sa.String(32), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        schema=SCHEMA,
    )
    for name in ("agenda", "archive"):
        op.create_index(f"{name}_by_case", name, ["case"], schema=SCHEMA)

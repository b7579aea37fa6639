"""Let an answer sign several grants, a case take rights away, and a card be made for another case's right.

Signed verdicts move to a table whose key names the grant, because one answer may now give back several.

Revision: 0006
"""

import sqlalchemy as sa
from alembic import op

from card_registry import canonical
from card_registry.statements import Verdict

revision = "0006"
down_revision = "0005"

SCHEMA = "office"
MOVED = ("case", "step", "attempt", "person", "body", "proof", "at")


def upgrade() -> None:
    """Make the tables, move the verdicts, and say of every card job which case asked for it."""
    # These statements take the schema as it is given, where a Table's is translated; SQLite has none.
    schema = SCHEMA if op.get_context().dialect.name == "postgresql" else None
    signed = _signed_verdict()
    if not op.get_context().as_sql:
        _move(op.get_bind(), signed, schema)
    op.drop_table("verdict", schema=SCHEMA)
    _removal()
    _emergency()
    asked: sa.Column[str] = sa.Column("asked_by", sa.String(32), nullable=False, server_default="")
    op.add_column("desk_job", asked, schema=schema)
    job = sa.table("desk_job", sa.column("case"), sa.column("asked_by"), schema=schema)
    op.execute(sa.update(job).values(asked_by=job.c.case))
    op.create_index("desk_job_by_asker", "desk_job", ["asked_by"], schema=SCHEMA)


def _signed_verdict() -> sa.Table:
    return op.create_table(
        "signed_verdict",
        sa.Column("case", sa.String(32), sa.ForeignKey(f"{SCHEMA}.case_file.id"), primary_key=True),
        sa.Column("step", sa.String(8), primary_key=True),
        sa.Column("attempt", sa.Integer(), primary_key=True),
        sa.Column("grant", sa.String(32), primary_key=True),
        sa.Column("person", sa.String(32), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("proof", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        schema=SCHEMA,
    )


def _move(connection: sa.Connection, signed: sa.Table, schema: str | None) -> None:
    old = sa.table("verdict", *map(sa.column, MOVED), schema=schema)
    for row in connection.execute(sa.select(old)).all():
        verdict = canonical.decode(bytes(row.body), Verdict, "a kept verdict")
        values = {name: getattr(row, name) for name in MOVED}
        connection.execute(sa.insert(signed).values(**values, grant=verdict.grant.id))


def _removal() -> None:
    op.create_table(
        "removal",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("subject", sa.String(8), nullable=False),
        sa.Column("target", sa.String(32), nullable=False),
        sa.Column("case", sa.String(32), sa.ForeignKey(f"{SCHEMA}.case_file.id"), nullable=False),
        sa.Column("step", sa.String(8), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("warrant", sa.Integer(), sa.ForeignKey(f"{SCHEMA}.warrant.serial"), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("needs", sa.Integer()),
        sa.Column("sentence", sa.String(400), nullable=False),
        sa.Column("made", sa.BigInteger(), nullable=False),
        sa.Column("everywhere", sa.BigInteger()),
        sa.Column("lifted", sa.BigInteger()),
        sa.Column("restored", sa.String(32)),
        schema=SCHEMA,
    )
    for name, columns in {"target": ["target"], "case": ["case", "step"], "state": ["state"]}.items():
        op.create_index(f"removal_by_{name}", "removal", columns, schema=SCHEMA)


def _emergency() -> None:
    op.create_table(
        "emergency",
        sa.Column("case", sa.String(32), sa.ForeignKey(f"{SCHEMA}.case_file.id"), primary_key=True),
        sa.Column("door", sa.String(32), primary_key=True),
        sa.Column("begins", sa.BigInteger(), nullable=False),
        sa.Column("ends", sa.BigInteger(), nullable=False),
        schema=SCHEMA,
    )
    op.create_index("emergency_by_door", "emergency", ["door", "begins"], schema=SCHEMA)

"""Let a case queue, have a parent and an ending, and chain its rows by their hashes.

The rows move to a table of their own name; those written before are linked here, by the same rule, so that
every history has its chain.

Revision: 0005
"""

import sqlalchemy as sa
from alembic import op

from card_registry.words import CaseId, PersonId
from review.case import FAILED, Done, RowKind, links
from review.people import Role

revision = "0005"
down_revision = "0004"

SCHEMA = "office"
OLD = ("case", "position", "step", "attempt", "person", "behalf", "role", "answer", "note", "at")


def upgrade() -> None:
    """Add the columns, move the rows, and let a correction stand beside the answer that it corrects."""
    # These statements take the schema as it is given, where a Table's is translated; SQLite has none.
    schema = SCHEMA if op.get_context().dialect.name == "postgresql" else None
    op.add_column("case_file", sa.Column("parent_step", sa.String(8)), schema=schema)
    queued: sa.Column[bool] = sa.Column("queued", sa.Boolean(), nullable=False, server_default=sa.false())
    op.add_column("case_file", queued, schema=schema)
    op.add_column("case_file", sa.Column("ending", sa.String(20)), schema=schema)
    op.create_index("case_file_by_parent", "case_file", ["parent"], schema=SCHEMA)
    file = sa.table("case_file", sa.column("state"), sa.column("ending"), schema=schema)
    op.execute(sa.update(file).where(file.c.state == "selesai").values(ending="selesai"))
    row = _new_table()
    if not op.get_context().as_sql:
        _move(op.get_bind(), row, schema)
    op.drop_table("case_step", schema=SCHEMA)


def _new_table() -> sa.Table:
    return op.create_table(
        "case_row",
        sa.Column("case", sa.String(32), sa.ForeignKey(f"{SCHEMA}.case_file.id"), primary_key=True),
        sa.Column("position", sa.Integer(), primary_key=True),
        sa.Column("step", sa.String(8), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(32), nullable=False),
        sa.Column("behalf", sa.String(32)),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("answer", sa.String(40), nullable=False),
        sa.Column("note", sa.String(500), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("capacity", sa.String(8), nullable=False),
        sa.Column("refers", sa.Integer()),
        sa.Column("link", sa.String(64), nullable=False),
        sa.UniqueConstraint("case", "kind", "step", "attempt", name="case_row_once"),
        schema=SCHEMA,
    )


def _move(connection: sa.Connection, row: sa.Table, schema: str | None) -> None:
    """Copy every history, its failures named as what they are, each row linked to the one before it."""
    old = sa.table("case_step", *map(sa.column, OLD), schema=schema)
    histories: dict[str, list[Done]] = {}
    for one in connection.execute(sa.select(old).order_by(old.c.case, old.c.position)):
        kind = RowKind.FAILURE if one.answer == FAILED else RowKind.ANSWER
        behalf = None if one.behalf is None else PersonId(one.behalf)
        told = (one.step, one.attempt, PersonId(one.person), Role(one.role), one.answer, one.note, one.at)
        histories.setdefault(one.case, []).append(Done(*told, behalf, kind))
    for case, history in histories.items():
        made = links(CaseId(case), history)
        for position, (done, link) in enumerate(zip(history, made, strict=True)):
            values = {name: getattr(done, name) for name in OLD[2:]}
            place = {"case": case, "position": position, "kind": done.kind.value, "capacity": "tetap"}
            connection.execute(sa.insert(row).values(**values, **place, link=link))

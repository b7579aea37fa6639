"""Make the first tables of the office store.

Revision: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

SCHEMA = "office"


def upgrade() -> None:
    """Make every table of the first version."""
    for part in (
        _site,
        _people,
        _procedures,
        _cases,
        _history,
        _verdicts,
        _grants,
        _cards,
        _desks,
        _occurrences,
    ):
        part()


def _people() -> None:
    """Make people, their roles and their sessions."""
    op.create_table(
        "person",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("login", sa.String(64), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("unit", sa.String(120), nullable=False),
        sa.Column("password", sa.String(200), nullable=False),
        sa.Column("key_file", sa.LargeBinary()),
        sa.Column("key_public", sa.String(64)),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("made", sa.BigInteger(), nullable=False),
        sa.UniqueConstraint("login"),
        schema=SCHEMA,
    )
    op.create_table(
        "assignment",
        sa.Column("person", sa.String(32), sa.ForeignKey(f"{SCHEMA}.person.id"), primary_key=True),
        sa.Column("role", sa.String(16), primary_key=True),
        sa.Column("begins", sa.BigInteger(), primary_key=True),
        sa.Column("ends", sa.BigInteger()),
        sa.Column("capacity", sa.String(8), nullable=False),
        schema=SCHEMA,
    )
    op.create_table(
        "session",
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("person", sa.String(32), sa.ForeignKey(f"{SCHEMA}.person.id"), nullable=False),
        sa.Column("made", sa.BigInteger(), nullable=False),
        sa.Column("seen", sa.BigInteger(), nullable=False),
        sa.Column("ends", sa.BigInteger(), nullable=False),
        schema=SCHEMA,
    )
    op.create_table(
        "throttle",
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        schema=SCHEMA,
    )


def _site() -> None:
    """Make settings, counters and the audit trail."""
    op.create_table(
        "setting",
        sa.Column("name", sa.String(40), primary_key=True),
        sa.Column("value", sa.String(200), nullable=False),
        schema=SCHEMA,
    )
    op.create_table(
        "counter",
        sa.Column("name", sa.String(40), primary_key=True),
        sa.Column("last", sa.Integer(), nullable=False),
        schema=SCHEMA,
    )
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("person", sa.String(32), nullable=False),
        sa.Column("act", sa.String(40), nullable=False),
        sa.Column("subject", sa.String(80), nullable=False),
        sa.Column("detail", sa.String(200), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        schema=SCHEMA,
    )
    op.create_index("audit_by_subject", "audit", ["subject"], schema=SCHEMA)


def _procedures() -> None:
    """Make the tables that cases pinned, and holders."""
    op.create_table(
        "procedure_version",
        sa.Column("fingerprint", sa.String(64), primary_key=True),
        sa.Column("procedure", sa.String(16), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("made", sa.BigInteger(), nullable=False),
        schema=SCHEMA,
    )
    op.create_table(
        "holder",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("unit", sa.String(120), nullable=False),
        sa.Column("made", sa.BigInteger(), nullable=False),
        schema=SCHEMA,
    )


def _cases() -> None:
    """Make cases."""
    op.create_table(
        "case_file",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("number", sa.String(40), nullable=False),
        sa.Column(
            "fingerprint",
            sa.String(64),
            sa.ForeignKey(f"{SCHEMA}.procedure_version.fingerprint"),
            nullable=False,
        ),
        sa.Column("parent", sa.String(32)),
        sa.Column("applicant", sa.String(32), sa.ForeignKey(f"{SCHEMA}.person.id"), nullable=False),
        sa.Column("holder", sa.String(32), sa.ForeignKey(f"{SCHEMA}.holder.id")),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("step", sa.String(8), nullable=False),
        sa.Column("entered", sa.BigInteger(), nullable=False),
        sa.Column("waiting", sa.LargeBinary()),
        sa.Column("made", sa.BigInteger(), nullable=False),
        sa.UniqueConstraint("number"),
        schema=SCHEMA,
    )
    op.create_index("case_file_by_applicant", "case_file", ["applicant"], schema=SCHEMA)
    op.create_index("case_file_by_state", "case_file", ["state", "step"], schema=SCHEMA)


def _history() -> None:
    """Make the history and documents of cases."""
    op.create_table(
        "case_step",
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
        sa.UniqueConstraint("case", "step", "attempt", name="case_step_once"),
        schema=SCHEMA,
    )
    op.create_table(
        "document",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("case", sa.String(32), sa.ForeignKey(f"{SCHEMA}.case_file.id"), nullable=False),
        sa.Column("form", sa.String(8), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("person", sa.String(32), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.UniqueConstraint("case", "form", "version", name="document_once"),
        schema=SCHEMA,
    )


def _verdicts() -> None:
    """Make verdicts, notices and warrants."""
    op.create_table(
        "verdict",
        sa.Column("case", sa.String(32), sa.ForeignKey(f"{SCHEMA}.case_file.id"), primary_key=True),
        sa.Column("step", sa.String(8), primary_key=True),
        sa.Column("attempt", sa.Integer(), primary_key=True),
        sa.Column("person", sa.String(32), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("proof", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        schema=SCHEMA,
    )
    op.create_table(
        "notice",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("person", sa.String(32), sa.ForeignKey(f"{SCHEMA}.person.id"), nullable=False),
        sa.Column("case", sa.String(32), sa.ForeignKey(f"{SCHEMA}.case_file.id"), nullable=False),
        sa.Column("text", sa.String(500), nullable=False),
        sa.Column("made", sa.BigInteger(), nullable=False),
        schema=SCHEMA,
    )
    op.create_index("notice_by_person", "notice", ["person", "made"], schema=SCHEMA)
    op.create_table(
        "warrant",
        sa.Column("serial", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("made", sa.BigInteger(), nullable=False),
        sqlite_autoincrement=True,
        schema=SCHEMA,
    )


def _grants() -> None:
    """Make grants."""
    op.create_table(
        "grant",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("case", sa.String(32), sa.ForeignKey(f"{SCHEMA}.case_file.id"), nullable=False),
        sa.Column("holder", sa.String(32), sa.ForeignKey(f"{SCHEMA}.holder.id"), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("warrant", sa.Integer(), sa.ForeignKey(f"{SCHEMA}.warrant.serial"), nullable=False),
        sa.Column("approver", sa.String(32), nullable=False),
        sa.Column("weak", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("needs", sa.Integer()),
        sa.Column("sentence", sa.String(400), nullable=False),
        sa.Column("made", sa.BigInteger(), nullable=False),
        sa.UniqueConstraint("warrant"),
        schema=SCHEMA,
    )
    op.create_index("grant_by_case", "grant", ["case"], schema=SCHEMA)
    op.create_index("grant_by_holder", "grant", ["holder"], schema=SCHEMA)
    op.create_index("grant_by_state", "grant", ["state"], schema=SCHEMA)


def _cards() -> None:
    """Make cards and their withdrawal."""
    op.create_table(
        "card",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("number", sa.String(20), nullable=False),
        sa.Column("holder", sa.String(32), sa.ForeignKey(f"{SCHEMA}.holder.id"), nullable=False),
        sa.Column("case", sa.String(32), sa.ForeignKey(f"{SCHEMA}.case_file.id"), nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("kind", sa.String(16)),
        sa.Column("tier", sa.Integer()),
        sa.Column("digest", sa.String(64)),
        sa.Column("maker", sa.String(32), nullable=False),
        sa.Column("made", sa.BigInteger(), nullable=False),
        sa.UniqueConstraint("number"),
        schema=SCHEMA,
    )
    op.create_index("card_by_case", "card", ["case"], schema=SCHEMA)
    op.create_index("card_by_holder", "card", ["holder"], schema=SCHEMA)
    op.create_table(
        "withdrawal",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("card", sa.String(32), sa.ForeignKey(f"{SCHEMA}.card.id"), nullable=False),
        sa.Column("person", sa.String(32), nullable=False),
        sa.Column("why", sa.String(500), nullable=False),
        sa.Column("warrant", sa.Integer(), sa.ForeignKey(f"{SCHEMA}.warrant.serial"), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("needs", sa.Integer()),
        sa.Column("sentence", sa.String(400), nullable=False),
        sa.Column("made", sa.BigInteger(), nullable=False),
        sa.Column("everywhere", sa.BigInteger()),
        sa.UniqueConstraint("card"),
        sa.UniqueConstraint("warrant"),
        schema=SCHEMA,
    )
    op.create_index("withdrawal_by_state", "withdrawal", ["state"], schema=SCHEMA)


def _desks() -> None:
    """Make desks and their jobs."""
    op.create_table(
        "desk",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("token", sa.String(64), nullable=False),
        sa.Column("made", sa.BigInteger(), nullable=False),
        sa.UniqueConstraint("token"),
        schema=SCHEMA,
    )
    op.create_table(
        "desk_job",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("case", sa.String(32), sa.ForeignKey(f"{SCHEMA}.case_file.id"), nullable=False),
        sa.Column("card", sa.String(32), sa.ForeignKey(f"{SCHEMA}.card.id"), nullable=False),
        sa.Column("holder", sa.String(32), nullable=False),
        sa.Column("maker", sa.String(32), nullable=False),
        sa.Column("label", sa.String(120), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("desk", sa.String(32)),
        sa.Column("result", sa.LargeBinary()),
        sa.Column("source", sa.String(80)),
        sa.Column("publication", sa.String(10), nullable=False),
        sa.Column("needs", sa.Integer()),
        sa.Column("made", sa.BigInteger(), nullable=False),
        sa.Column("ended", sa.BigInteger()),
        sa.UniqueConstraint("card"),
        schema=SCHEMA,
    )
    op.create_index("desk_job_by_case", "desk_job", ["case"], schema=SCHEMA)
    op.create_index("desk_job_by_state", "desk_job", ["state", "made"], schema=SCHEMA)


def _occurrences() -> None:
    """Make what the doors reported."""
    op.create_table(
        "follow",
        sa.Column("controller", sa.String(32), primary_key=True),
        sa.Column("epoch", sa.Integer(), primary_key=True),
        sa.Column("next", sa.BigInteger(), nullable=False),
        schema=SCHEMA,
    )
    op.create_table(
        "occurrence",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("controller", sa.String(32), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("local", sa.String(8), nullable=False),
        sa.Column("quality", sa.String(10), nullable=False),
        sa.Column("door", sa.String(32)),
        sa.Column("granted", sa.Boolean()),
        sa.Column("reason", sa.String(24)),
        sa.Column("tier", sa.Integer()),
        sa.Column("card", sa.String(32)),
        sa.Column("holder", sa.String(32)),
        sa.Column("grant", sa.String(32)),
        sa.Column("case", sa.String(32)),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.UniqueConstraint("controller", "epoch", "seq", name="occurrence_once"),
        schema=SCHEMA,
    )
    op.create_index("occurrence_by_card", "occurrence", ["card", "at"], schema=SCHEMA)
    op.create_index("occurrence_by_door", "occurrence", ["door", "at"], schema=SCHEMA)
    op.create_index("occurrence_by_holder", "occurrence", ["holder", "at"], schema=SCHEMA)
    op.create_index("occurrence_by_time", "occurrence", ["at"], schema=SCHEMA)

"""Make the first tables of the registry store.

Revision: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

SCHEMA = "registry"


def upgrade() -> None:
    """Make every table of the first version."""
    for part in (_slots, _grants, _credentials, _denials, _controllers, _log):
        part()


def _slots() -> None:
    """Make the published slots and what became of each change."""
    op.create_table(
        "slot",
        sa.Column("name", sa.String(120), primary_key=True),
        sa.Column("serial", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        schema=SCHEMA,
    )
    op.create_table(
        "outcome",
        sa.Column("source", sa.String(12), primary_key=True),
        sa.Column("reference", sa.String(80), primary_key=True),
        sa.Column("applied", sa.Boolean(), nullable=False),
        sa.Column("sentence", sa.String(400), nullable=False),
        sa.Column("authority", sa.BigInteger()),
        sa.Column("grants", sa.Integer()),
        sa.Column("deny", sa.Integer()),
        sa.Column("at", sa.BigInteger(), nullable=False),
        schema=SCHEMA,
    )


def _grants() -> None:
    """Make grants, and the digests of the verdicts they used."""
    op.create_table(
        "grant",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("holder", sa.String(32), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("warrant", sa.LargeBinary(), nullable=False),
        sa.Column("clears", sa.BigInteger(), nullable=False),
        sa.Column("weak", sa.Boolean(), nullable=False),
        sa.Column("case", sa.String(32), nullable=False),
        sa.Column("applicant", sa.String(32), nullable=False),
        sa.Column("approver", sa.String(32), nullable=False),
        schema=SCHEMA,
    )
    op.create_index("ix_registry_grant_holder", "grant", ["holder"], schema=SCHEMA)
    op.create_index("ix_registry_grant_case", "grant", ["case"], schema=SCHEMA)
    op.create_table("verdict_used", sa.Column("digest", sa.String(64), primary_key=True), schema=SCHEMA)


def _credentials() -> None:
    """Make credentials, as desks bound them."""
    op.create_table(
        "credential",
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("card", sa.String(32), nullable=False),
        sa.Column("holder", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("tier", sa.Integer(), nullable=False),
        sa.Column("case", sa.String(32), nullable=False),
        sa.Column("maker", sa.String(32), nullable=False),
        sa.Column("source", sa.String(80), nullable=False),
        schema=SCHEMA,
    )
    op.create_index("ix_registry_credential_holder", "credential", ["holder"], schema=SCHEMA)
    op.create_index("ix_registry_credential_card", "credential", ["card"], schema=SCHEMA)


def _denials() -> None:
    """Make denials."""
    op.create_table(
        "denial",
        sa.Column("subject", sa.String(8), primary_key=True),
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("serial", sa.BigInteger(), nullable=False),
        sa.UniqueConstraint("serial"),
        schema=SCHEMA,
    )


def _controllers() -> None:
    """Make controllers, and how far each source was read."""
    op.create_table(
        "controller",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("entry", sa.LargeBinary(), nullable=False),
        sa.Column("pseudonym_key", sa.LargeBinary(32), nullable=False),
        schema=SCHEMA,
    )
    op.create_table(
        "follow",
        sa.Column("source", sa.String(80), primary_key=True),
        sa.Column("next", sa.BigInteger(), nullable=False),
        sa.Column("frontier", sa.LargeBinary(), nullable=False),
        schema=SCHEMA,
    )


def _log() -> None:
    """Make the signer's own log and the site's values."""
    op.create_table(
        "authority",
        sa.Column("seq", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("leaf", sa.LargeBinary(32), nullable=False),
        schema=SCHEMA,
    )
    op.create_table(
        "site",
        sa.Column("name", sa.String(40), primary_key=True),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        schema=SCHEMA,
    )

"""What every store's Alembic ``env.py`` does: run its steps on the engine handed to it, in its schema."""

from alembic import context
from sqlalchemy import Engine, MetaData, text


def run(metadata: MetaData) -> None:
    """Run the pending steps in one transaction; called from a store's ``env.py``."""
    engine: Engine = context.config.attributes["engine"]
    schema: str = context.config.attributes["schema"]
    with engine.begin() as connection:
        on_postgres = connection.dialect.name == "postgresql"
        if on_postgres:
            connection.execute(text(f'CREATE SCHEMA IF NOT EXISTS "{schema}"'))
        context.configure(
            connection=connection,
            target_metadata=metadata,
            version_table=f"{schema}_version",
            version_table_schema=schema if on_postgres else None,
            include_schemas=on_postgres,
        )
        context.run_migrations()

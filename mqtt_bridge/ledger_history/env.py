"""How Alembic brings the ledger to its newest step; run by ``card_registry.stores.engine.migrate``."""

from card_registry.stores import ledger, migration

migration.run(ledger.metadata)

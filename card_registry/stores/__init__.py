"""The server's three stores as tables: ``ledger`` (hub writes), ``registry`` (signer), ``office`` (review).

Each has one writer, which also owns its migrations; this package holds the table definitions that readers
share, and how a store is opened. On SQLite a store is a file; on PostgreSQL a schema of the same name.
Door programs never import this package: it loads SQLAlchemy.
"""

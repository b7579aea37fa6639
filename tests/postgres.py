"""A PostgreSQL cluster of our own for one test run: in RAM, on a Unix socket, ended with the run."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from card_registry.command import bench_postgres

binaries = bench_postgres.binaries
"""Give the folder of the newest PostgreSQL on this machine, None where there is none."""


@contextmanager
def cluster(programs: Path) -> Iterator[str]:
    """Run an empty cluster; give the URL of its database."""
    with bench_postgres.cluster(programs, durable=False) as url:
        yield url


@contextmanager
def database(url: str) -> Iterator[str]:
    """Make an empty database in a running cluster; give its URL, whose plain names are the ledger's."""
    address = url.replace("postgresql+psycopg", "postgresql")
    name = f"a{time.monotonic_ns()}"
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield url.replace("/postgres?", f"/{name}?") + "&options=-csearch_path%3Dledger"
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")

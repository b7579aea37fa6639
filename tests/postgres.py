"""A PostgreSQL cluster of our own for one test run: in RAM, on a Unix socket, ended with the run."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from sqlalchemy import make_url

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
    with _made(url) as made:
        yield made + "&options=-csearch_path%3Dledger"


@contextmanager
def copied(model: str) -> Iterator[str]:
    """Make a copy of a database that nobody is connected to, in its cluster; give its URL."""
    name = make_url(model).database
    with _made(model.replace(f"/{name}?", "/postgres?"), f" TEMPLATE {name} STRATEGY file_copy") as made:
        yield made


@contextmanager
def _made(url: str, how: str = "") -> Iterator[str]:
    address = url.replace("postgresql+psycopg", "postgresql").partition("&options=")[0]
    name = f"a{time.monotonic_ns()}"
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}{how}".encode())
        yield url.replace("/postgres?", f"/{name}?")
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())

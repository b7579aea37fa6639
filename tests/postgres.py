"""A PostgreSQL cluster of our own for one test run: in RAM, on a Unix socket, ended with the run.

PostgreSQL refuses to run as root, so a root test run starts it as ``nobody``.
"""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

PATIENCE = 30.0
NOBODY = 65534


def binaries() -> Path | None:
    """Give the folder of the newest PostgreSQL on this machine, None where there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


@contextmanager
def cluster(programs: Path) -> Iterator[str]:
    """Run an empty cluster; give the URL of its database."""
    memory = Path("/dev/shm")  # noqa: S108 - only a random folder of mode 0700 is made in it
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir=memory if memory.is_dir() else None))
    try:
        as_nobody = _leave_root(folder)
        data = str(folder / "data")
        make = (
            "initdb",
            "--pgdata",
            data,
            "--username=akses",
            "--auth=trust",
            "--no-sync",
            "--encoding=UTF8",
        )
        subprocess.run([*as_nobody, programs / make[0], *make[1:]], check=True, capture_output=True)
        listen = ("-c", "listen_addresses=", "-c", "fsync=off", "-k", str(folder), "-D", data)
        with (
            (folder / "log").open("wb") as log,
            subprocess.Popen([*as_nobody, programs / "postgres", *listen], stdout=log, stderr=log) as server,
        ):
            try:
                _wait(f"host={folder} user=akses dbname=postgres", server)
                yield f"postgresql+psycopg://akses@/postgres?host={folder}"
            finally:
                server.send_signal(signal.SIGINT)  # a fast shutdown
                server.wait(PATIENCE)
    finally:
        shutil.rmtree(folder)


def _leave_root(folder: Path) -> tuple[str, ...]:
    if os.geteuid() != 0:
        return ()
    os.chown(folder, NOBODY, NOBODY)
    return ("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups")


def _wait(address: str, server: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            psycopg.connect(address).close()
        except psycopg.OperationalError:
            assert server.poll() is None, "the cluster did not start"
            assert time.monotonic() < deadline, "the cluster is not ready in time"
            time.sleep(0.05)
        else:
            return


@contextmanager
def database(url: str) -> Iterator[str]:
    """Make an empty database in a running cluster; give its URL, whose plain names are the ledger's."""
    address = url.replace("postgresql+psycopg", "postgresql")
    name = f"a{time.monotonic_ns()}"
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield url.replace("/postgres?", f"/{name}?") + "&options=-csearch_path%3Dledger"
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")

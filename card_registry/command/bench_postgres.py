"""A PostgreSQL cluster of our own, for a measurement or a test: on a Unix socket, gone afterwards.

PostgreSQL refuses to run as root, so as root it is started as ``nobody``. A durable one lies on disk and
waits for it at each commit; one for tests lies in RAM and does not.
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

PATIENCE = 30.0
NOBODY = 65534
RAM = Path("/dev/shm")  # noqa: S108 - only a random folder of mode 0700 is made in it


class NoCluster(Exception):
    """A cluster did not start; the text says why."""


def binaries() -> Path | None:
    """Give the folder of the newest PostgreSQL on this machine, None where there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


@contextmanager
def cluster(programs: Path, *, durable: bool) -> Iterator[str]:
    """Run an empty cluster; give the URL of its database.

    Raises:
        NoCluster: It did not come up.
    """
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir=None if durable or not RAM.is_dir() else RAM))
    try:
        as_nobody = _leave_root(folder)
        data = str(folder / "data")
        made = ("--pgdata", data, "--username=akses", "--auth=trust", "--no-sync", "--encoding=UTF8")
        subprocess.run([*as_nobody, programs / "initdb", *made], check=True, capture_output=True)
        fsync = "fsync=on" if durable else "fsync=off"
        listen = ("-c", "listen_addresses=", "-c", fsync, "-k", str(folder), "-D", data)
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
    import psycopg

    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            psycopg.connect(address).close()
        except psycopg.OperationalError as error:
            if server.poll() is not None or time.monotonic() > deadline:
                raise NoCluster("a PostgreSQL cluster of our own did not come up") from error
            time.sleep(0.05)
        else:
            return

"""The command: set-up from an accounts file, a console as a real process, its refusals and its end."""

import json
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from card_registry import canonical
from card_registry.errors import OperatorMistaken
from card_registry.statements import Approver
from card_registry.stores import ledger as ledger_tables
from card_registry.stores import registry as registry_tables
from card_registry.stores.engine import open_store
from review.accounts import read
from review.people import Role
from review.procedure import fingerprint
from review.shelf import shipped
from tests.review.browser import Visitor, typed
from tests.review.world import F01, Outside

DOORS = {"doors": [{"id": "ruang-server", "label": "Ruang Server", "controller": "pengendali-1"}]}
ACCOUNTS = {
    "people": [
        {
            "login": "pemohon",
            "name": "P",
            "unit": "U",
            "role": "pemohon",
            "password": "sandi-pemohon-panjang",
        },
        {
            "login": "kabid",
            "name": "K",
            "unit": "U",
            "role": "kabid",
            "password": "sandi-kabid-panjang",
            "signing_passphrase": "frasa sandi kabid",
        },
    ]
}


def akses(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    command = [sys.executable, "-m", "card_registry.command", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


@dataclass(frozen=True, slots=True)
class Site:
    """A folder with the stores and files a console needs."""

    folder: Path

    def url(self, store: str) -> str:
        """Give a store's URL."""
        return f"sqlite:///{self.folder}/{store}.db"

    def init(self, site: str = "contoh") -> subprocess.CompletedProcess[str]:
        """Set the office up."""
        files = ("--accounts", f"{self.folder}/accounts.json", "--people-out", f"{self.folder}/people.json")
        return akses("review", "init", "--office", self.url("office"), "--site", site, *files)

    def serve(self, port: int, site: str = "contoh") -> list[str]:
        """Give the command line of a console."""
        stores = [f"--{name}={self.url(name)}" for name in ("office", "ledger", "registry")]
        files = [f"--run={self.folder}/run", f"--doors={self.folder}/doors.json"]
        return ["review", "serve", *stores, *files, f"--site={site}", f"--port={port}"]


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """Lay the files and the other stores out."""
    (tmp_path / "accounts.json").write_text(json.dumps(ACCOUNTS))
    (tmp_path / "doors.json").write_text(json.dumps(DOORS))
    registry = open_store(f"sqlite:///{tmp_path}/registry.db", "registry")
    ledger = open_store(f"sqlite:///{tmp_path}/ledger.db", "ledger")
    registry_tables.metadata.create_all(registry)
    ledger_tables.metadata.create_all(ledger)
    outside = Outside(registry, ledger)
    outside.found()
    outside.report()
    registry.dispose()
    ledger.dispose()
    return Site(tmp_path)


def free_port() -> int:
    """Give a port nobody uses now."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


@pytest.fixture
def console(site: Site) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """Run a console for one test; ended by its own id."""
    assert site.init().returncode == 0
    port = free_port()
    command = [sys.executable, "-m", "card_registry.command", *site.serve(port)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "siap\n"
        yield process, port
    finally:
        process.kill()
        process.communicate()


def test_set_up_twice_keeps_the_keys(site: Site) -> None:
    """The list for the officers names the approver, is ours alone, and does not change on a second run."""
    assert site.init().returncode == 0
    first = (site.folder / "people.json").read_bytes()
    approvers = canonical.decode(first, tuple[Approver, ...], "people")
    assert len(approvers) == 1
    again = akses("review", "approvers", "--office", site.url("office"), "--out", f"{site.folder}/again.json")
    assert again.returncode == 0
    assert (site.folder / "again.json").read_bytes() == first
    signed = [
        fingerprint(table)
        for table in shipped().values()
        if any(step.role is Role.KABID and branch.signed for step in table.steps for branch in step.branches)
    ]
    assert sorted(approvers[0].procedures) == sorted(signed)
    again = site.init()
    assert again.stdout.startswith("0 people entered")
    assert (site.folder / "people.json").read_bytes() == first
    assert (site.folder / "people.json").stat().st_mode & 0o077 == 0
    other = site.init("lain")
    assert (other.returncode, other.stdout) == (1, "")
    assert "belongs to site contoh" in other.stderr


@pytest.mark.parametrize(
    ("accounts", "said"),
    [
        ("{", "not of its format"),
        ('{"people": [{"login": "x"}]}', "not of its format"),
        ('{"people": [], "lain": []}', "lain"),
        ('{"people":[{"login":"x","name":"x","unit":"x","role":"dewa","password":"12345678"}]}', "dewa"),
        (
            '{"people":[{"login":"X","name":"x","unit":"x","role":"kadis","password":"12345678"}]}',
            "lower case",
        ),
        ('{"people":[{"login":"x","name":"","unit":"x","role":"kadis","password":"12345678"}]}', "a name"),
        ('{"people":[{"login":"x","name":"x","unit":"x","role":"kadis","password":"1"}]}', "password of x"),
        ('{"people":[{"login":"x","name":"x","unit":"x","role":"sistem","password":"12345678"}]}', "nobody"),
    ],
)
def test_a_wrong_accounts_file_is_one_sentence(accounts: str, said: str) -> None:
    """What is wrong is named, nobody is entered, no password is repeated."""
    with pytest.raises(OperatorMistaken, match=re.escape(said)) as refused:
        read(accounts.encode())
    assert "12345678" not in str(refused.value)


def test_a_console_that_cannot_start_says_why(site: Site) -> None:
    """Not set up, a port in use, a missing ledger, a wrong doors file: one sentence each, exit 1."""
    port = free_port()
    unset = akses(*site.serve(port))
    assert (unset.returncode, unset.stdout) == (1, "")
    assert "run akses review init" in unset.stderr
    site.init()
    with socket.create_server(("127.0.0.1", port)):
        taken = akses(*site.serve(port))
    assert taken.returncode == 1
    assert "choose another --port" in taken.stderr
    assert "Traceback" not in taken.stderr
    (site.folder / "doors.json").write_text('{"doors": [{"id": "Pintu"}]}')
    wrong = akses(*site.serve(port))
    assert wrong.returncode == 1
    assert "does not name the doors" in wrong.stderr


def test_a_real_console_serves_and_ends_in_time(
    console: tuple[subprocess.Popen[str], int], site: Site
) -> None:
    """A browser signs in and files a request; a long poll and a stream do not hold the end up."""
    process, port = console
    out = f"{site.folder}/token"
    admitted = akses("review", "desk-token", "--office", site.url("office"), "--desk", "meja-1", "--out", out)
    assert admitted.returncode == 0
    token = (site.folder / "token").read_text().strip()
    poll = f"GET /api/v1/desk/jobs?wait=25 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n"
    address = f"http://127.0.0.1:{port}"
    with (
        httpx.Client(base_url=address, timeout=20) as kabid,
        httpx.Client(base_url=address, timeout=20) as client,
    ):
        watcher, visitor = Visitor(kabid), Visitor(client)
        watcher.sign_in("kabid")
        visitor.sign_in("pemohon")
        visitor.see("/permohonan/baru/S1.A")
        dates = {"mulai": "2099-01-01", "sampai": "2099-01-02"}
        assert visitor.send("/permohonan/baru/S1.A", typed({**F01, **dates})).status_code == 422
        with (
            socket.create_connection(("127.0.0.1", port)) as desk,
            kabid.stream("GET", "/pintu/arus") as stream,
        ):
            desk.sendall(poll.encode())
            assert next(stream.iter_lines()).startswith("data: ")
            process.send_signal(signal.SIGTERM)
            _, said = process.communicate(timeout=5)
    assert process.returncode == 0
    assert "Traceback" not in said

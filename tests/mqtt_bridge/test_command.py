"""The command line: what it makes, what it prints, and one sentence for each refusal."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from card_registry.durable import write_whole
from mqtt_bridge.bench import rows
from mqtt_bridge.command import bridge
from tests import postgres
from tests.mqtt_bridge.site import DOOR, PASSPHRASE, SITE, Site


def run(*arguments: object) -> Result:
    """Run ``akses bridge ARGUMENTS``."""
    return CliRunner().invoke(bridge, [str(one) for one in arguments])


@pytest.fixture
def passphrase(tmp_path: Path) -> Path:
    """Write a passphrase file."""
    write_whole(tmp_path / "sandi", PASSPHRASE, 0o600)
    return tmp_path / "sandi"


def test_certificates_and_receipt_key_are_made_by_command(tmp_path: Path, passphrase: Path) -> None:
    """``ca`` writes the server's files and no device's; ``receipt-key`` prints the same key each time."""
    tls, hub = tmp_path / "tls", tmp_path / "hub"
    assert run("ca", "--tls", tls, "--identity", "broker", "--passphrase-file", passphrase).exit_code == 0
    assert {path.name for path in (tls / "broker").iterdir()} == {"ca.pem", "cert.pem", "crl.pem", "key.pem"}
    out = tmp_path / "hub" / "tls"
    asked = ("ca", "--tls", tls, "--out", out, "--passphrase-file", passphrase)
    assert run(*asked, "--identity", "hub").exit_code == 0
    assert {path.name for path in out.iterdir()} == {"ca.pem", "cert.pem", "key.pem"}
    assert run(*asked, "--identity", "pengendali-1").exit_code == 2
    keys = [run("receipt-key", "--receipt-key-dir", hub, "--passphrase-file", passphrase) for _ in range(2)]
    assert keys[0].output == keys[1].output
    assert len(keys[0].output.strip()) == 64


def test_topics_are_printed_as_table_and_as_access_list() -> None:
    """Both come from the one table."""
    assert "akses/SITE/log/{controller}" in run("topics").output
    assert "user pengendali-1" in run("topics", "--acl", "--site", SITE, "--controllers", DOOR).output
    assert run("topics", "--acl").exit_code == 2
    assert run("topics", "--acl", "--site", SITE, "--controllers", "hub").exit_code == 1
    assert run("topics", "--acl", "--site", "Bukan Situs").exit_code == 2


def test_programs_that_cannot_start_say_why_in_one_sentence(tmp_path: Path) -> None:
    """A missing folder, key, store or program: exit 1, no traceback."""
    site = Site(tmp_path)
    port = ("--port", site.port)
    door = ("door", "--site", SITE, "--controller", DOOR, *port)
    hub = (
        "hub", "--site", SITE, "--ledger", site.ledger, "--passphrase-file", site.passphrase,
        "--receipt-key-dir", tmp_path / "hub", *port, "--run", site.run,
    )  # fmt: skip
    full = (*hub, "--registry", site.registry)
    (tmp_path / "kosong").mkdir()
    (tmp_path / "setengah").mkdir()
    (tmp_path / "setengah" / "tls").symlink_to(site.home(DOOR) / "tls")
    broker = ("broker", "--site", SITE, *port, "--dir", tmp_path / "b")
    for arguments, sentence in (
        ((*door, "--dir", tmp_path / "kosong"), "make them with `akses bridge ca`"),
        ((*door, "--dir", tmp_path / "setengah"), "no folder outbox"),
        ((*full, "--tls", tmp_path / "kosong", "--root", site.root), "TLS files"),
        (
            (*hub, "--registry", "sqlite:////tidak/ada.db", "--tls", site.tls / "hub", "--root", site.root),
            "registry",
        ),
        ((*broker, "--controllers", "a", "--tls", tmp_path / "kosong"), "TLS files"),
        ((*broker, "--controllers", "broker", "--tls", site.tls / "broker"), "cannot be called"),
    ):
        result = run(*arguments)
        assert result.exit_code == 1, result.output
        assert sentence in result.output
        assert result.output.startswith("Error: ")
    assert run(*full, "--tls", site.tls / "hub", "--root", "xyz").exit_code == 2


def test_bench_row_has_a_limit_of_the_same_run() -> None:
    """The hub's rate is printed beside the database's own, for each database that is here."""
    found = list(rows(batches=1, rounds=1))
    assert [row.name.split(", ")[-1] for row in found] == [
        "SQLite",
        *(["PostgreSQL"] if postgres.binaries() else []),
    ]
    for row in found:
        assert row.limit is not None
        assert row.ratio == pytest.approx(row.value / row.limit)
        assert row.met == (row.value >= 60_000)

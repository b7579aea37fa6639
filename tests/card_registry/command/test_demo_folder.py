"""The demo's data folder and port: what is taken, what is refused with a sentence, what is never touched."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from card_registry.command.demo import folder, secrets
from card_registry.command.demo.layout import Layout
from card_registry.command.demo.table import Table, publish
from card_registry.errors import OperatorMistaken


def test_makes_a_private_folder_with_generated_secrets(tmp_path: Path) -> None:
    """A first start makes the folder and secrets that only the owner reads, and a second start knows them."""
    layout = Layout(tmp_path / "akses-data")
    os.close(folder.claim(layout))
    made = folder.known(layout)
    os.close(folder.claim(layout))
    assert folder.known(layout) == made
    assert layout.data.stat().st_mode & 0o777 == 0o700
    assert layout.secrets.stat().st_mode & 0o777 == 0o600


def test_no_two_demos_share_a_password() -> None:
    """No password is built in: all of them differ, within a demo and between two."""
    passwords = [
        person.password for made in (secrets.generate(), secrets.generate()) for person in made.people
    ]
    assert len(set(passwords)) == len(passwords) == 2 * len(secrets.PEOPLE)
    assert all(len(password) >= 12 for password in passwords)


def test_refuses_a_folder_that_is_not_ours(tmp_path: Path) -> None:
    """A folder with anything else in it is refused and left as it was."""
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(OperatorMistaken, match="not a demo's; nothing was touched"):
        folder.claim(Layout(tmp_path))
    assert [entry.name for entry in tmp_path.iterdir()] == ["thesis.txt"]


@pytest.mark.parametrize("text", ["", "{}", '{"mark":"other"}', "[1"])
def test_refuses_a_folder_whose_mark_is_not_ours(tmp_path: Path, text: str) -> None:
    """A file that happens to be called demo.json does not make a folder ours to delete."""
    (tmp_path / "demo.json").write_text(text)
    with pytest.raises(OperatorMistaken, match="not the data folder of a demo"):
        folder.claim(Layout(tmp_path))


def test_accepts_a_folder_left_by_a_first_start_cut_short(tmp_path: Path) -> None:
    """A start interrupted while it wrote its mark leaves a folder that the next start still takes."""
    (tmp_path / ".demo.json.new").write_text("{")
    os.close(folder.claim(Layout(tmp_path)))


def test_refuses_a_second_demo_and_says_where_the_first_is(tmp_path: Path) -> None:
    """A second copy on the same data gets one sentence with the first one's address."""
    layout = Layout(tmp_path)
    held = folder.claim(layout)
    folder.known(layout)
    publish(layout.running, Table("http://127.0.0.1:8400/", "auto", ()))
    with pytest.raises(folder.AlreadyRunning, match=r"already runs .* at http://127\.0\.0\.1:8400/"):
        folder.claim(layout)
    os.close(held)
    os.close(folder.claim(layout))


def test_emptying_keeps_the_mark_and_follows_no_link(tmp_path: Path) -> None:
    """Everything of a demo goes but its mark; what a link points to outside stays."""
    layout = Layout(tmp_path / "data")
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "kept").touch()
    os.close(folder.claim(layout))
    folder.known(layout)
    layout.server.mkdir()
    (layout.server / "ledger.db").touch()
    layout.provisioned.touch()
    (layout.data / "link").symlink_to(outside)
    folder.empty(layout)
    assert [entry.name for entry in layout.data.iterdir()] == ["demo.json"]
    assert (outside / "kept").exists()


def test_refuses_a_port_in_use() -> None:
    """A console port that something listens on is refused with what to type instead."""
    with (
        socket.create_server(("127.0.0.1", 0)) as taken,
        pytest.raises(OperatorMistaken, match=r"cannot be used .*choose another with --port"),
    ):
        folder.usable_port(taken.getsockname()[1])


def test_the_default_folder_is_named_by_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """$AKSES_DATA names the default folder; without it, it lies beside the checkout's script."""
    monkeypatch.setenv("AKSES_DATA", "/somewhere/else")
    assert folder.default_data() == Path("/somewhere/else")
    monkeypatch.delenv("AKSES_DATA")
    assert folder.default_data().name == "akses-data"
    assert (folder.default_data().parent / "akses").is_file()


def run(*words: str) -> subprocess.CompletedProcess[str]:
    """Run `akses demo` to its end."""
    return subprocess.run(
        [sys.executable, "-P", "-m", "card_registry.command", "demo", *words],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def test_the_command_refuses_with_one_sentence(tmp_path: Path) -> None:
    """Foreign folder, taken port, wrong use: one sentence, the right exit code, nothing half-started."""
    (tmp_path / "foreign").mkdir()
    (tmp_path / "foreign" / "file").touch()
    foreign = run("--data", str(tmp_path / "foreign"), "--reset")
    assert (foreign.returncode, foreign.stderr.count("\n")) == (1, 1)
    assert (tmp_path / "foreign" / "file").exists()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = run("--data", str(tmp_path / "data"), "--port", str(taken.getsockname()[1]))
    assert (port.returncode, port.stderr.count("\n")) == (1, 1)
    assert not list((tmp_path / "data").iterdir())
    assert run("--json").returncode == 2


def test_refuses_a_folder_that_cannot_be_made() -> None:
    """A folder that nobody, not even root, may make gets a sentence with the way out."""
    with pytest.raises(
        OperatorMistaken, match=r"cannot be used as data folder .*; choose another with --data"
    ):
        folder.claim(Layout(Path("/proc/akses-data")))

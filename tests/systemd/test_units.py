"""The units: valid, hardened, and naming commands and options that exist."""

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import click
import pytest

from card_registry.command.root import root

UNITS = sorted((Path(__file__).parents[2] / "systemd").glob("*.service"))
PROGRAM = "/opt/akses/.venv/bin/python -m card_registry.command"
ANALYZE = shutil.which("systemd-analyze") or "/usr/bin/systemd-analyze"
MOST_EXPOSED = 1.2
"""systemd's own score; 1.2 is the best a program with devices or a network reached in our trials."""


def runnable(unit: Path, folder: Path) -> Path:
    """Copy a unit so that its program exists here."""
    copy = folder / unit.name
    copy.write_text(unit.read_text().replace("/opt/akses/.venv/bin/python", shutil.which("true") or ""))
    return copy


def analyze(*arguments: str) -> str:
    """Run systemd-analyze and give everything it said."""
    run = subprocess.run([ANALYZE, *arguments], capture_output=True, text=True, timeout=30, check=False)
    return run.stdout + run.stderr


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_systemd_finds_nothing_wrong(unit: Path, tmp_path: Path) -> None:
    """Every line is known to systemd and well formed."""
    assert analyze("verify", "--recursive-errors=no", str(runnable(unit, tmp_path))).strip() == ""


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_exposure_stays_low(unit: Path, tmp_path: Path) -> None:
    """Systemd's own measure of what a conquered program could reach."""
    said = analyze("security", "--offline=true", "--no-pager", str(runnable(unit, tmp_path)))
    score = re.search(r"exposure level for \S+: ([\d.]+)", said)
    assert score is not None, said
    assert float(score[1]) <= MOST_EXPOSED


def exec_lines() -> list[tuple[str, str]]:
    """Give every command line of every unit."""
    return [
        (unit.stem, line.split("=", 1)[1])
        for unit in UNITS
        for line in unit.read_text().splitlines()
        if line.startswith("Exec") and PROGRAM in line
    ]


@pytest.mark.parametrize(("unit", "line"), exec_lines())
def test_every_command_and_option_exists(unit: str, line: str) -> None:
    """A renamed option would otherwise be found out at the first boot."""
    command: click.Command = root
    words = shlex.split(line.removeprefix(PROGRAM))
    context = click.Context(root)
    while words and not words[0].startswith("-"):
        assert isinstance(command, click.Group), (unit, words)
        found = command.get_command(context, words.pop(0))
        assert found is not None, (unit, line)
        command = found
    known = {option for parameter in command.params for option in parameter.opts}
    assert {word for word in words if word.startswith("--")} <= known


def test_the_door_and_the_signer_have_no_network() -> None:
    """Hardware and signing keys are never one socket away from a network (DESIGN §2)."""
    for name in ("akses-door", "akses-signer"):
        text = next(unit for unit in UNITS if unit.stem == name).read_text()
        assert "PrivateNetwork=yes" in text


def test_the_lock_is_made_safe_before_and_after_the_door() -> None:
    """A Raspberry Pi keeps a dead process's line driven (DESIGN §5, invariant 3)."""
    text = next(unit for unit in UNITS if unit.stem == "akses-door").read_text()
    assert "ExecStartPre=" in text
    assert "ExecStopPost=" in text
    assert text.count("door safe-lock") == text.count("ExecStartPre=") + text.count("ExecStopPost=")

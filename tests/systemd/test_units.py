"""The units: valid, hardened, and naming commands and options that exist."""

import configparser
import shlex
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import click
import pytest

from card_registry.command.root import root

UNITS = sorted((Path(__file__).parents[2] / "systemd").glob("*.service"))
PROGRAM = "/opt/akses/.venv/bin/python -m card_registry.command"
ANALYZE = shutil.which("systemd-analyze") or "/usr/bin/systemd-analyze"
SYSTEM = UNITS[0].parent
MOST_EXPOSED = {"akses-door": 6}
"""systemd's own score times ten: 0.6 for the door, which has devices and no network."""
MOST_EXPOSED_ELSE = 13
PAIRED = {"Group", "StateDirectoryMode", "RuntimeDirectoryMode"}
"""Lines that share the comment of the line above them."""


def runnable(unit: Path, folder: Path) -> Path:
    """Copy a unit so that its program exists here."""
    copy = folder / unit.name
    copy.write_text(unit.read_text().replace("/opt/akses/.venv/bin/python", shutil.which("true") or ""))
    return copy


@dataclass(frozen=True)
class Said:
    """What systemd-analyze answered."""

    code: int
    text: str


def analyze(*arguments: str) -> Said:
    """Run systemd-analyze and give everything it said."""
    run = subprocess.run([ANALYZE, *arguments], capture_output=True, text=True, timeout=30, check=False)
    return Said(run.returncode, run.stdout + run.stderr)


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_systemd_finds_nothing_wrong(unit: Path, tmp_path: Path) -> None:
    """Every line is known to systemd and well formed."""
    assert analyze("verify", "--recursive-errors=no", str(runnable(unit, tmp_path))).text.strip() == ""


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_exposure_stays_low(unit: Path, tmp_path: Path) -> None:
    """Systemd's own measure of what a conquered program could reach, and its own gate."""
    most = MOST_EXPOSED.get(unit.stem, MOST_EXPOSED_ELSE)
    copy = str(runnable(unit, tmp_path))
    said = analyze("security", "--offline=true", f"--threshold={most}", "--no-pager", copy)
    assert said.code == 0, said.text
    assert "Overall exposure level" in said.text


def test_the_gate_can_close(tmp_path: Path) -> None:
    """A unit that forgets its sandbox does not pass."""
    unit = next(unit for unit in UNITS if unit.stem == "akses-door")
    copy = runnable(unit, tmp_path)
    copy.write_text(copy.read_text().replace("PrivateNetwork=yes\n", "").replace("IPAddressDeny=any\n", ""))
    said = analyze("security", "--offline=true", "--threshold=6", "--no-pager", str(copy))
    assert said.code == 1, said.text


def uncommented(text: str) -> list[str]:
    """Give the lines of a unit's service section that have no comment of their own above them."""
    above, bare, inside = "", [], False
    for line in text.splitlines():
        inside = line == "[Service]" if line.startswith("[") else inside
        key = line.partition("=")[0]
        if inside and line and line[0] not in "#[" and key not in PAIRED and not above.startswith("#"):
            bare.append(line)
        above = line
    return bare


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_every_line_says_why(unit: Path) -> None:
    """Each line of the sandbox has its own comment, so that nobody lifts one without knowing what it held."""
    assert uncommented(unit.read_text()) == []
    assert uncommented("[Service]\n# why\nA=1\nB=2\n[Install]\nC=3\n") == ["B=2"]


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


def test_a_hung_door_is_killed_at_once() -> None:
    """Locked within watchdog + 2 s: a stopped process takes no signal but SIGKILL, so none other is tried."""
    text = next(unit for unit in UNITS if unit.stem == "akses-door").read_text()
    assert "\nWatchdogSec=5\n" in text
    assert "\nWatchdogSignal=SIGKILL\n" in text


def test_the_machine_has_a_watchdog_too() -> None:
    """A Pi's chip counts to 15 s at most; a longer time would be refused and the machine left unwatched."""
    settings = configparser.ConfigParser()
    settings.read(SYSTEM / "akses-watchdog.conf")
    assert 0 < int(settings["Manager"]["RuntimeWatchdogSec"]) < 15

"""The command `akses`: groups found by name, and one sentence for whatever goes wrong."""

import os
import stat
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from card_registry.command import crash, main
from card_registry.command.root import COMMANDS, LISTED, missing_sentence
from card_registry.command.test import ENDINGS

ROOT = Path(__file__).parents[3]

PLUGIN = """
import click

@click.group()
def plugin(): "A group of somebody else's."

@plugin.command()
def greet(): click.echo("hello")

@plugin.command()
def crash(): raise ZeroDivisionError("the name of a holder")

@plugin.command()
def refuse(): raise click.ClickException("The door is not known here; enrol it first.")

@plugin.command()
def lied():
    from card_registry.errors import Malformed
    raise Malformed("slot d.pengendali-1.00 is not canonical; fetch it again.")

@plugin.command()
@click.pass_context
def leave(ctx): ctx.exit(1)

@plugin.command()
def pour():
    while True: click.echo("line")

@plugin.command()
def interrupted(): raise KeyboardInterrupt

@plugin.command()
def count(): return 7

not_a_command = 3
"""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command line ended."""

    code: int
    out: str
    err: str


@dataclass(frozen=True, slots=True)
class Installation:
    """An interpreter that finds one more installed package, declaring commands as ours do."""

    folder: Path

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start `akses` there."""
        environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(self.folder),
            "XDG_STATE_HOME": str(self.folder / "state"),
        }
        command = [sys.executable, "-m", "card_registry.command", *arguments]
        return subprocess.Popen(
            command, cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )

    def akses(self, *arguments: str) -> Ended:
        """Run `akses` there to its end."""
        with self.start(*arguments) as process:
            out, err = process.communicate(timeout=30)
        return Ended(process.returncode, out, err)

    @property
    def reports(self) -> list[Path]:
        """The crash reports kept there."""
        return sorted((self.folder / "state" / "akses").glob("*"))


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """One more package: a group that loads, one whose library is missing, one that is no command."""
    folder = tmp_path_factory.mktemp("installed")
    information = folder / "somebody-1.0.dist-info"
    information.mkdir()
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: somebody\nVersion: 1.0\n")
    (information / "entry_points.txt").write_text(
        f"[{COMMANDS}]\n"
        "plugin = somebody:plugin\nbroken = somebody:not_a_command\nabsent = no_such_library:group\n"
    )
    (folder / "somebody.py").write_text(PLUGIN)
    return Installation(folder)


def test_a_declared_group_is_listed_and_runs(installation: Installation) -> None:
    """A package adds its group by declaring it; nothing here has to know it."""
    help_ = installation.akses("--help")

    assert help_.code == 0
    assert "(from somebody)" in help_.out
    assert installation.akses("plugin", "greet") == Ended(0, "hello\n", "")


def test_help_shows_a_line_for_each_built_in_command(installation: Installation) -> None:
    """The first screen of help says what every built-in command is for."""
    out = " ".join(installation.akses().out.split() + installation.akses("-h").out.split())

    assert [name for name, listed in LISTED.items() if listed.place and listed.help not in out] == []


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["nonesuch"], 2, "No such command 'nonesuch'"),
        (["plugin", "greet", "--wrong"], 2, "No such option"),
        (["plugin", "refuse"], 1, "enrol it first"),
        (["plugin", "lied"], 1, "Error: slot d.pengendali-1.00 is not canonical"),
        (["plugin", "interrupted"], 1, "interrupted"),
        (["absent"], 2, "is not part of this installation (no no_such_library)"),
        (["broken"], 2, "which is not a command"),
    ],
)
def test_a_refusal_is_a_sentence(
    installation: Installation, arguments: list[str], code: int, says: str
) -> None:
    """1 is a refusal with its reason, 2 is wrong use or something missing, and nobody sees a traceback."""
    ended = installation.akses(*arguments)

    assert (ended.code, ended.out) == (code, "")
    assert says in ended.err
    assert "Traceback" not in ended.err


def test_exit_codes_of_commands_are_kept(installation: Installation) -> None:
    """A command that leaves with 1 ends with 1; what a command returns is nobody's exit code."""
    assert installation.akses("plugin", "leave") == Ended(1, "", "")
    assert installation.akses("plugin", "count") == Ended(0, "", "")


def test_a_reader_that_has_gone_is_no_error(installation: Installation) -> None:
    """`akses … | head` ends quietly."""
    with installation.start("plugin", "pour") as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "line\n"
        process.stdout.close()
        _, err = process.communicate(timeout=30)

    assert (process.returncode, err) == (1, "")


def test_a_library_that_is_missing_names_its_extra() -> None:
    """A group of ours without its libraries says which extra brings them."""
    sentence = missing_sentence("review", "fastapi")

    assert "needs the extra `server`" in sentence
    assert "akses-ruang-server[server]" in sentence
    assert "extra" not in missing_sentence("demo", "card_registry.command.nonesuch")


def test_an_unforeseen_error_is_one_sentence_and_a_private_file(installation: Installation) -> None:
    """The details are for whoever mends it, in a file that only the user may read."""
    ended = installation.akses("plugin", "crash")
    (report,) = installation.reports

    assert (ended.code, ended.out) == (1, "")
    assert ended.err.count("\n") == 1
    assert str(report) in ended.err
    assert "holder" not in ended.err
    assert "ZeroDivisionError" in report.read_text()
    assert stat.S_IMODE(report.stat().st_mode) == 0o600


def test_debug_shows_the_details_here(installation: Installation) -> None:
    """`akses --debug` is the one way to see a traceback."""
    ended = installation.akses("--debug", "plugin", "crash")

    assert ended.code == 1
    assert "Traceback" in ended.err


def test_only_the_newest_reports_are_kept(tmp_path: Path) -> None:
    """A program that restarts for ever does not fill the disk with its complaints."""
    for number in range(crash.KEPT + 5):
        crash.keep(f"details {number}", tmp_path)
    kept = [path.read_text() for path in sorted(tmp_path.iterdir())]

    assert kept == [f"details {number}" for number in range(5, crash.KEPT + 5)]


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    """Where details cannot be kept the sentence says why and how to see them."""
    (tmp_path / "file").touch()

    assert "--debug" in crash.report(ValueError("x"), tmp_path / "file" / "folder")


def test_version_and_help_end_well(capsys: pytest.CaptureFixture[str]) -> None:
    """What only informs ends with 0."""
    assert main(["--help"]) == 0
    assert "Exit codes" in capsys.readouterr().out


def test_every_ending_of_pytest_is_one_of_ours() -> None:
    """`akses test` ends with 0, 1 or 2, whatever pytest says."""
    assert {int(code) for code in pytest.ExitCode} == set(ENDINGS)
    assert ENDINGS[pytest.ExitCode.OK] == 0
    assert ENDINGS[pytest.ExitCode.TESTS_FAILED] == 1
    assert ENDINGS[pytest.ExitCode.USAGE_ERROR] == 2

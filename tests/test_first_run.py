"""The script `akses`: what counts as an environment, and what a machine that lacks something is told.

Python is played by a small script that notes what it was asked to do, so that each way of being interrupted
takes milliseconds; the real thing runs in a clean Debian system in `.ci/fresh`.
"""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

PLAYED_PYTHON = """#!/bin/sh
case "$*" in
  *version_info\\ *) exit "${TOO_OLD:-0}" ;;
  *python%d*) echo python3.11-venv; exit ;;
  *ensurepip*) exit "${NO_VENV:-0}" ;;
  "-I -m venv "*) echo "venv $4" >>"$NOTES"; mkdir -p "$4/bin"; cp "$0" "$4/bin/python" ;;
  "-I -m pip "*) echo "pip $*" >>"$NOTES"
    case "$*" in *"${FAILS:-nothing fails}"*) echo "no space left"; exit 1 ;; esac ;;
  *) echo "ran $*" ;;
esac
"""

TOOLS = "sh dirname readlink sha256sum cut sed awk tail rm mkdir mv sync flock id mktemp env cp cat ls"


@dataclass(frozen=True, slots=True)
class Machine:
    """A folder with a checkout and a PATH of its own."""

    folder: Path

    @property
    def checkout(self) -> Path:
        """The checkout."""
        return self.folder / "checkout"

    @property
    def notes(self) -> list[str]:
        """What was asked of Python, in order."""
        file = self.folder / "notes"
        return file.read_text().splitlines() if file.exists() else []

    def start(self, *arguments: str, script: Path | None = None, **wishes: str) -> subprocess.Popen[str]:
        """Start `./akses` (or `script`) with `arguments`; `wishes` say how the played Python behaves."""
        environment = {"PATH": str(self.folder / "bin"), "NOTES": str(self.folder / "notes"), **wishes}
        return subprocess.Popen(
            [str(script or self.checkout / "akses"), *arguments],
            cwd=self.folder,
            env=environment,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def run(self, *arguments: str, script: Path | None = None, **wishes: str) -> tuple[int, str, list[str]]:
        """Run `./akses` to its end and return its code, its output, and its lines on stderr."""
        with self.start(*arguments, script=script, **wishes) as process:
            out, err = process.communicate(timeout=30)
        return process.returncode, out.strip(), err.splitlines()


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """A machine whose only Python is the played one, without apt and without sudo."""
    (tmp_path / "bin").mkdir()
    for tool in TOOLS.split():
        (tmp_path / "bin" / tool).symlink_to(shutil.which(tool) or f"/missing/{tool}")
    python = tmp_path / "bin" / "python3"
    python.write_text(PLAYED_PYTHON)
    python.chmod(0o755)
    (tmp_path / "checkout").mkdir()
    for name in ("akses", "pyproject.toml", "requirements.lock"):
        shutil.copy(ROOT / name, tmp_path / "checkout")
    return Machine(tmp_path)


MAKING = "making the environment"


def change(file: Path) -> None:
    """Append a comment to `file`."""
    file.write_text(file.read_text() + "# changed\n")


def test_the_first_run_makes_the_environment_and_the_second_only_runs(machine: Machine) -> None:
    """A matching stamp is all that a later run looks at, from whichever folder it is called."""
    code, out, err = machine.run("demo", "--port", "1")
    made = machine.notes

    assert (code, out) == (0, "ran -P -m card_registry.command demo --port 1")
    assert len(err) == 1
    assert MAKING in err[0]
    assert [note.split()[0] for note in made] == ["venv", "pip", "pip", "pip"]
    assert machine.run("test", "a b") == (0, "ran -P -m card_registry.command test a b", [])
    assert machine.notes == made


def test_everything_is_checked_by_hash_and_the_project_fetches_nothing(machine: Machine) -> None:
    """Every package comes with its hash, and the project itself from no index."""
    machine.run("demo")
    setuptools, everything, project = machine.notes[1:]

    assert "--require-hashes --no-deps" in setuptools
    assert "--require-hashes --no-deps --no-build-isolation" in everything
    assert everything.endswith("requirements.lock")
    assert "--no-index -e" in project
    assert (machine.checkout / ".venv" / "setuptools.lock").read_text().startswith("setuptools==")


@pytest.mark.parametrize("step", ["setuptools.lock", "requirements.lock", "--no-index"])
def test_an_interrupted_environment_is_made_again(machine: Machine, step: str) -> None:
    """Wherever making it stopped, no stamp is left, the log's end is shown, and the next run begins anew."""
    code, out, err = machine.run("demo", FAILS=step)

    assert (code, out) == (1, "")
    assert "no space left" in err
    assert "Run the same command again" in err[-1]
    assert not (machine.checkout / ".venv" / "akses-stamp").exists()

    (machine.checkout / ".venv" / "left-behind").touch()
    assert machine.run("demo")[0] == 0
    assert not (machine.checkout / ".venv" / "left-behind").exists()


def test_another_lock_needs_another_environment(machine: Machine) -> None:
    """A changed lock is installed from nothing, so nothing of the old one stays."""
    machine.run("demo")
    (machine.checkout / ".venv" / "left-behind").touch()
    change(machine.checkout / "requirements.lock")

    assert MAKING in machine.run("demo")[2][0]
    assert not (machine.checkout / ".venv" / "left-behind").exists()


def test_a_changed_project_file_is_only_installed_again(machine: Machine) -> None:
    """New entry points need the project's own installation and nothing else."""
    machine.run("demo")
    before = len(machine.notes)
    change(machine.checkout / "pyproject.toml")

    assert machine.run("demo")[0] == 0
    assert [("-e" in note.split()) for note in machine.notes[before:]] == [True]


def test_a_half_installed_project_does_not_count_even_when_its_file_is_put_back(machine: Machine) -> None:
    """The stamp goes before anything is changed, so an old one never vouches for what was touched since."""
    machine.run("demo")
    project = machine.checkout / "pyproject.toml"
    before = project.read_text()
    change(project)
    assert machine.run("demo", FAILS="--no-index")[0] == 1
    project.write_text(before)

    assert MAKING in machine.run("demo")[2][0]


def test_a_copied_checkout_is_made_again(machine: Machine) -> None:
    """An environment knows its own path, so a copy elsewhere does not count."""
    machine.run("demo")
    shutil.copytree(machine.checkout, machine.folder / "copy" / "checkout", symlinks=True)
    copy = Machine(machine.folder / "copy")
    (copy.folder / "bin").symlink_to(machine.folder / "bin")

    assert MAKING in copy.run("demo")[2][0]


def test_two_first_runs_at_once_make_one_environment(machine: Machine) -> None:
    """The others wait for the first and then use what it made."""
    processes = [machine.start("demo") for _ in range(4)]
    ended = [process.communicate(timeout=30) for process in processes]

    assert [out.strip() for out, _ in ended] == ["ran -P -m card_registry.command demo"] * 4
    assert sum(note.startswith("venv") for note in machine.notes) == 1


def test_a_python_too_old_is_one_sentence(machine: Machine) -> None:
    """Without Python 3.11 the script says so and leaves nothing."""
    code, out, err = machine.run("demo", TOO_OLD="1")

    assert (code, out, len(err)) == (2, "", 1)
    assert "Python 3.11" in err[0]
    assert not (machine.checkout / ".venv").exists()


def test_a_missing_venv_module_is_one_sentence(machine: Machine) -> None:
    """Where apt may not be used the script says what to type and leaves nothing."""
    code, out, err = machine.run("demo", NO_VENV="1")

    assert (code, out, len(err)) == (2, "", 1)
    assert err[0].endswith("type: sudo apt install python3.11-venv")
    assert not (machine.checkout / ".venv").exists()


def test_half_a_checkout_is_one_sentence(machine: Machine) -> None:
    """Without the lock there is nothing to install from."""
    (machine.checkout / "requirements.lock").unlink()

    code, _, err = machine.run("demo")

    assert (code, len(err)) == (2, 1)
    assert "not a whole checkout" in err[0]


def test_the_script_may_be_reached_through_a_link(machine: Machine) -> None:
    """A link in somebody's PATH finds the checkout it points to."""
    link = machine.folder / "bin" / "akses"
    link.symlink_to(machine.checkout / "akses")

    assert machine.run("demo", script=link)[1] == "ran -P -m card_registry.command demo"

"""`akses test`: every test of a checkout, with the project's own settings.

It only starts pytest; what is measured and what counts as failed is decided in `tests/conftest.py`.
"""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import click

import card_registry

ENDINGS = {0: 0, 1: 1, 2: 1, 3: 1, 4: 2, 5: 2, 6: 1}
"""pytest's exit codes in ours: passed; failed, interrupted, broken; wrong use, nothing found; warnings."""

MOST_PROCESSES = 4
"""A test file is run by one process; more of them than this wait for the longest file."""


@click.command(context_settings={"ignore_unknown_options": True})
@click.option("--long", "long_", is_flag=True, help="Also guests, chaos and the full matrices.")
@click.argument("pytest_arguments", nargs=-1, type=click.UNPROCESSED)
@click.pass_context
def test(context: click.Context, *, long_: bool, pytest_arguments: tuple[str, ...]) -> None:
    """Run every test of this checkout, on all cores; PYTEST_ARGUMENTS (such as -k NAME, -n0) go to pytest."""
    processes = min(os.cpu_count() or 1, MOST_PROCESSES)
    shared = ["-n", str(processes), "--dist", "loadscope", "--no-loadscope-reorder"] if processes > 1 else []
    command = [sys.executable, "-m", "pytest", *shared, *(["--long"] if long_ else []), *pytest_arguments]
    ended = subprocess.run(command, cwd=_checkout(), check=False)
    context.exit(ENDINGS.get(ended.returncode, 1))


def _checkout() -> Path:
    folder = Path(card_registry.__path__[0]).parent
    if not (folder / "tests" / "conftest.py").is_file():
        raise click.UsageError("`akses test` runs from a checkout, and this is an installed copy.")
    if importlib.util.find_spec("pytest") is None:
        raise click.UsageError("pytest is not installed here; type: pip install 'akses-ruang-server[dev]'")
    return folder

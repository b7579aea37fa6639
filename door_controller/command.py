"""The command groups ``akses door`` and ``akses desk``: arguments in, sentences and exit codes out.

Exit codes: 0 done, 1 refused with a reason, 2 wrong use.
"""

import contextlib
import logging
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from door_controller.commissioning.command import check
from door_controller.enrolling import command as enrolling
from door_controller.muster import muster
from door_controller.simulator.command import simulate

FOLDER = click.option(
    "--dir",
    "folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    required=True,
    help="The controller's folder, with its site.toml.",
)


@contextlib.contextmanager
def _one_sentence() -> Iterator[None]:
    """Turn what went wrong into one sentence and exit code 1."""
    from card_registry.errors import AksesError

    try:
        yield
    except (AksesError, OSError) as error:
        raise click.ClickException(str(error)) from error


def _log_lines() -> None:
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(levelname)s %(message)s")
    for talkative in ("tuf", "securesystemslib", "httpx"):
        logging.getLogger(talkative).setLevel(logging.ERROR)


def _ready() -> None:
    """Say that everything is ready; whoever started us may have stopped listening."""
    with contextlib.suppress(OSError):
        click.echo("siap")
        sys.stdout.flush()


@click.group()
def door() -> None:
    """Run one controller: its doors, readers, relay and journal."""


@click.group()
def desk() -> None:
    """Make cards at the operator's desk."""


for _one in enrolling.COMMANDS:
    door.add_command(_one)
    desk.add_command(_one)


@door.command("run")
@FOLDER
def door_run(folder: Path) -> None:
    """Run the controller until it is told to stop; prints one line when ready."""
    _log_lines()
    from door_controller import daemon

    with _one_sentence():
        daemon.run(folder, _ready)


@door.command("safe-lock")
@FOLDER
def door_safe_lock(folder: Path) -> None:
    """Drive every lock to its locked level; run before the door program and after it."""
    from door_controller.safe_lock import lock_all

    with _one_sentence():
        number = lock_all(folder)
    click.echo(f"{number} locked")


@door.command("status")
@FOLDER
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def door_status(folder: Path, *, as_json: bool) -> None:
    """Show what the controller last said of itself."""
    from door_controller.report import read_status, status_lines

    with _one_sentence():
        status = read_status(folder)
    click.echo(status.decode() if as_json else "\n".join(status_lines(status)))


door.add_command(muster)
door.add_command(check)


@door.command("verify")
@FOLDER
def door_verify(folder: Path) -> None:
    """Recompute the whole journal on this controller's disk; the door may be running."""
    from door_controller.report import verify_lines

    with _one_sentence():
        lines, sound = verify_lines(folder)
    for line in lines:
        click.echo(line)
    if not sound:
        raise click.exceptions.Exit(1)


@door.command("export")
@FOLDER
@click.argument("target", type=click.Path(file_okay=False, path_type=Path))
def door_export(folder: Path, target: Path) -> None:
    """Copy the rows that wait for a receipt to TARGET, to be carried to the server by hand."""
    from door_controller.bringing import take_along

    with _one_sentence():
        number = take_along(folder, target)
    click.echo(f"{number} batches in {target}; at the server: akses bridge carry {target}")


@door.command("import")
@FOLDER
@click.argument("source", type=click.Path(exists=True, path_type=Path))
def door_import(folder: Path, source: Path) -> None:
    """Bring the registry by hand: SOURCE is a folder or zip made by akses registry export."""
    from door_controller.bringing import bring

    with _one_sentence():
        brought = bring(folder, source)
    click.echo(
        f"publication {brought.timestamp} is genuine and lies before the door (rights {brought.grants}, "
        f"denials {brought.deny}); what it decides by: akses door status"
    )


door.add_command(simulate)


@desk.command("run")
@FOLDER
@click.option("--console", required=True, help="The console's address, such as http://127.0.0.1:8080.")
@click.option(
    "--token-file", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=True,
    help="The desk's token, as made by: akses review desk-token.",
)  # fmt: skip
@click.option(
    "--reader", "port", type=click.Path(path_type=Path), help="The reader's port, if not the site file's."
)
def desk_run(folder: Path, console: str, token_file: Path, port: Path | None) -> None:
    """Make the cards that approved cases ask for, until told to stop; prints one line when ready."""
    _log_lines()
    from door_controller.desk import run

    with _one_sentence():
        run(folder, console, token_file, port, _ready)

"""The command ``akses door simulate``: hardware for a real door program, or a whole virtual door.

Exit codes: 0 done, 1 refused, or an expectation or law failed, 2 wrong use.
"""

import contextlib
import logging
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import click

SEED = 1


@click.command("simulate")
@click.option(
    "--data", type=click.Path(path_type=Path), help="Be the hardware: folder for cards and sockets."
)
@click.option("--readers", default="masuk", show_default=True, help="The hardware's readers, with commas.")
@click.option("--keypads", default="", help="The hardware's keypads, with commas.")
@click.option(
    "--dir", "folder", type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Show a running door and move the hardware that simulates it.",
)  # fmt: skip
@click.option(
    "--script", type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Play a script under virtual time; --form shows what it can say.",
)  # fmt: skip
@click.option("--form", is_flag=True, help="Show what a script can say.")
@click.option("--year", is_flag=True, help="Live through a year of an office's door, every law watched.")
@click.option("--days", type=click.IntRange(1, 364), help="With --year: only so many days of it.")
@click.option(
    "--seed", type=click.IntRange(0, 2**31), default=SEED, show_default=True, help="Chance of a play."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def simulate(  # noqa: PLR0913 - one for each option
    data: Path | None, readers: str, keypads: str, folder: Path | None, script: Path | None, seed: int,
    days: int | None, *, form: bool, year: bool, as_json: bool,
) -> None:  # fmt: skip
    """Show a door without hardware; alone: a virtual door in this terminal."""
    chosen = [data is not None, folder is not None, script is not None, form, year]
    if sum(chosen) > 1 or (days is not None and not year):
        raise click.UsageError("take one of --data, --dir, --script, --form, --year; --days goes with --year")
    with _one_sentence():
        if data is not None:
            _serve(data, readers, keypads)
            return
        # What the door program would log is told by its journal; on this terminal it would be in the way.
        logging.basicConfig(handlers=[logging.NullHandler()])
        if script is not None:
            _play(script, seed, as_json=as_json)
        elif form:
            _show_form()
        elif year:
            _live(seed, days, as_json=as_json)
        else:
            _show(folder, seed)


def _serve(data: Path, readers: str, keypads: str) -> None:
    from door_controller.simulator.serve import serve

    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(levelname)s %(message)s")
    serve(data, _names(readers), data / "run", keypads=_names(keypads))


def _names(text: str) -> list[str]:
    return [name for name in text.split(",") if name]


def _show_form() -> None:
    from door_controller.simulator import script

    click.echo(script.__doc__)


def _play(path: Path, seed: int, *, as_json: bool) -> None:
    from door_controller.simulator.script.parse import parse
    from door_controller.simulator.virtual.play import play

    script = parse(path.read_text(encoding="utf-8"))
    with scratch() as folder:
        failed = play(script, seed, folder, lambda line: click.echo(line.json() if as_json else str(line)))
    if failed:
        raise click.exceptions.Exit(1)


def _live(seed: int, days: int | None, *, as_json: bool) -> None:
    from door_controller.simulator.virtual.year import DAYS, live

    with scratch() as folder:
        summary = live(seed, DAYS if days is None else days, folder)
    click.echo(summary.json() if as_json else "\n".join(summary.lines()))
    if summary.complaints:
        raise click.exceptions.Exit(1)


def _show(folder: Path | None, seed: int) -> None:
    try:
        from door_controller.simulator.screen.app import run
    except ModuleNotFoundError as error:
        if error.name != "textual":
            raise
        raise click.ClickException(
            "the panel needs textual; install akses-ruang-server[dev], or play a script with --script"
        ) from error
    run(folder, seed)


@contextlib.contextmanager
def scratch() -> Iterator[Path]:
    """Give an empty folder for the length of a block, in RAM where the machine offers one."""
    room = Path("/dev/shm")  # noqa: S108 - a folder of its own is made there, for this user alone
    try:
        made = tempfile.TemporaryDirectory(prefix="akses-play-", dir=room if room.is_dir() else None)
    except OSError:
        made = tempfile.TemporaryDirectory(prefix="akses-play-")
    with made as folder:
        yield Path(folder)


@contextlib.contextmanager
def _one_sentence() -> Iterator[None]:
    """Turn what went wrong into one sentence and exit code 1."""
    from card_registry.errors import AksesError

    try:
        yield
    except (AksesError, OSError, UnicodeDecodeError) as error:
        raise click.ClickException(str(error)) from error

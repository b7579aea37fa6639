"""``akses door muster``: who is inside, by area, since when, and with which escort.

It reads the controller's own store, beside the running door or without it; what stands there is decided in
``presence``. A controller knows no names: holders are shown by the ids that the office knows them under.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby
from pathlib import Path

import click

from card_registry import canonical
from card_registry.errors import AksesError, OperatorMistaken
from card_registry.instant import SECOND
from door_controller.presence import Inside
from door_controller.presence_store import read_store
from firmware_config.files import load

NOBODY = "nobody is inside, as far as this controller counts"


@click.command()
@click.option(
    "--dir",
    "folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    required=True,
    help="The controller's folder, with its site.toml.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON array.")
def muster(folder: Path, *, as_json: bool) -> None:
    """Show who is inside each area, as the door wrote it last; the door may be running."""
    try:
        inside = read_inside(folder)
    except (AksesError, OSError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(canonical.encode(inside).decode() if as_json else "\n".join(muster_lines(inside)))


def read_inside(folder: Path) -> tuple[Inside, ...]:
    """Read who is inside from a controller's store, and write nothing there.

    Raises:
        OperatorMistaken: The controller has not run yet.
        StoreBroken: The store cannot be read.
    """
    path = Path(load(folder / "site.toml").folders.state) / "door.db"
    if not path.exists():
        raise OperatorMistaken(f"{path} is missing; this controller has written nothing yet")
    return read_store(path)


def muster_lines(inside: Sequence[Inside]) -> Iterator[str]:
    """Say who is inside in lines, area by area."""
    for area, people in groupby(inside, key=lambda one: one.area):
        here = list(people)
        yield f"{area}: {len(here)}"
        yield from (f"  {_line(one)}" for one in here)
    if not inside:
        yield NOBODY


def _line(one: Inside) -> str:
    since = datetime.fromtimestamp(one.since / SECOND).astimezone().strftime("%Y-%m-%d %H:%M:%S %z")
    escort = f", with escort {one.escort}" if one.escort is not None else ""
    leaving = ", leaving" if one.leaving else ""
    forgiven = ", entry forgiven" if one.forgiven else ""
    return f"{one.holder} (card {one.card}) since {since}{escort}{leaving}{forgiven}"

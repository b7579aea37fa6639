"""``akses review pack``: check an evidence pack anywhere; and ``campaign pack``, which takes one home."""

import json
from pathlib import Path

import click

from card_registry.errors import AksesError
from review.shell.command import Asker, Asking


@click.group()
def pack() -> None:
    """Check the evidence pack of a review, without the server that made it."""


@pack.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True))
@click.option("--root", help="SHA-256 of the site's first root metadata, from the founding record.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of text.")
def verify(file: Path, root: str | None, *, as_json: bool) -> None:
    """Check every file, number and signature of a pack (ZIP or folder); exit 1 when anything is not so."""
    from review.pack import checking, telling
    from review.pack.files import unpacked

    try:
        report = checking.check(unpacked(file), root)
    except AksesError as error:
        raise click.ClickException(str(error)) from error
    click.echo(json.dumps(telling.as_object(report)) if as_json else telling.as_text(report, file.name))
    if not report.is_sound:
        raise click.exceptions.Exit(1)


@click.command("pack")
@click.argument("name", metavar="CASE")
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option("--issue", is_flag=True, help="Issue it first, where anything has changed since the last one.")
@Asking
def take_home(asking: Asker, name: str, folder: Path, *, issue: bool) -> None:
    """Take the evidence pack of a review home: a ZIP in DIR, which `akses review pack verify` checks."""
    from review.pack.taking import write
    from review.shell.command import case_id
    from review.web.api_packs import PackBody

    with asking.console() as console:
        place = f"/campaigns/{case_id(console, name)}/pack"
        if issue:
            console.post(place, PackBody, {})
        data = console.fetch(place)
        file = folder / f"{name}-berkas-bukti.zip"
        sha256 = write(file, data)
    told = {"file": str(file), "sha256": sha256}
    asking.tell(json.dumps(told).encode(), [f"{file}: SHA-256 {sha256}"])


pack_commands: tuple[click.Command, ...] = (take_home,)
"""What the group `akses review campaign` takes in."""

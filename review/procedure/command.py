"""``akses review procedure``: check an SOP's table, show it, draw it as an official page."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from review.drawing import Paper

if TYPE_CHECKING:
    from review.procedure import Procedure

FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
FOLDER = click.Path(path_type=Path, file_okay=False)
PROFILE = click.option(
    "--profile", metavar="NAME|FOLDER", help="The tables as this profile has them in force; else as shipped."
)


@click.group()
def procedure() -> None:
    """Check, show and draw the tables of the SOPs."""


@procedure.command()
@click.argument("files", nargs=-1, required=True, type=FILE)
def check(files: tuple[Path, ...]) -> None:
    """Check SOP files that an office has edited; exit code 1 names every fault."""
    from card_registry.durable import read_plain
    from card_registry.errors import AksesError
    from review.procedure import parse_all

    faulty = False
    for file in files:
        try:
            for table in parse_all(read_plain(file).decode("utf-8"), file.name):
                click.echo(f"{file.name}: {table.id} can be run, {len(table.steps)} steps")
        except (AksesError, UnicodeDecodeError) as error:
            faulty = True
            click.echo(f"{file.name}: {error}", err=True)
    if faulty:
        raise click.exceptions.Exit(1)


@procedure.command()
@click.argument("id", required=False)
@PROFILE
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of text.")
def show(id: str | None, profile: str | None, *, as_json: bool) -> None:
    """Show one table, or name all of them."""
    from card_registry import canonical
    from review.procedure import fingerprint

    tables = _tables(profile)
    if id is None:
        listed = [(one.id, one.title, len(one.steps)) for one in tables.values()]
        names = ("id", "judul", "langkah")
        for row in listed:
            said = f"{row[0]:5} {row[2]:3} langkah  {row[1]}"
            click.echo(json.dumps(dict(zip(names, row, strict=True))) if as_json else said)
        return
    table = tables.get(id)
    if table is None:
        raise click.ClickException(f"there is no table {id}; there are: {', '.join(tables)}")
    if as_json:
        click.echo(canonical.encode(table).decode())
        return
    click.echo(f"{table.id} {table.title}\nsidik {fingerprint(table)}")
    for step in table.steps:
        onward = "; ".join(f"{one.label} → {one.to}" for one in step.branches)
        click.echo(
            f"{step.no:>3}. {step.activity}\n     {table.title_of(step.role)} · {step.duration} · {onward}"
        )


@procedure.command()
@click.argument("id")
@PROFILE
@click.option(
    "--paper",
    type=click.Choice([one.value for one in Paper]),
    default="f4",
    show_default=True,
    help="Paper, in landscape.",
)
@click.option("--out", type=FOLDER, required=True, help="Folder to write the pages into.")
def draw(id: str, profile: str | None, paper: str, out: Path) -> None:
    """Draw a table as an official SOP AP page: an SVG for each page, and one HTML that prints them."""
    from card_registry.durable import write_whole
    from review.drawing import draw as drawn
    from review.drawing.book import book

    table = _tables(profile).get(id)
    if table is None:
        raise click.ClickException(f"there is no table {id}; `akses review procedure show` names them")
    pages = drawn(table, Paper(paper))
    try:
        out.mkdir(parents=True, exist_ok=True)
        for number, page in enumerate(pages, 1):
            write_whole(out / f"{id}-{number}.svg", page.encode())
        write_whole(out / f"{id}.html", book(table.title, pages, Paper(paper)).encode())
    except OSError as error:
        raise click.ClickException(f"the pages cannot be written to {out}: {error.strerror}") from error
    click.echo(f"{id}: {len(pages)} page(s) in {out}; print {out / f'{id}.html'}")


def _tables(profile: str | None) -> "Mapping[str, Procedure]":
    """Give the shipped tables, or those that a profile would put in force."""
    from card_registry.errors import AksesError
    from review.office_profile import bundle_of, opened
    from review.shelf import shipped

    if profile is None:
        return shipped()
    try:
        return opened(bundle_of(profile), profile)[1]
    except AksesError as error:
        raise click.ClickException(str(error)) from error

"""``akses review profile``: list, show and check office profiles, copy one to edit, put one in force."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from review.office_profile import Bundle

OFFICE = click.option("--office", metavar="URL", help="The office store: what is in force there.")


@click.group()
def profile() -> None:
    """Choose which procedures, titles, hours and numbers are in force in an office."""


@profile.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object for each.")
def list_(*, as_json: bool) -> None:
    """Name the shipped profiles."""
    from review.profile import read
    from review.shelf import profile_files

    for id, text in profile_files().items():
        one = read(text, id)
        tables = (*one.tables.own, *one.tables.taken)
        said = f"{id:12} {len(tables):2} prosedur  {one.name}\n{'':12} {one.note}"
        row = {"id": id, "nama": one.name, "keterangan": one.note, "prosedur": tables}
        click.echo(json.dumps(row, ensure_ascii=False) if as_json else said)


@profile.command()
@click.argument("source", required=False, metavar="[NAME|FOLDER]")
@OFFICE
def show(source: str | None, office: str | None) -> None:
    """Show a shipped profile, one in a folder, or what is in force in an office."""
    from card_registry.errors import AksesError
    from review.office_profile import opened

    try:
        bundle, what = _source(source, office)
        one, tables = opened(bundle, what)
    except AksesError as error:
        raise click.ClickException(str(error)) from error
    click.echo(bundle.text.rstrip("\n"))
    click.echo("\n# prosedur yang berlaku:")
    for table in tables.values():
        kind = "sendiri" if table.id in one.tables.own else "usulan "
        click.echo(f"# {table.id:5} {kind} {len(table.steps):3} langkah  {table.title}")


@profile.command()
@click.argument("sources", nargs=-1, required=True, metavar="NAME|FOLDER…")
def check(sources: tuple[str, ...]) -> None:
    """Check profiles that an office has edited; exit code 1 names every fault."""
    from card_registry.errors import AksesError
    from review.office_profile import bundle_of, opened

    faulty = False
    for source in sources:
        try:
            one, tables = opened(bundle_of(source), source)
            click.echo(f"{source}: {one.id} can be used, {len(tables)} procedures in force")
        except AksesError as error:
            faulty = True
            click.echo(f"{source}: {error}", err=True)
    if faulty:
        raise click.exceptions.Exit(1)


@profile.command()
@click.argument("source", required=False, metavar="[NAME|FOLDER]")
@OFFICE
@click.option(
    "--to", required=True, type=click.Path(path_type=Path, file_okay=False), help="An empty folder."
)
def copy(source: str | None, office: str | None, to: Path) -> None:
    """Copy a profile with its SOP files into a folder, for the office to edit."""
    from card_registry.errors import AksesError
    from review.office_profile import copy_to

    try:
        bundle, what = _source(source, office)
        paths = copy_to(bundle, what, to)
    except AksesError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{len(paths)} files in {to}; edit them, then: akses review profile check {to}")


@profile.command()
@click.argument("source", metavar="NAME|FOLDER")
@click.option("--office", required=True, metavar="URL", help="The office store.")
def use(source: str, office: str) -> None:
    """Put a profile in force; cases that run keep the tables they began with.

    A running console takes it up within seconds.
    """
    from card_registry.errors import AksesError
    from review.office_profile import bundle_of
    from review.office_profile import use as put
    from review.setting_up import now, open_office

    try:
        done = put(open_office(office), bundle_of(source), source, now())
    except AksesError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{done.profile.id} is in force: {done.profile.name}")
    for word, ids in (("new", done.added), ("changed", done.changed), ("no longer in force", done.dropped)):
        if ids:
            click.echo(f"  {word}: {', '.join(ids)}")
    if done.missed:
        click.echo(
            f"Running cases would still begin {', '.join(done.missed)}: that step is refused until "
            "the table is in force again."
        )
    if done.signed:
        click.echo(
            f"Approvers sign {', '.join(done.signed)} anew. Run `akses review approvers` and let the "
            "officers sign the list; until then the signer refuses what is approved by these tables."
        )


def _source(source: str | None, office: str | None) -> "tuple[Bundle, str]":
    """Give what is named: a profile, or an office's own."""
    from review.office_profile import bundle_in_force, bundle_of
    from review.setting_up import open_office

    if (source is None) == (office is None):
        raise click.UsageError("name a profile or a folder, or give --office")
    if source is not None:
        return bundle_of(source), source
    return bundle_in_force(open_office(str(office))), "in force"

"""`akses review`: set the office up, admit a desk, and run the console."""

from pathlib import Path

import click

from card_registry.errors import AksesError

HISTORY = "review:history"


@click.group()
def review() -> None:
    """Run the approval server and its console."""


OFFICE = click.option("--office", required=True, metavar="URL", help="The office store.")


@review.command()
@OFFICE
@click.option("--site", required=True, help="The site's id.")
@click.option("--accounts", required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--people-out",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where to write the approvers for the officers to sign.",
)
def init(office: str, site: str, accounts: Path, people_out: Path) -> None:
    """Make the office store and enter the people of the accounts file.

    Run again it enters only people whose login is new, and writes the list of approvers again.
    """
    from review.setting_up import initialise

    try:
        entered = initialise(office, site, accounts, people_out)
    except AksesError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{entered} people entered; give {people_out.name} to the officers to sign")


@review.command("desk-token")
@OFFICE
@click.option("--desk", required=True, help="The desk's controller id.")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path))
def desk_token(office: str, desk: str, out: Path) -> None:
    """Give a desk a fresh token; an earlier one stops working."""
    from review.setting_up import admit_desk

    try:
        admit_desk(office, desk, out)
    except AksesError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"the token of {desk} is in {out.name}; put it on that desk only")


@review.command()
@OFFICE
@click.option("--ledger", required=True, metavar="URL", help="The ledger store, read-only.")
@click.option("--registry", required=True, metavar="URL", help="The registry store, read-only.")
@click.option("--site", required=True, help="The site's id.")
@click.option("--run", required=True, type=click.Path(file_okay=False, path_type=Path), help="Hint sockets.")
@click.option("--doors", required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", required=True, type=click.IntRange(0, 65535))
@click.option("--simulator", type=click.Path(path_type=Path), help="The simulator's control socket.")
def serve(  # noqa: PLR0913, PLR0917 - one option each
    office: str,
    ledger: str,
    registry: str,
    site: str,
    run: Path,
    doors: Path,
    host: str,
    port: int,
    simulator: Path | None,
) -> None:
    """Run the console until it is told to stop."""
    from review.serving import Stores, open_console, serve_console

    try:
        console = open_console(Stores(office, ledger, registry), site, run, doors, simulator)
        serve_console(console, host, port)
    except AksesError as error:
        raise click.ClickException(str(error)) from error

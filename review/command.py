"""`akses review`: set the office up, admit a desk, and run the console."""

from pathlib import Path

import click

from card_registry.errors import AksesError
from card_registry.words import OrderKind
from review.asking.command import ask
from review.documents.command import document
from review.export.command import export
from review.inventory.command import inventory
from review.pack.command import pack
from review.people import Role
from review.procedure.command import procedure
from review.profile.command import profile
from review.retention.command import person, retention
from review.shell.campaign.command import campaign
from review.shell.command import case
from review.typed_secret import secret

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
@click.option("--profile", metavar="NAME|FOLDER", help="Put this office profile in force as well.")
def init(office: str, site: str, accounts: Path, people_out: Path, profile: str | None) -> None:
    """Make the office store and enter the people of the accounts file.

    Run again it enters only people whose login is new, and writes the list of approvers again.
    """
    from review.setting_up import initialise

    try:
        entered = initialise(office, site, accounts, people_out, profile)
    except AksesError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{entered} people entered; give {people_out.name} to the officers to sign")


@review.command()
@OFFICE
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path))
def approvers(office: str, out: Path) -> None:
    """Write the approvers with their keys and passkeys, for the officers to put into a draft and sign."""
    from review.setting_up import list_approvers

    try:
        listed = list_approvers(office, out)
    except AksesError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{listed} approvers; give {out.name} to the officers, who compare the fingerprints and sign")


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


LEDGER = click.option("--ledger", required=True, metavar="URL", help="The ledger store, read-only.")
REGISTRY = click.option("--registry", required=True, metavar="URL", help="The registry store, read-only.")
SITE = click.option("--site", required=True, help="The site's id.")
RUN = click.option(
    "--run", required=True, type=click.Path(file_okay=False, path_type=Path), help="Hint sockets."
)
DOORS = click.option(
    "--doors",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Doors' names.",
)
SECRET = click.Path(exists=True, dir_okay=False, path_type=Path)


@review.command()
@OFFICE
@LEDGER
@REGISTRY
@SITE
@RUN
@DOORS
@click.option("--login", required=True, help="Who gives the order.")
@click.option("--password-file", type=SECRET, help="The person's password; asked for when missing.")
@click.option(
    "--passphrase-file", type=SECRET, help="Opens the person's key, where the order opens or relaxes."
)
@click.option("--door", required=True, help="The door's id.")
@click.option("--order", "kind", required=True, type=click.Choice([kind.value for kind in OrderKind]))
@click.option("--why", required=True, help="The reason, for the record.")
@click.option("--holder", help="Whose PIN or presence, by the holder's id.")
@click.option("--wait", default=20.0, show_default=True, help="Seconds to wait for the door's answer.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def order(  # noqa: PLR0913 - one option each
    *,
    office: str,
    ledger: str,
    registry: str,
    site: str,
    run: Path,
    doors: Path,
    login: str,
    password_file: Path | None,
    passphrase_file: Path | None,
    door: str,
    kind: str,
    why: str,
    holder: str | None,
    wait: float,
    as_json: bool,
) -> None:
    """Give a door an order, and wait a while for its answer; the console must be running.

    Exit code 0 when the door obeyed, 1 when anybody refused or nobody answered yet.
    """
    from card_registry.orders import TAKING
    from review import ordering
    from review.serving import Stores

    word = OrderKind(kind)
    typed = secret(password_file, "Password")
    phrase = "" if word in TAKING else secret(passphrase_file, "Signing passphrase")
    asked = ordering.Asked(login, door, word, why, holder, wait)
    try:
        given = ordering.order(Stores(office, ledger, registry), site, (run, doors), asked, (typed, phrase))
    except AksesError as error:
        raise click.ClickException(str(error)) from error
    click.echo(ordering.as_json(given) if as_json else ordering.said(given))
    if not given.is_obeyed:
        raise SystemExit(1)


@review.command()
@OFFICE
@LEDGER
@REGISTRY
@SITE
@RUN
@DOORS
@click.option("--login", required=True, help="Whose token it is.")
@click.option("--password-file", type=SECRET, help="The person's password; asked for when missing.")
@click.option("--role", required=True, type=click.Choice([role.value for role in Role]))
@click.option("--label", required=True, help="What it is for, as the page /token shows it.")
@click.option("--until", required=True, metavar="YYYY-MM-DD", help="Its last day, within a year.")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path))
def token(  # noqa: PLR0913 - one option each
    *,
    office: str,
    ledger: str,
    registry: str,
    site: str,
    run: Path,
    doors: Path,
    login: str,
    password_file: Path | None,
    role: str,
    label: str,
    until: str,
    out: Path,
) -> None:
    """Make a token for `akses review case` where there is no browser, as the console's page /token does."""
    from review.serving import Stores
    from review.shell.making import Asked, make_token

    typed = secret(password_file, "Password")
    asked = Asked(login, typed, role, label, until)
    try:
        make_token(Stores(office, ledger, registry), site, (run, doors), asked, out)
    except AksesError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"the token of {login} as {role} is in {out.name}; it is shown nowhere else")


@review.command()
@OFFICE
@LEDGER
@REGISTRY
@SITE
@RUN
@DOORS
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", required=True, type=click.IntRange(0, 65535))
@click.option("--simulator", type=click.Path(path_type=Path), help="The simulator's control socket.")
@click.option("--mail", type=SECRET, help="How mail is sent (TOML); without it messages stay in the inbox.")
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
    mail: Path | None,
) -> None:
    """Run the console until it is told to stop."""
    from review.serving import Stores, open_console, serve_console

    try:
        console = open_console(Stores(office, ledger, registry), site, run, doors, simulator, mail)
        serve_console(console, host, port)
    except AksesError as error:
        raise click.ClickException(str(error)) from error


review.add_command(procedure)
review.add_command(profile)
review.add_command(document)
review.add_command(pack)
review.add_command(inventory)
review.add_command(campaign)
review.add_command(case)
review.add_command(retention)
review.add_command(person)
review.add_command(ask)
review.add_command(export)

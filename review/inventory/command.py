"""``akses review inventory``: export, import, draw racks, compare with a NetBox."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from card_registry.errors import AksesError

if TYPE_CHECKING:
    from review.furnishing_files import Shell
    from review.inventory.exchange import Tables
    from review.people import Person

OFFICE = click.option("--office", required=True, metavar="URL", help="The office store.")
REGISTRY = click.option(
    "--registry", metavar="URL", help="The registry store, read-only, for the site's zone."
)
LOGIN = click.option("--login", required=True, help="Who enters it.")
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
PASSWORD = click.option("--password-file", type=FILE, help="The person's password; asked for when missing.")
CHECK = click.option("--check", is_flag=True, help="Only show what would change.")
YES = click.option("--yes", is_flag=True, help="Enter it without asking.")
OUT = click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path))


@click.group()
def inventory() -> None:
    """Take the inventory to files and back."""


@inventory.command()
@OFFICE
@OUT
def export(office: str, out: Path) -> None:
    """Write the inventory to OUT: a workbook (.xlsx), or the table its name ends with (rak.csv …)."""
    from card_registry.durable import write_whole
    from review.furnishing_files import sheet_of
    from review.workflow.furnishing import as_csv, as_xlsx

    with _shell(office, None) as shell:
        try:
            body = as_xlsx(shell) if out.suffix == ".xlsx" else as_csv(shell, sheet_of(out)).encode()
        except ModuleNotFoundError as error:
            message = "XLSX needs the extra 'documents'; install it, or export the three tables as CSV"
            raise click.ClickException(message) from error
        write_whole(out, body, 0o600)
    click.echo(f"{out.name} is written")


@inventory.command("import")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@OFFICE
@REGISTRY
@LOGIN
@PASSWORD
@CHECK
@YES
def import_(
    *,
    files: tuple[Path, ...],
    office: str,
    registry: str | None,
    login: str,
    password_file: Path | None,
    check: bool,
    yes: bool,
) -> None:
    """Enter FILES (one workbook, or tables as CSV), after showing what they change.

    All rows of all files are entered or none; nothing is ever removed.
    """
    from review.furnishing_files import read_files, sheet_of

    with _shell(office, registry) as shell:
        person = _let_in(shell, login, password_file)
        tables = read_files((file, sheet_of(file)) for file in files)
        _enter(shell, person, tables, check=check, yes=yes)


@inventory.command()
@OFFICE
@click.option("--rack", required=True, help="The rack's name.")
@OUT
def elevation(office: str, rack: str, out: Path) -> None:
    """Draw one rack as SVG."""
    from card_registry.durable import write_whole
    from review.furnishing_files import picture

    with _shell(office, None) as shell:
        write_whole(out, picture(shell, rack).encode(), 0o600)
    click.echo(f"{out.name} is drawn")


@inventory.command()
@OFFICE
@REGISTRY
@LOGIN
@PASSWORD
@click.option("--url", required=True, help="NetBox's address, as its web page has it.")
@click.option("--token-file", required=True, type=FILE, help="A token there that may read.")
@click.option("--netbox-site", required=True, metavar="SLUG", help="Which of its sites is this one.")
@click.option("--ca-file", type=FILE, help="Only for an authority of one's own: its certificates (PEM).")
@click.option("--owner", default="", help="The owner of devices without a tenant.")
@CHECK
@YES
def netbox(  # noqa: PLR0913 - one option each
    *,
    office: str,
    registry: str | None,
    login: str,
    password_file: Path | None,
    url: str,
    token_file: Path,
    netbox_site: str,
    ca_file: Path | None,
    owner: str,
    check: bool,
    yes: bool,
) -> None:
    """Show how NetBox differs from the inventory, and enter what it has; NetBox itself is never changed."""
    from review.netbox.asking import ask
    from review.netbox.rows import read

    with _shell(office, registry) as shell:
        person = _let_in(shell, login, password_file)
        told = ask(url, _line(token_file), netbox_site, ca_file)
        found = read(told, shell.known(), owner)
        for one in found.skipped:
            click.echo(f"left out: {one}")
        for one in found.only_here:
            click.echo(f"only here: {one}")
        _enter(shell, person, found.tables, check=check, yes=yes)


@contextmanager
def _shell(office: str, registry: str | None) -> "Iterator[Shell]":
    import secrets

    from card_registry.stores.engine import open_store
    from review.furnishing_files import Shell
    from review.setting_up import now, open_office

    try:
        store = open_office(office)
        signed = None if registry is None else open_store(registry, "registry", read_only=True)
        try:
            yield Shell(store, now, secrets.token_bytes).at(signed)
        finally:
            for engine in (store, signed):
                if engine is not None:
                    engine.dispose()
    except AksesError as error:
        raise click.ClickException(str(error)) from error


def _let_in(shell: "Shell", login: str, password_file: Path | None) -> "Person":
    from review.letting_in import let_in

    if password_file is None:
        typed = click.prompt("Password", hide_input=True, default="", show_default=False, err=True)
    else:
        typed = _line(password_file)
    return let_in(shell.store, shell.clock(), login, str(typed), "nothing was entered")


def _line(file: Path) -> str:
    """Read a secret from its file's one line."""
    try:
        return file.read_text(encoding="utf-8").strip("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise click.ClickException(f"{file.name} cannot be read; give a file with one line") from error


def _enter(shell: "Shell", person: "Person", tables: "Tables", *, check: bool, yes: bool) -> None:
    from review.furnishing_files import bring, foresee, told

    changes = foresee(shell, person, tables)
    for change in changes:
        click.echo(told(change))
    if not changes:
        click.echo("nothing differs; nothing was entered")
    elif check:
        click.echo(f"{len(changes)} rows would be new or other; nothing was entered")
    elif yes or click.confirm(f"Enter these {len(changes)} rows?", err=True):
        done = bring(shell, person, tables)
        click.echo(f"{len(done)} rows were entered")
    else:
        click.echo("nothing was entered")

"""The group of commands about cases, and the options that say which console and who asks."""

from pathlib import Path

import click

from review.shell.command.asker import FILE, Asker


@click.group()
@click.option(
    "--console",
    "address",
    required=True,
    envvar="AKSES_CONSOLE",
    metavar="URL",
    help="The console's address (or AKSES_CONSOLE).",
)
@click.option(
    "--token-file",
    required=True,
    type=FILE,
    envvar="AKSES_TOKEN_FILE",
    help="A token of the console's page /token (or AKSES_TOKEN_FILE).",
)
@click.option("--authority", type=FILE, help="A certificate (PEM) to trust besides, as the office's own.")
@click.option("--json", "as_json", is_flag=True, help="What the console answers, as it answers it.")
@click.pass_context
def case(
    context: click.Context, address: str, token_file: Path, authority: Path | None, *, as_json: bool
) -> None:
    """Read cases and act on them, with the permissions of a token's role.

    CASE is a case's number or id. Exit code 0 when it was done, 1 when the console says no, 2 for wrong use.
    """
    context.obj = Asker(address, token_file, authority, as_json)

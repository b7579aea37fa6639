"""``akses registry witnesses``: whether the signer's log is still the one that doors saw."""

import click

from card_registry.errors import AksesError


@click.command()
@click.option("--registry", "registry_url", required=True, help="URL of the registry store.")
@click.option("--ledger", "ledger_url", required=True, help="URL of the ledger store (read only).")
def witnesses(registry_url: str, ledger_url: str) -> None:
    """Compare the authority log with what doors saw of it; exit code 1 when a door saw another one."""
    from sqlalchemy.exc import SQLAlchemyError

    from card_registry.authority.witnesses.comparing import Finding, lines, read

    try:
        judged = read(registry_url, ledger_url)
    except AksesError as error:
        raise click.ClickException(str(error)) from error
    except SQLAlchemyError as error:
        raise click.ClickException(
            f"a store cannot be read: {type(error).__name__}; check its URL"
        ) from error
    for line in lines(judged):
        click.echo(line)
    if not judged:
        click.echo("no door has seen the authority log yet")
    if any(finding is not Finding.AGREES for _, finding in judged):
        raise SystemExit(1)

"""``akses bridge carry``: a controller's journal brought to the server on a stick."""

from pathlib import Path

import click

FOLDER = click.Path(file_okay=False, exists=True, path_type=Path)


@click.command()
@click.option("--site", required=True, help="The site's id.")
@click.option("--ledger", required=True, help="URL of the ledger store, which the hub writes.")
@click.option("--registry", required=True, help="URL of the registry store, which the hub reads.")
@click.option("--receipt-key-dir", type=FOLDER, required=True, help="The hub's private folder.")
@click.option("--passphrase-file", type=click.Path(path_type=Path), required=True, help="Opens the key.")
@click.option("--root", required=True, help="SHA-256 (hex) of the first root of the registry.")
@click.argument("sources", metavar="SOURCE...", nargs=-1, required=True, type=FOLDER)
def carry(sources: tuple[Path, ...], receipt_key_dir: Path, passphrase_file: Path, **named: str) -> None:
    """Store the rows in each SOURCE, made by akses door export, and lay the door's receipt beside them."""
    from sqlalchemy.exc import SQLAlchemyError

    from card_registry.errors import AksesError
    from card_registry.words import SiteId
    from mqtt_bridge import keys
    from mqtt_bridge.carried.taking import Books, take

    refused = False
    try:
        key = keys.receipt_key(receipt_key_dir, keys.read_passphrase(passphrase_file))
        books = Books(SiteId(named["site"]), named["ledger"], named["registry"], named["root"], key)
        for source in sources:
            outcome = take(books, source)
            for sentence in outcome.refused:
                click.echo(f"refused: {sentence}", err=True)
            click.echo(f"{outcome.rows} rows stored; at the door: akses door import {source}")
            refused = refused or bool(outcome.refused)
    except (AksesError, OSError) as error:
        raise click.ClickException(str(error)) from error
    except SQLAlchemyError as error:
        message = f"the ledger cannot be written now: {type(error).__name__}; nothing was stored, try again"
        raise click.ClickException(message) from error
    if refused:
        raise click.exceptions.Exit(1)

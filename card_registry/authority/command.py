"""``akses registry``: found a site, enrol controllers, run the signer, look at what it did."""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from card_registry.authority.devices.command import COMMANDS, TLS, TLS_PASSPHRASE, wire
from card_registry.authority.officers.command import add_officers
from card_registry.authority.pins.command import pin
from card_registry.authority.questions.command import QUESTIONS
from card_registry.authority.witnesses.command import witnesses
from card_registry.errors import AksesError
from card_registry.words import Approval

FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
FOLDER = click.Path(path_type=Path, file_okay=False)
REGISTRY = click.option("--registry", "registry_url", required=True, help="URL of the registry store.")
OFFICERS = click.option("--officers", type=FOLDER, required=True, help="Folder of the officers' keys.")
SIGNER = click.option(
    "--signer", "signer_folder", type=FOLDER, required=True, help="Folder of the signer's keys."
)
PASSPHRASE = click.option(
    "--passphrase-file", type=FILE, required=True, help="File with the keys' passphrase, one line."
)


@click.group()
def registry() -> None:
    """Found the site's registry, enrol its controllers, and sign what was approved."""


@contextmanager
def _sentences() -> Iterator[None]:
    """End with the sentence of a failure instead of its traceback."""
    from sqlalchemy.exc import SQLAlchemyError

    try:
        yield
    except AksesError as error:
        raise click.ClickException(str(error)) from error
    except SQLAlchemyError as error:
        message = (
            f"the registry store cannot be used: {type(error).__name__}; check its URL and that it is founded"
        )
        raise click.ClickException(message) from error


@registry.command()
@click.option("--site", required=True, help="The site's id, on every signature for ever.")
@OFFICERS
@SIGNER
@REGISTRY
@click.option("--people", type=FILE, required=True, help="Canonical list of approvers.")
@click.option("--receipt-key", required=True, help="Public key of the hub's receipts, in hex.")
@click.option("--zone", default="Asia/Jakarta", show_default=True, help="Time zone of the schedules.")
@click.option(
    "--approval", type=click.Choice([one.value for one in Approval]), default="signature", show_default=True
)
@click.option("--pin-digits", type=int, default=6, show_default=True, help="Length of the site's PINs.")
@click.option("--console-origin", multiple=True, help="Address of the console, where passkeys count.")
@PASSPHRASE
def found(
    site: str,
    officers: Path,
    signer_folder: Path,
    registry_url: str,
    people: Path,
    console_origin: tuple[str, ...],
    **rest: str | Path | int,
) -> None:
    """Found a site on one machine: make all keys, sign with two officers' keys, begin the registry store.

    Officers who keep their own keys use keygen, signer-keys, draft found, sign and apply instead.
    """
    from card_registry.authority import founding
    from card_registry.authority.keys import read_passphrase
    from card_registry.authority.serve import now
    from card_registry.canonical import decode
    from card_registry.durable import read_plain
    from card_registry.statements import Approver
    from card_registry.stores.engine import open_store
    from card_registry.words import SiteId

    with _sentences():
        approvers = decode(read_plain(people), tuple[Approver, ...], "the list of approvers")
        try:
            intent = founding.Intent(
                SiteId(site),
                approvers,
                str(rest["receipt_key"]),
                str(rest["zone"]),
                Approval(str(rest["approval"])),
                int(str(rest["pin_digits"])),
                console_origin,
            )
            founding.schedules(intent.zone)
        except ValueError as error:
            raise click.UsageError(str(error)) from error
        engine = open_store(registry_url, "registry")
        try:
            passphrase = read_passphrase(Path(str(rest["passphrase_file"])))
            folders = founding.Folders(officers, signer_folder)
            digest = founding.found_site(engine, folders, passphrase, intent, now())
        finally:
            engine.dispose()
    click.echo(f"{founding.GIVEN_UP}\n")
    click.echo(f"site {site} is founded; put the SHA-256 of its first root on paper:\n{digest}")


@registry.command()
@REGISTRY
@click.option("--office", required=True, help="URL of the office store (read only).")
@click.option("--ledger", required=True, help="URL of the ledger store (read only).")
@SIGNER
@PASSPHRASE
@TLS
@TLS_PASSPHRASE
@click.option("--run", type=FOLDER, required=True, help="Folder of the wake-up sockets.")
def serve(  # noqa: PLR0913 - a command line has as many options as it has
    *,
    registry_url: str,
    office: str,
    ledger: str,
    signer_folder: Path,
    passphrase_file: Path,
    tls: Path | None,
    tls_passphrase_file: Path | None,
    run: Path,
) -> None:
    """Sign approved changes as they come and renew devices' certificates, until stopped."""
    from card_registry.authority.serve import scratch
    from card_registry.authority.serve import serve as run_signer
    from card_registry.authority.signer import Places

    logging.basicConfig(level=logging.WARNING, format="%(name)s %(levelname)s %(message)s")
    with _sentences():
        places = Places(registry_url, office, ledger, scratch())
        authority = wire(signer_folder, passphrase_file, tls, tls_passphrase_file).open()
        run_signer(places, signer_folder, passphrase_file, run, authority)


@registry.command()
@REGISTRY
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of text.")
def show(registry_url: str, *, as_json: bool) -> None:
    """Show the site, its publication and its controllers."""
    from card_registry.authority.inspection import overview

    with _sentences():
        found = overview(registry_url)
    click.echo(
        json.dumps(found) if as_json else "\n".join(f"{name}: {value}" for name, value in found.items())
    )


@registry.command()
@REGISTRY
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line instead of text.")
def outcomes(registry_url: str, *, as_json: bool) -> None:
    """List what became of each warrant and each bound card."""
    from card_registry.authority.inspection import list_outcomes

    with _sentences():
        for one in list_outcomes(registry_url):
            said = one["sentence"] or "applied"
            click.echo(json.dumps(one) if as_json else f"{one['source']} {one['reference']}: {said}")


registry.add_command(pin)
add_officers(registry)
for _one in (*COMMANDS, *QUESTIONS, witnesses):
    registry.add_command(_one)

"""``akses registry pin``: set, clear and list the PINs of holders, at the signer's own machine.

A PIN is typed twice at a prompt that shows nothing; it is never an argument, never printed, never stored.
"""

import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from card_registry.words import require_token

if TYPE_CHECKING:
    from card_registry.authority.pins.keeping import Place
    from card_registry.words import HolderId

REGISTRY = click.option("--registry", "registry_url", required=True, help="URL of the registry store.")
SIGNER = click.option(
    "--signer",
    "signer_folder",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="Folder of the signer's keys.",
)
PASSPHRASE = click.option(
    "--passphrase-file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    required=True,
    help="File with the keys' passphrase, one line.",
)
BY = click.option("--by", required=True, help="Id of the person who does it, for the authority log.")


@click.group()
def pin() -> None:
    """Set, clear and list holders' PINs (second factor at doors that ask for one)."""


@contextmanager
def _sentences() -> "Iterator[None]":
    """End with the sentence of a failure instead of its traceback."""
    from sqlalchemy.exc import SQLAlchemyError

    from card_registry.errors import AksesError

    try:
        yield
    except AksesError as error:
        raise click.ClickException(str(error)) from error
    except SQLAlchemyError as error:
        raise click.ClickException(
            f"the registry store cannot be used: {type(error).__name__}; check its URL and that it is founded"
        ) from error


@contextmanager
def _place(registry_url: str, signer_folder: Path, passphrase_file: Path) -> "Iterator[Place]":
    """Open registry and keys for the length of a block."""
    from card_registry.authority.founding import open_current
    from card_registry.authority.keys import load_signer, read_passphrase
    from card_registry.authority.pins.keeping import Place
    from card_registry.authority.serve import now, scratch

    with _sentences():
        keys = load_signer(signer_folder, read_passphrase(passphrase_file))
        engine = open_current(registry_url)
        try:
            yield Place(engine, keys, scratch(), now())
        finally:
            engine.dispose()


def _holder(_context: click.Context, _option: click.Parameter, value: str | None) -> "HolderId | None":
    from card_registry.words import HolderId

    if value is None:
        return None
    try:
        require_token(value, "a holder id")
    except ValueError as error:
        raise click.BadParameter(str(error)) from error
    return HolderId(value)


@pin.command("set")
@REGISTRY
@SIGNER
@PASSPHRASE
@BY
@click.option("--holder", callback=_holder, required=True, help="The holder's id (32 hex digits).")
def set_(registry_url: str, signer_folder: Path, passphrase_file: Path, by: str, holder: "HolderId") -> None:
    """Let the holder choose a PIN and, for a threat, another; each is typed twice and never shown."""
    from card_registry import pin as kernel
    from card_registry.authority.pins import keeping
    from card_registry.words import PersonId

    with _place(registry_url, signer_folder, passphrase_file) as place:
        keeping.require_possible(place, holder)
        digits = keeping.policy_of(place).pin_digits
        chosen = _typed(f"PIN ({digits} digits)")
        duress = _typed("PIN under threat (another one)")
        kernel.require_good(chosen, duress, digits)
        row = kernel.pin_row(holder, chosen, duress, secrets.token_bytes(kernel.SALT_BYTES))
        shown = keeping.set_pin(place, row, PersonId(by))
    click.echo(f"the PIN of holder {holder[:8]}… is set; {shown} controllers with such doors are told")


def _typed(prompt: str) -> str:
    return str(click.prompt(prompt, hide_input=True, confirmation_prompt=True))


@pin.command("clear")
@REGISTRY
@SIGNER
@PASSPHRASE
@BY
@click.option("--holder", callback=_holder, help="The holder's id (32 hex digits).")
@click.option("--controller", help="Clear every PIN that this controller is shown (it was stolen).")
def clear(
    registry_url: str, signer_folder: Path, passphrase_file: Path, by: str, **of: "HolderId | str | None"
) -> None:
    """Forget PINs; at doors that ask for one, those holders' cards open no more until a new one is set."""
    from card_registry.authority.pins import keeping
    from card_registry.words import ControllerId, HolderId, PersonId

    holder, controller = of["holder"], of["controller"]
    if (holder is None) == (controller is None):
        raise click.UsageError("name either --holder or --controller")
    with _place(registry_url, signer_folder, passphrase_file) as place:
        holders = [HolderId(holder)] if holder is not None else []
        if controller is not None:
            with place.registry.connect() as connection:
                rows = keeping.shown_to(connection, ControllerId(controller))
            holders = [row.holder for row in rows]
        cleared = keeping.clear_pins(place, holders, PersonId(by))
    click.echo(f"{cleared} PINs are cleared")


@pin.command("list")
@REGISTRY
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line instead of text.")
def list_(registry_url: str, *, as_json: bool) -> None:
    """List who has a PIN, since when, and how many grants the holder has; nothing of the PIN itself."""
    from card_registry.authority.inspection import list_pins

    with _sentences():
        found = list_pins(registry_url)
    for one in found:
        said = f"{one['holder']} since {one['set']}, {one['grants']} grants"
        click.echo(json.dumps(one) if as_json else said)

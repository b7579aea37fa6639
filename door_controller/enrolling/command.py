"""``akses door|desk init | accept | renew``: one device's own side of its enrolment."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import click

FOLDER = click.option(
    "--dir",
    "folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    required=True,
    help="The device's folder, with its site.toml.",
)
LINE = 4096
"""The longest invitation that is read, in bytes."""


@contextlib.contextmanager
def _one_sentence() -> Iterator[None]:
    """Turn what went wrong into one sentence and exit code 1."""
    from card_registry.errors import AksesError

    try:
        yield
    except (AksesError, OSError) as error:
        raise click.ClickException(str(error)) from error


@click.command()
@FOLDER
@click.option(
    "--invitation", type=click.File("rb"),
    help="The enroller's invitation: its file, or - to type or scan the code's text.",
)  # fmt: skip
def init(folder: Path, invitation: BinaryIO | None) -> None:
    """Make this device's keys and its request.json, and show the six words to be read to the enroller."""
    from card_registry.durable import read_plain
    from card_registry.invitation import Invitation
    from card_registry.six_words import words_of
    from door_controller import enrol, enrol_tls
    from firmware_config.files import load

    with _one_sentence():
        site = load(folder / "site.toml")
        doors = tuple(map(enrol.rule_of, site.door))
        invited = None if invitation is None else Invitation.read(invitation.readline(LINE))
        keys = (enrol_tls.make_key(folder), invited)
        path = enrol.init(folder, Path(site.folders.state), site.site, site.controller, doors, *keys)
        words = words_of(read_plain(path))
    click.echo(f"{path} is ready for: akses registry enrol --request {path}")
    click.echo("Take it to the enroller, and read these six words out:")
    click.echo(" ".join(words))


@click.command()
@FOLDER
@click.option(
    "--bundle", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=True,
    help="The site's answer to request.json.",
)  # fmt: skip
def accept(folder: Path, bundle: Path) -> None:
    """Store the site's answer to this device's request, and its certificate."""
    from card_registry.durable import read_plain
    from door_controller import enrol, enrol_tls
    from firmware_config.files import load

    with _one_sentence():
        site = load(folder / "site.toml")
        data = read_plain(bundle)
        place = (Path(site.folders.state), site.site, site.controller)
        holding = enrol_tls.check_bundle(folder, enrol.examine(*place, data))
        found = enrol.accept(*place, data)
        enrol_tls.take_bundle(folder, found)
    click.echo(f"{found.controller} belongs to {found.site}, root {found.root_sha256[:16]}…")
    if holding is not None:
        click.echo(f"its certificate holds until {_day(holding.ends)} and is renewed over the link")


@click.command()
@FOLDER
@click.option(
    "--certificate", type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The certificate that the enroller gave for renewal.json.",
)  # fmt: skip
def renew(folder: Path, certificate: Path | None) -> None:
    """Ask for a new TLS certificate by file, or store it: for a device that was away when it ended."""
    from card_registry.durable import read_plain
    from door_controller import enrol, enrol_tls
    from firmware_config.files import load

    with _one_sentence():
        site = load(folder / "site.toml")
        identity = enrol.load(Path(site.folders.state))
        if certificate is None:
            path = enrol_tls.ask(folder, identity)
            click.echo(f"{path} is ready for: akses registry renew --request {path}")
            return
        holding = enrol_tls.renew(folder, identity, read_plain(certificate))
    click.echo(f"{holding.identity} has a certificate until {_day(holding.ends)}; its bridge takes it up now")


def _day(at: int) -> str:
    from datetime import UTC, datetime

    return f"{datetime.fromtimestamp(at / 1000, UTC):%Y-%m-%d}"


COMMANDS = (init, accept, renew)

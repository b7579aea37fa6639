"""The commands ``akses bridge …``: what carries between controllers and the server, and its keys.

Here a command line becomes typed values and a failure one sentence; what the commands do is in their modules.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from card_registry.errors import AksesError
from card_registry.words import ControllerId, SiteId, require_digest, require_slug
from mqtt_bridge.carried.command import carry


class Slug(click.ParamType[str]):
    """A site or controller id."""

    name = "id"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Accept 1 to 32 of a-z, 0-9 and inner hyphens."""
        try:
            require_slug(str(value), "an id")
        except ValueError as error:
            self.fail(str(error), param, ctx)
        return str(value)


SLUG = Slug()
FOLDER = click.Path(file_okay=False, path_type=Path)
FILE = click.Path(dir_okay=False, path_type=Path)
PORT = click.IntRange(1, 65535)


class BrokerAddress(click.ParamType[tuple[str, int]]):
    """Another broker's HOST:PORT."""

    name = "host:port"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, int]:
        """Accept a name, an IPv4 address or an [IPv6] address, and a port."""
        host, _, port = str(value).rpartition(":")
        if not host or not port.isdigit() or not 0 < int(port) < 65536:  # noqa: PLR2004 - a port has 16 bits
            self.fail(f"{value!r} is not HOST:PORT", param, ctx)
        return host.removeprefix("[").removesuffix("]"), int(port)


ALSO = click.option(
    "--also",
    "others",
    type=BrokerAddress(),
    multiple=True,
    help="HOST:PORT of another broker, tried after the first; may be repeated.",
)


PARTIES = click.option(
    "--parties", type=FOLDER, help="Folder in which the hub tells the broker who may come in."
)


@contextmanager
def one_sentence() -> Iterator[None]:
    """End a refused command with its reason and exit code 1."""
    try:
        yield
    except AksesError as error:
        raise click.ClickException(str(error)) from error
    except OSError as error:
        about = f" {error.filename}" if error.filename else ""
        raise click.ClickException(f"this machine refused{about}: {error.strerror or error}") from error


@click.group()
def bridge() -> None:
    """Carry registry and journal between a controller and the server."""


@bridge.command()
@click.option(
    "--tls", type=FOLDER, required=True, help="Folder of the site's TLS authority; made the first time."
)
@click.option("--identity", type=click.Choice(["broker", "hub"]), required=True)
@click.option("--out", type=FOLDER, help="Where the party's files go; default: TLS/IDENTITY.")
@click.option(
    "--host", "hosts", multiple=True, help="Another name or address of the broker; may be repeated."
)
@click.option("--passphrase-file", type=FILE, required=True, help="Opens the authority's key.")
@click.option("--site", type=SLUG, help="Names the site in a new authority, for a shared broker.")
def ca(
    *,
    tls: Path,
    identity: str,
    out: Path | None,
    hosts: tuple[str, ...],
    passphrase_file: Path,
    site: str | None,
) -> None:
    """Issue a TLS certificate and key to the broker or the hub; devices get theirs by ``registry enrol``."""
    from mqtt_bridge.keys import read_passphrase
    from mqtt_bridge.tls import issue

    with one_sentence():
        issue(tls, identity, out or tls / identity, read_passphrase(passphrase_file), hosts, site or "")


@bridge.command("receipt-key")
@click.option("--receipt-key-dir", type=FOLDER, required=True, help="The hub's private folder.")
@click.option("--passphrase-file", type=FILE, required=True, help="Encrypts and opens the key.")
def receipt_key(receipt_key_dir: Path, passphrase_file: Path) -> None:
    """Print the hub's public receipt key (hex), making the key the first time."""
    from card_registry.signing import public_hex
    from mqtt_bridge.keys import make_receipt_key, read_passphrase

    with one_sentence():
        click.echo(public_hex(make_receipt_key(receipt_key_dir, read_passphrase(passphrase_file))))


def _controllers(text: str) -> tuple[ControllerId, ...]:
    from mqtt_bridge.topics import require_controllers

    return require_controllers(name for name in text.split(",") if name)


@bridge.command()
@click.option("--site", type=SLUG, help="With --acl: the site.")
@click.option("--controllers", default="", help="With --acl: the controllers, separated by commas.")
@click.option("--acl", "as_acl", is_flag=True, help="Print mosquitto's access list instead of the table.")
def topics(site: str | None, controllers: str, *, as_acl: bool) -> None:
    """Print the topic table: who writes and who reads what."""
    from mqtt_bridge.topics import TABLE, acl

    if as_acl:
        if site is None:
            raise click.UsageError("--acl needs --site")
        with one_sentence():
            click.echo(acl(SiteId(site), _controllers(controllers)), nl=False)
        return
    for row in TABLE:
        kept = "retained" if row.retained else "stream"
        click.echo(f"akses/SITE/{row.pattern:28} {row.writer:>10} → {row.reader:10} {kept:8} {row.carries}")


@bridge.command()
@click.option("--site", type=SLUG, required=True)
@click.option(
    "--sites",
    type=FILE,
    help="TOML of further sites, each [[site]] with id, port, tls, parties; mosquitto only, and every "
    "authority founded with --site.",
)
@click.option("--listen", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--controllers", default="", help="Ids of the site's controllers, separated by commas.")
@click.option("--port", type=PORT, required=True)
@click.option(
    "--tls", type=FOLDER, required=True, help="Folder with ca.pem, cert.pem, key.pem of the broker."
)
@click.option("--broker", "choice", type=click.Choice(["auto", "mosquitto", "amqtt"]), default="auto")
@PARTIES
@click.option(
    "--dir", "folder", type=FOLDER, required=True, help="Where the broker's configuration is written."
)
def broker(  # noqa: PLR0913 - a command line has as many options as it has
    *,
    site: str,
    sites: Path | None,
    listen: str,
    controllers: str,
    port: int,
    tls: Path,
    choice: str,
    folder: Path,
    parties: Path | None,
) -> None:
    """Be the broker of a site or several, in the foreground: mosquitto where it is installed, else amqtt."""
    from mqtt_bridge import broker as program
    from mqtt_bridge.daemon import start_logging
    from mqtt_bridge.plan import Plan
    from mqtt_bridge.sites import with_others

    start_logging()
    with one_sentence():
        named = None if parties is None else parties.resolve()
        folders = (tls.resolve(), folder.resolve(), named)
        plan = Plan(SiteId(site), _controllers(controllers), port, *folders, listen=listen)
        program.run(with_others(plan, sites), program.Choice(choice))


@bridge.command()
@click.option("--dir", "folder", type=FOLDER, required=True, help="The controller's folder.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Where the broker is.")
@click.option("--port", type=PORT, required=True)
@click.option("--site", type=SLUG, required=True)
@click.option("--controller", type=SLUG, required=True)
@click.option(
    "--ask-again",
    type=click.FloatRange(0.5, 3600),
    default=60.0,
    show_default=True,
    help="Seconds between requests for the retained slots; without an answer for 2.5 times as long, "
    "another broker is tried.",
)
@ALSO
def door(
    *,
    folder: Path,
    host: str,
    port: int,
    site: str,
    controller: str,
    ask_again: float,
    others: tuple[tuple[str, int], ...],
) -> None:
    """Be one controller's bridge: slots down, batches and status up."""
    from mqtt_bridge import door_end
    from mqtt_bridge.daemon import end_on_signals, start_logging
    from mqtt_bridge.link import Address

    start_logging()
    end_on_signals()
    with one_sentence():
        (name,) = _controllers(controller)
        addresses = [Address(*one) for one in ((host, port), *others)]
        rhythm = door_end.Rhythm(ask_again, 2.5 * ask_again)
        door_end.run(folder, SiteId(site), name, addresses, rhythm)


@bridge.command()
@click.option("--site", type=SLUG, required=True)
@click.option("--ledger", required=True, help="URL of the ledger store, which the hub writes.")
@click.option("--registry", required=True, help="URL of the registry store, which the hub reads.")
@click.option("--receipt-key-dir", type=FOLDER, required=True, help="The hub's private folder.")
@click.option("--passphrase-file", type=FILE, required=True, help="Opens the receipt key.")
@click.option("--tls", type=FOLDER, required=True, help="Folder with ca.pem, cert.pem, key.pem of the hub.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Where the broker is.")
@click.option("--port", type=PORT, required=True)
@click.option("--run", "run_folder", type=FOLDER, required=True, help="Folder of the hint sockets.")
@click.option("--root", required=True, help="SHA-256 (hex) of the first root of the registry.")
@click.option(
    "--keep-days",
    type=click.IntRange(30),
    default=1825,
    show_default=True,
    help="Keep every row for so many days after its arrival, whatever the office's retention rule says.",
)
@PARTIES
@ALSO
def hub(  # noqa: PLR0913 - a command line has as many options as it has
    *,
    site: str,
    ledger: str,
    registry: str,
    receipt_key_dir: Path,
    passphrase_file: Path,
    tls: Path,
    host: str,
    port: int,
    run_folder: Path,
    root: str,
    keep_days: int,
    parties: Path | None,
    others: tuple[tuple[str, int], ...],
) -> None:
    """Be the site's hub: publish the registry, store what controllers send, give receipts."""
    from mqtt_bridge import hub_end, keys
    from mqtt_bridge.daemon import end_on_signals, start_logging
    from mqtt_bridge.link import Address

    try:
        require_digest(root, "--root")
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    start_logging()
    end_on_signals()
    with one_sentence():
        key = keys.receipt_key(receipt_key_dir, keys.read_passphrase(passphrase_file))
        addresses = tuple(Address(*one) for one in ((host, port), *others))
        stores = (SiteId(site), ledger, registry)
        hub_end.run(hub_end.Settings(*stores, key, tls, addresses, run_folder, root, parties, keep_days))


bridge.add_command(carry)

"""``akses registry invite | enrol | renew | cut-off``: devices of the site, each act in one command.

A refusal is one sentence and exit code 1.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from sqlalchemy import Engine

    from card_registry.authority.keys import SignerKeys
    from card_registry.certificate import Authority
    from card_registry.enrolment import EnrolRequest

FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
OUT = click.Path(path_type=Path, dir_okay=False)
FOLDER = click.Path(path_type=Path, file_okay=False)
REGISTRY = click.option("--registry", "registry_url", required=True, help="URL of the registry store.")
OFFICERS = click.option("--officers", type=FOLDER, required=True, help="Folder of the enroller's key.")
SIGNER = click.option(
    "--signer", "signer_folder", type=FOLDER, required=True, help="Folder of the signer's keys."
)
PASSPHRASE = click.option(
    "--passphrase-file", type=FILE, required=True, help="File with the keys' passphrase, one line."
)
ENROLLER_PASSPHRASE = click.option(
    "--enroller-passphrase-file", type=FILE, help="Opens the enroller's key; default: the other one."
)
TLS = click.option("--tls", type=FOLDER, help="Folder of the site's TLS authority; default: SIGNER/tls.")
TLS_PASSPHRASE = click.option(
    "--tls-passphrase-file", type=FILE, help="Opens the TLS authority; default: the other passphrase file."
)
RUN = click.option("--run", type=FOLDER, help="Folder of the wake-up sockets: the hub then looks at once.")


@dataclass(frozen=True, slots=True)
class Wire:
    """Where the TLS authority is, if the site has one here."""

    folder: Path
    passphrase_file: Path

    def open(self) -> "Authority | None":
        """Open it; None where there is none.

        Raises:
            OperatorMistaken: It is there, and the passphrase does not open it.
        """
        from card_registry.authority.keys import read_passphrase
        from card_registry.certifying import CA_FILE, open_authority

        if not (self.folder / CA_FILE).exists():
            return None
        return open_authority(self.folder, read_passphrase(self.passphrase_file))


def wire(signer_folder: Path, passphrase_file: Path, tls: Path | None, tls_passphrase: Path | None) -> Wire:
    """Say where the TLS authority is, from what the command line says."""
    return Wire(tls or signer_folder / "tls", tls_passphrase or passphrase_file)


@contextmanager
def _registry(url: str) -> "Iterator[Engine]":
    """Open the registry for the length of a block; end with the sentence of a failure."""
    from sqlalchemy.exc import SQLAlchemyError

    from card_registry.authority.founding import open_current
    from card_registry.errors import AksesError

    try:
        engine = open_current(url)
        try:
            yield engine
        finally:
            engine.dispose()
    except AksesError as error:
        raise click.ClickException(str(error)) from error
    except OSError as error:
        raise click.ClickException(f"this machine refused {error.filename}: {error.strerror}") from error
    except SQLAlchemyError as error:
        message = (
            f"the registry store cannot be used: {type(error).__name__}; check its URL and that it is founded"
        )
        raise click.ClickException(message) from error


def _keys(
    signer: tuple[Path, Path], enroller: tuple[Path, Path | None]
) -> "tuple[SignerKeys, Ed25519PrivateKey]":
    """Open the signer's keys and the enroller's, each a folder and a passphrase file.

    Raises:
        OperatorMistaken: A file is missing, or its passphrase does not open it.
    """
    from card_registry.authority.keys import load_key, load_signer, read_passphrase

    own, phrase = read_passphrase(signer[1]), read_passphrase(enroller[1] or signer[1])
    return load_signer(signer[0], own), load_key(enroller[0] / "enroller.pem", phrase)


def _wake(run: Path | None) -> None:
    from card_registry.authority.serve import TOLD
    from card_registry.hint import send_hint

    for name in TOLD if run is not None else ():
        send_hint(Path(run or ".") / name)


@click.command()
@click.argument("controller")
@click.option("--desk", is_flag=True, help="It is a desk, which makes cards and drives no door.")
@click.option("--minutes", type=click.IntRange(1, 1440), default=15, show_default=True)
@SIGNER
@REGISTRY
@click.option("--out", type=OUT, help="Write the invitation to this file.")
@click.option("--svg", type=OUT, help="Write its QR code to this picture.")
@click.option("--quiet", is_flag=True, help="Show no QR code on the screen.")
def invite(  # noqa: PLR0913 - a command line has as many options as it has
    *,
    controller: str,
    desk: bool,
    minutes: int,
    signer_folder: Path,
    registry_url: str,
    out: Path | None,
    svg: Path | None,
    quiet: bool,
) -> None:
    """Invite one device: a code that is good once, and for minutes."""
    from card_registry.authority.devices import inviting, showing
    from card_registry.authority.keys import read_root
    from card_registry.authority.serve import now, scratch
    from card_registry.instant import MINUTE
    from card_registry.words import ControllerId, ControllerKind

    with _registry(registry_url) as engine:
        kind = ControllerKind.DESK if desk else ControllerKind.DOOR
        wanted = inviting.Wanted(ControllerId(controller), kind, minutes * MINUTE)
        root = read_root(signer_folder)
        made = inviting.invite(engine, root, wanted, scratch(), now(), secrets.token_bytes)
        showing.write(made, out, svg)
        if not quiet:
            click.echo(showing.on_screen(made))
    group = "desk" if desk else "door"
    click.echo(
        f"{controller} is invited for {minutes} minutes, once; show it to nobody else. On the device:\n"
        f"akses {group} init --dir FOLDER --invitation {out or '- (and scan the code)'}"
    )


@click.command()
@click.option("--request", type=FILE, required=True, help="The device's request.json.")
@click.option("--words", "said", help="The six words that the device shows, as its keeper reads them out.")
@OFFICERS
@SIGNER
@REGISTRY
@PASSPHRASE
@ENROLLER_PASSPHRASE
@TLS
@TLS_PASSPHRASE
@RUN
@click.option("--bundle", type=OUT, required=True)
def enrol(  # noqa: PLR0913 - a command line has as many options as it has
    *,
    request: Path,
    said: str | None,
    officers: Path,
    signer_folder: Path,
    registry_url: str,
    passphrase_file: Path,
    enroller_passphrase_file: Path | None,
    tls: Path | None,
    tls_passphrase_file: Path | None,
    run: Path | None,
    bundle: Path,
) -> None:
    """Trust a device whose six words are given, and write the bundle it accepts; again gives the same."""
    from card_registry import canonical
    from card_registry.authority import enrol as enrolment
    from card_registry.authority.keys import PRIVATE_MODE
    from card_registry.authority.serve import now, scratch
    from card_registry.durable import read_plain, write_whole
    from card_registry.enrolment import open_request

    with _registry(registry_url) as engine:
        data = read_plain(request)
        asked = open_request(data)
        _compare(asked, data, said)
        keys = _keys((signer_folder, passphrase_file), (officers, enroller_passphrase_file))
        authority = wire(signer_folder, passphrase_file, tls, tls_passphrase_file).open()
        made = enrolment.enrol(engine, keys, asked, scratch(), now(), secrets.token_bytes, authority)
        write_whole(bundle, canonical.encode(made), PRIVATE_MODE)
    _wake(run)
    _show(asked)
    click.echo(f"{made.controller} is enrolled, epoch {made.epoch}; give it {bundle}")
    if asked.tls_key and not made.certificate:
        click.echo("it has no TLS certificate, because no TLS authority is here; see --tls")


def _compare(asked: "EnrolRequest", data: bytes, said: str | None) -> None:
    """Go on only with the words of exactly this request.

    Raises:
        OperatorMistaken: They are not given, or are another request's.
    """
    from card_registry.errors import OperatorMistaken
    from card_registry.six_words import read_words, words_of

    own = words_of(data)
    if said is None:
        _show(asked)
        click.echo(f"its six words: {' '.join(own)}")
        raise OperatorMistaken(
            f"nothing is enrolled yet; if {asked.controller} shows the same six words, run this again with "
            "--words and those words"
        )
    if read_words(said) != own:
        raise OperatorMistaken(
            f"these are not the words of this request: it is not the one that {asked.controller} made, or a "
            "word was misheard; read them from the device again, and if they differ still, invite it anew"
        )


def _show(asked: "EnrolRequest") -> None:
    """Say what the enroller puts a signature to."""
    from card_registry.rule import demands_of

    click.echo(f"{asked.kind} {asked.controller} at {asked.site}, epoch {asked.epoch}")
    for rule in asked.doors:
        click.echo(f"door {rule.id}: {'; '.join(demands_of(rule))}")


@click.command()
@click.option("--request", type=FILE, required=True, help="The device's renewal.json.")
@SIGNER
@REGISTRY
@PASSPHRASE
@TLS
@TLS_PASSPHRASE
@click.option("--out", type=OUT, required=True, help="Where the certificate is written.")
def renew(
    *,
    request: Path,
    signer_folder: Path,
    registry_url: str,
    passphrase_file: Path,
    tls: Path | None,
    tls_passphrase_file: Path | None,
    out: Path,
) -> None:
    """Give a device that was away a new TLS certificate, by file."""
    from card_registry.authority.devices import certificates
    from card_registry.authority.keys import read_root
    from card_registry.authority.serve import now, scratch
    from card_registry.durable import read_plain, write_whole
    from card_registry.errors import OperatorMistaken

    with _registry(registry_url) as engine:
        authority = wire(signer_folder, passphrase_file, tls, tls_passphrase_file).open()
        if authority is None:
            raise OperatorMistaken("no TLS authority is here; name its folder with --tls")
        trust = (read_root(signer_folder), authority)
        sealed = read_plain(request)
        who, pem = certificates.renew(engine, trust, sealed, scratch(), now(), secrets.token_bytes)
        write_whole(out, pem, 0o644)
    click.echo(
        f"{who} has a new certificate; on the device: akses door renew --dir FOLDER --certificate {out}"
    )


@click.command("cut-off")
@click.argument("controller")
@OFFICERS
@SIGNER
@REGISTRY
@PASSPHRASE
@ENROLLER_PASSPHRASE
@TLS
@TLS_PASSPHRASE
@RUN
@click.option("--by", default="enroller", show_default=True, help="Id of the person, for the authority log.")
def cut(  # noqa: PLR0913 - a command line has as many options as it has
    *,
    controller: str,
    officers: Path,
    signer_folder: Path,
    registry_url: str,
    passphrase_file: Path,
    enroller_passphrase_file: Path | None,
    tls: Path | None,
    tls_passphrase_file: Path | None,
    run: Path | None,
    by: str,
) -> None:
    """Cut a stolen device off: keys, certificates, cards, orders and PINs, at once."""
    from card_registry.authority.devices.cut_off import cut_off
    from card_registry.authority.serve import now, scratch
    from card_registry.words import ControllerId, PersonId

    with _registry(registry_url) as engine:
        keys = _keys((signer_folder, passphrase_file), (officers, enroller_passphrase_file))
        authority = wire(signer_folder, passphrase_file, tls, tls_passphrase_file).open()
        who = (ControllerId(controller), PersonId(by))
        done = cut_off(engine, keys, authority, who, scratch(), now())
    _wake(run)
    click.echo(
        f"{controller} is cut off, publication {done.publication}: {done.certificates} certificates revoked, "
        f"{done.pins} PINs cleared; nothing it sends is stored and nothing more is shown to it"
    )
    if authority is None:
        click.echo("no TLS authority is here: the broker's access list shuts it out, no list of revoked ones")
    click.echo(f"its successor comes with a new folder: akses registry invite {controller}")


COMMANDS = (invite, enrol, renew, cut)

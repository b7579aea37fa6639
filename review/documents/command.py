"""``akses review document``: the office's letterhead and numbers, and signing a PDF."""

from pathlib import Path

import click

FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.group()
def document() -> None:
    """Set the letterhead of documents, and sign what was issued."""


@document.command()
@click.argument("code")
@click.option("--office", required=True, metavar="URL", help="The office store.")
@click.option("--certificate", required=True, type=FILE, help="PKCS#12 file (.p12, .pfx) of who signs.")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--reason", default="", help="In which capacity it is signed, such as a title.")
@click.option("--place", default="", help="Where it is signed.")
def sign(code: str, office: str, certificate: Path, out: Path, reason: str, place: str) -> None:
    """Sign the newest PDF of the document CODE; the passphrase is asked each time and kept nowhere."""
    from card_registry.durable import read_plain, write_whole
    from card_registry.errors import AksesError
    from review.documents.sealing import CertificateFile, Occasion
    from review.setting_up import open_office
    from review.signing_files import sign_kept

    passphrase = click.prompt("Passphrase of the certificate", hide_input=True, err=True)
    try:
        sealer = CertificateFile(read_plain(certificate))
        body = sign_kept(open_office(office), code, sealer, passphrase, Occasion(reason, place))
        write_whole(out, body)
    except AksesError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"signed; {out.name} is kept with the document, and its hash verifies it")


@document.command("set")
@click.argument("name")
@click.argument("value")
@click.option("--office", required=True, metavar="URL", help="The office store.")
def set_(name: str, value: str, office: str) -> None:
    """Set a line of the letterhead (kop.instansi, kop.unit, kop.alamat …) or a template (nomor.F16)."""
    from card_registry.errors import AksesError
    from review.setting_up import open_office
    from review.store import letterheads
    from review.store.transaction import writing

    try:
        with writing(open_office(office)) as connection:
            letterheads.keep(connection, name, value)
    except AksesError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{name} is set; documents issued from now on have it")

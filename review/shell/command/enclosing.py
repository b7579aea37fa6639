"""What goes with a case from a shell: files attached to it, documents issued of it."""

from pathlib import Path

import click

from review.shell.command.asker import FILE, Asker, Asking, case_id, keep, zone
from review.shell.command.group import case


@case.command()
@click.argument("name", metavar="CASE")
@click.argument("file", type=FILE, required=False)
@click.option("--caption", default="", help="What it shows.")
@Asking
def attach(asking: Asker, name: str, file: Path | None, caption: str) -> None:
    """Attach a FILE (PDF, JPEG, PNG) to a case; without one, list what is attached."""
    from card_registry.durable import read_plain
    from review.attachment import LARGEST
    from review.shell import words
    from review.web.api_attachments import AttachmentBody, AttachmentsBody

    with asking.console() as console:
        place = f"/cases/{case_id(console, name)}/attachments"
        if file is None:
            found, data = console.get(place, AttachmentsBody)
            asking.tell(data, words.attachments(found, zone()))
            return
        body = read_plain(file, LARGEST)
        one, data = console.send(place, AttachmentBody, body, name=file.name[:200], caption=caption)
    asking.tell(data, [f"{one.name} is attached: {one.size} bytes, SHA-256 {one.sha256}"])


@case.command()
@click.argument("name", metavar="CASE")
@click.option("--issue", metavar="FORM", help="Issue the document of a form first.")
@Asking
def documents(asking: Asker, name: str, issue: str | None) -> None:
    """List the documents of a case, by the codes that verify them."""
    from review.shell import words
    from review.web.api_documents import DocumentBody, DocumentsBody

    with asking.console() as console:
        place = f"/cases/{case_id(console, name)}/documents"
        if issue is not None:
            console.post(place, DocumentBody, {"form": issue})
        found, data = console.get(place, DocumentsBody)
    asking.tell(data, words.documents(found, zone()))


@case.command("print")
@click.argument("code")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path))
@Asking
def print_(asking: Asker, code: str, out: Path) -> None:
    """Write the document of a CODE as PDF/A."""
    with asking.console() as console:
        data = console.fetch(f"/documents/{code[:80]}/pdf")
    keep(out, data)
    click.echo(f"document {code} is in {out.name}")

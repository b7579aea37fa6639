"""`akses review case`: read cases and act on them at a console, with a token."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING

import click

from card_registry.errors import AksesError

if TYPE_CHECKING:
    from review.shell.client import Console
    from review.web.api_cases import CaseBody

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
TOKEN_BYTES = 16
ID = 2 * TOKEN_BYTES
FORM_LIMIT = 512 * 1024
VIEWS = {"all": "semua", "mine": "saya", "waiting": "menunggu-saya"}
"""The console's lists of cases, by what this command calls them."""


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


class Asker:
    """How a command asks, and how it tells."""

    def __init__(self, address: str, token_file: Path, authority: Path | None, as_json: bool) -> None:  # noqa: FBT001 - the flag of the command line
        self._where = (address, token_file, authority)
        self._as_json = as_json

    @contextmanager
    def console(self) -> Iterator["Console"]:
        """Open the way to the console; what it refuses ends the command with exit code 1."""
        from review.shell.client import Console, read_token

        address, token_file, authority = self._where
        try:
            with Console(address, read_token(token_file), authority) as console:
                yield console
        except AksesError as error:
            raise click.ClickException(str(error)) from error

    def tell(self, data: bytes, lines: Iterable[str]) -> None:
        """Print an answer, as JSON or in lines."""
        click.echo(data.decode() if self._as_json else "\n".join(lines))


Asking = click.make_pass_decorator(Asker)


def zone() -> tzinfo | None:
    """Give the time zone of this machine, in which moments are printed."""
    return datetime.now().astimezone().tzinfo


def case_id(console: "Console", name: str) -> str:
    """Give the id of a case named by its number or id."""
    from review.web.api_cases import CasesBody

    if len(name) == ID and all(sign in "0123456789abcdef" for sign in name):
        return name
    found, _ = console.get("/cases", CasesBody, text=name[:80])
    same = [one.id for one in found.cases if one.number.casefold() == name.casefold()]
    if len(same) != 1:
        raise click.ClickException(f"no case is numbered {name}, or you may not read it")
    return same[0]


def _read(file: Path | None) -> dict[str, str | tuple[str, ...]]:
    """Read a filled form."""
    from card_registry.durable import read_plain
    from review.shell import sheets

    if file is None:
        return {}
    try:
        return sheets.read(read_plain(file, FORM_LIMIT).decode(), file.name)
    except UnicodeDecodeError as error:
        raise click.ClickException(f"{file.name} is not UTF-8 text") from error
    except AksesError as error:
        raise click.ClickException(str(error)) from error


@case.command("list")
@click.option("--whose", type=click.Choice([*VIEWS]), default="all", show_default=True)
@click.option("--procedure", default="", help="Of one procedure, such as S1.A.")
@click.option("--state", type=click.Choice(["berjalan", "menunggu", "antre", "selesai"]))
@click.option("--late", is_flag=True, help="Whose step is past its time.")
@click.option("--text", default="", help="In number, holder or applicant.")
@click.option("--page", default=1, show_default=True)
@Asking
def list_(
    asking: Asker, *, whose: str, procedure: str, state: str | None, late: bool, text: str, page: int
) -> None:
    """List the cases that you may read."""
    from review.shell import words
    from review.web.api_cases import CasesBody

    asked: dict[str, str | int | bool] = {
        "whose": VIEWS[whose],
        "procedure": procedure,
        "text": text,
        "page": page,
    }
    asked |= {"late": late} | ({} if state is None else {"state": state})
    with asking.console() as console:
        found, data = console.get("/cases", CasesBody, **asked)
    asking.tell(data, words.cases(found, zone()))


@case.command()
@click.argument("name", metavar="CASE")
@Asking
def show(asking: Asker, name: str) -> None:
    """Show a case: where it stands, what you may do, its history."""
    from review.shell import words
    from review.web.api_cases import CaseBody

    with asking.console() as console:
        one, data = console.get(f"/cases/{case_id(console, name)}", CaseBody)
    asking.tell(data, words.case(one, zone()))


@case.command()
@click.argument("name", metavar="CASE")
@Asking
def papers(asking: Asker, name: str) -> None:
    """Show the forms of a case as last filled."""
    from review.shell import words
    from review.web.api_cases import PapersBody

    with asking.console() as console:
        found, data = console.get(f"/cases/{case_id(console, name)}/papers", PapersBody)
    asking.tell(data, words.papers(found))


@case.command()
@Asking
def procedures(asking: Asker) -> None:
    """List the procedures in force, and which of them you may open."""
    from review.shell import words
    from review.web.api_procedures import ProceduresBody

    with asking.console() as console:
        found, data = console.get("/procedures", ProceduresBody)
    asking.tell(data, words.procedures(found))


@case.command()
@click.argument("name", metavar="CASE|PROCEDURE")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write the form to fill here.")
@Asking
def form(asking: Asker, name: str, out: Path | None) -> None:
    """Show what a case's step, or opening a procedure, asks of you; write its form to be filled (TOML)."""
    from review.shell import sheets, words
    from review.web.api_procedures import ProceduresBody
    from review.web.api_steps import StepBody

    with asking.console() as console:
        tables, _ = console.get("/procedures", ProceduresBody)
        if name in {one.id for one in tables.procedures}:
            step, data = console.get(f"/procedures/{name}/opening", StepBody)
        else:
            step, data = console.get(f"/cases/{case_id(console, name)}/step", StepBody)
    text = sheets.written(step.papers)
    if out is None:
        asking.tell(data, (*words.step(step), "", text))
        return
    _keep(out, text.encode())
    asking.tell(data, (*words.step(step), f"the form to fill is in {out.name}" if step.papers else "no form"))


def _keep(out: Path, data: bytes) -> None:
    """Write a new file; one that is there stays."""
    try:
        with out.open("xb") as file:
            file.write(data)
    except FileExistsError as error:
        raise click.ClickException(f"{out.name} is there already; name another --out") from error
    except OSError as error:
        raise click.ClickException(f"{out.name} cannot be written: {error.strerror}") from error


FIELDS = click.option("--fields", type=FILE, help="The filled form (TOML), as `form` writes it.")
NOTE = click.option("--note", default="", help="Words beside the answer; a rejection needs some.")
BEHALF = click.option("--behalf", help="In whose name it is recorded, by the id that `form` names.")


@case.command("open")
@click.argument("procedure")
@click.option("--choice", default="", help="The first step's answer, where it has several.")
@FIELDS
@NOTE
@BEHALF
@click.option("--key", default="", help="A word of your own: under the same word, only one case is opened.")
@Asking
def open_(
    asking: Asker, procedure: str, choice: str, fields: Path | None, note: str, behalf: str | None, key: str
) -> None:
    """Open a case of a procedure."""
    given = _read(fields)
    body = {"procedure": procedure, "choice": choice, "note": note, "fields": given, "behalf": behalf}
    _act(asking, None, "/cases", body, lambda one: f"{one.number} is open at step {one.step}", key)


@case.command()
@click.argument("name", metavar="CASE")
@click.argument("step")
@click.argument("choice")
@FIELDS
@NOTE
@BEHALF
@click.option("--passphrase-file", type=FILE, help="Opens your key, where the answer adds a right.")
@Asking
def act(  # noqa: PLR0913, PLR0917 - one option each
    asking: Asker,
    name: str,
    step: str,
    choice: str,
    fields: Path | None,
    note: str,
    behalf: str | None,
    passphrase_file: Path | None,
) -> None:
    """Answer a case's STEP with a CHOICE; another step than the present one is refused."""
    from review.command import secret
    from review.web.api_steps import StepBody

    given = _read(fields)
    with asking.console() as console:
        id_ = case_id(console, name)
        now, _ = console.get(f"/cases/{id_}/step", StepBody)
    signs = any(one.signs for one in now.choices if one.label == choice)
    phrase = secret(passphrase_file, "Signing passphrase") if signs and now.step == step else ""
    attempt = now.attempt if now.step == step else 1
    said = {"step": step, "attempt": attempt, "choice": choice, "note": note, "fields": given}
    body = {**said, "behalf": behalf, "passphrase": phrase}
    _act(asking, id_, "/cases/{}/answers", body, _standing)


def _standing(one: "CaseBody") -> str:
    """Say where a case stands after an act."""
    if one.ending is not None:
        return f"{one.number} is over: {one.ending}"
    return f"{one.number} stands at step {one.step} ({one.state}): {one.waiting_for or one.turn}"


def _act(
    asking: Asker,
    name: str | None,
    path: str,
    body: Mapping[str, object],
    said: Callable[["CaseBody"], str] = _standing,
    key: str = "",
) -> None:
    """Do something with a case, and say how it stands then."""
    from review.web.api_cases import CaseBody

    with asking.console() as console:
        place = path.format("" if name is None else case_id(console, name))
        one, data = console.post(place, CaseBody, body, key)
    asking.tell(data, [said(one)])


@case.command()
@click.argument("name", metavar="CASE")
@click.option("--why", required=True, help="The reason, for the record.")
@Asking
def withdraw(asking: Asker, name: str, why: str) -> None:
    """Take a request of your own back."""
    _act(asking, name, "/cases/{}/withdrawal", {"why": why})


@case.command()
@click.argument("name", metavar="CASE")
@click.argument("row", type=click.IntRange(0))
@click.option("--note", required=True, help="What was wrong, and what is right.")
@Asking
def correct(asking: Asker, name: str, row: int, note: str) -> None:
    """Add a correction to a ROW of the history that is yours; the row stays."""
    _act(asking, name, "/cases/{}/corrections", {"position": row, "note": note})


@case.command("look-again")
@click.argument("name", metavar="CASE")
@Asking
def look_again(asking: Asker, name: str) -> None:
    """Take a case out of the queue, because a place may be free."""
    _act(asking, name, "/cases/{}/look-again", {})


@case.command()
@click.argument("name", metavar="CASE")
@click.argument("person")
@Asking
def appoint(asking: Asker, name: str, person: str) -> None:
    """Name the PERSON (by id) who is to do what you assigned."""
    _act(asking, name, "/cases/{}/appointments", {"person": person})


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
    _keep(out, data)
    click.echo(f"document {code} is in {out.name}")


@case.command()
@click.option("--read", "upto", type=click.IntRange(1), metavar="ID", help="Mark all up to this one as read.")
@Asking
def inbox(asking: Asker, upto: int | None) -> None:
    """Read your messages."""
    from review.shell import words
    from review.web.api_inbox import InboxBody

    with asking.console() as console:
        if upto is not None:
            console.post("/inbox/read", InboxBody, {"upto": upto})
        found, data = console.get("/inbox", InboxBody)
    asking.tell(data, words.inbox(found, zone()))

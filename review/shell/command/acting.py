"""What is done to a case from a shell: opened, answered, withdrawn, corrected, looked at again, handed on."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from card_registry.errors import AksesError
from review.shell.command.asker import FILE, Asker, Asking, case_id
from review.shell.command.group import case

if TYPE_CHECKING:
    from review.web.api_cases import CaseBody

FORM_LIMIT = 512 * 1024
FIELDS = click.option("--fields", type=FILE, help="The filled form (TOML), as `form` writes it.")
NOTE = click.option("--note", default="", help="Words beside the answer; a rejection needs some.")
BEHALF = click.option("--behalf", help="In whose name it is recorded, by the id that `form` names.")


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
    from review.typed_secret import secret
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

"""What the officers' commands ask of a person: folders, passphrases, files, a yes; and how they end.

A passphrase is typed where nothing shows it, or read from a file; it is never an argument.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from card_registry.authority.officers.draft import Draft

FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
OUT = click.Path(path_type=Path, dir_okay=False)
FOLDER = click.Path(path_type=Path, file_okay=False)
REGISTRY = click.option("--registry", "registry_url", required=True, help="URL of the registry store.")
SIGNER = click.option(
    "--signer", "signer_folder", type=FOLDER, required=True, help="Folder of the signer's keys."
)
PASSPHRASE = click.option(
    "--passphrase-file", type=FILE, help="File with the keys' passphrase, one line; else it is asked for."
)
DRAFT_OUT = click.option("--out", type=OUT, required=True, help="The draft to write.")
WHY = click.option("--why", required=True, help="Why, in a sentence that every officer will read.")
SHORTEST = 8


@contextmanager
def sentences() -> Iterator[None]:
    """End with the sentence of a failure instead of its traceback."""
    from sqlalchemy.exc import SQLAlchemyError

    from card_registry.errors import AksesError

    try:
        yield
    except AksesError as error:
        raise click.ClickException(str(error)) from error
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    except SQLAlchemyError as error:
        raise click.ClickException(
            f"the registry store cannot be used: {type(error).__name__}; check its URL and that it is founded"
        ) from error
    except OSError as error:
        raise click.ClickException(f"{error.filename} cannot be used: {error.strerror}") from error


def passphrase(file: Path | None, *, new: bool = False) -> bytes:
    """Read a passphrase from its file, or ask for it; a new one is typed twice.

    Raises:
        OperatorMistaken: It is too short, or the file does not hold one line.
    """
    from card_registry.authority.keys import read_passphrase
    from card_registry.errors import OperatorMistaken

    if file is not None:
        return read_passphrase(file)
    typed = str(click.prompt("Passphrase of the key", hide_input=True, confirmation_prompt=new))
    if new and len(typed) < SHORTEST:
        raise OperatorMistaken(f"a passphrase needs at least {SHORTEST} characters; take a short sentence")
    return typed.encode()


def read(path: Path) -> "Draft":
    """Read a draft file.

    Raises:
        Malformed: It is not one.
    """
    from card_registry.authority.officers.draft import MOST, read_draft
    from card_registry.durable import read_plain

    return read_draft(read_plain(path, MOST))


def write(path: Path, draft: "Draft") -> None:
    """Write a draft file whole.

    Raises:
        OSError: The folder cannot be written.
    """
    from card_registry.canonical import encode
    from card_registry.durable import write_whole

    write_whole(path, encode(draft))


def show(draft: "Draft", pinned: str) -> None:
    """Print what a draft changes and who signed it."""
    from card_registry.authority.officers.sheet import sheet

    for line in sheet(draft, pinned):
        click.echo(line)


def next_step(*lines: str) -> None:
    """Print what to do now."""
    click.echo("\nNext:")
    for number, line in enumerate(lines, 1):
        click.echo(f"  {number}. {line}")

"""How a command of the shell asks the console: with a token, over HTTP, and what it then prints."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING

import click

from card_registry.errors import AksesError

if TYPE_CHECKING:
    from review.shell.client import Console

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
ID = 32
"""How many hexadecimal digits an id has."""


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


def keep(out: Path, data: bytes) -> None:
    """Write a new file; one that is there stays."""
    try:
        with out.open("xb") as file:
            file.write(data)
    except FileExistsError as error:
        raise click.ClickException(f"{out.name} is there already; name another --out") from error
    except OSError as error:
        raise click.ClickException(f"{out.name} cannot be written: {error.strerror}") from error

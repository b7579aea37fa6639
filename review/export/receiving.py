"""A file as it comes from a console: written as it arrives, under its name only when it came to its end."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from card_registry.errors import OperatorMistaken
from review.shell.client import Console

CODE = "Akses-Ekspor"
"""The header that names the record of a file."""

PART = ".sebagian"
"""How the file is called until it is whole."""


@dataclass(frozen=True, slots=True)
class Received:
    """Under which code the file is on record, and the SHA-256 of what came."""

    code: str
    sha256: str


def receive(console: Console, asked: Mapping[str, str], out: Path) -> Received:
    """Ask for a file and write it.

    Raises:
        OperatorMistaken: There is such a file already, or it cannot be written.
        NotWarranted: The console says no.
        Unreachable: It does not answer, or hangs up in the middle; then nothing is left.
    """
    part, hashed = out.with_name(out.name + PART), hashlib.sha256()
    if out.exists():
        raise OperatorMistaken(f"{out.name} is there already; name another --out")
    try:
        with part.open("xb") as file, console.download("/exports", asked) as (headers, pieces):
            for piece in pieces:
                hashed.update(piece)
                file.write(piece)
        part.rename(out)
    except FileExistsError as error:
        raise OperatorMistaken(f"{part.name} is there already; remove it first") from error
    except OSError as error:
        part.unlink(missing_ok=True)
        raise OperatorMistaken(f"{out.name} cannot be written: {error.strerror}") from error
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return Received(headers[CODE], hashed.hexdigest())

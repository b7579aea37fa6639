"""How far the signer ever got, in a file outside its store: by it a restored store is known for what it is.

The file lies beside the signer's keys. It is written before each commit and again after it, so it is never
behind the store; one number is skipped when power fails in between. It holds no secret and grants nothing.

2026-11-21: a store that was founded and a file that is missing count as restored, because otherwise whoever
can put an older store in place need only delete one more file.
"""

from pathlib import Path

from card_registry import canonical
from card_registry.authority.recovery import Floors
from card_registry.durable import read_plain, write_whole
from card_registry.errors import Malformed, OperatorMistaken
from card_registry.words import SiteId

FLOORS_FILE = "floors.json"
WAIVERS = "waivers"
"""The folder beside it in which an officer's waivers are laid."""

MODE = 0o600


def read(folder: Path) -> Floors | None:
    """Read the signer's floors; None when the file is missing or damaged, which is treated alike."""
    try:
        return canonical.decode(read_plain(folder / FLOORS_FILE), Floors, f"{FLOORS_FILE}")
    except (OSError, Malformed):
        return None


def write(folder: Path, floors: Floors) -> None:
    """Keep the floors durably.

    Raises:
        OperatorMistaken: The folder cannot be written.
    """
    try:
        write_whole(folder / FLOORS_FILE, canonical.encode(floors), MODE)
    except OSError as error:
        raise OperatorMistaken(
            f"{folder / FLOORS_FILE} cannot be written ({error.strerror}), so a restore may go unnoticed "
            "until a door tells of it; make room"
        ) from error


def begin(folder: Path, site: SiteId) -> None:
    """Begin the floors of a site that was just founded."""
    write(folder, Floors(1, site, 1, 1))

"""How far the signer ever got, in a file outside its store: by it a restored store is known for what it is.

The file lies beside the signer's keys. It is written before each commit and again after it, so it is never
behind the store; one number is skipped when power fails in between. It holds no secret and grants nothing.

2026-11-21: a store that was founded and a file that is missing count as restored, because otherwise whoever
can put an older store in place need only delete one more file.
"""

from dataclasses import dataclass
from pathlib import Path

from card_registry import canonical
from card_registry.durable import read_plain, write_whole
from card_registry.errors import Malformed, OperatorMistaken
from card_registry.words import SiteId, Whole

FLOORS_FILE = "floors.json"
WAIVERS = "waivers"
"""The folder beside it in which an officer's waivers are laid."""

MODE = 0o600


@dataclass(frozen=True, slots=True)
class Restore:
    """A restore that was noticed: its random name, what the ledger had heard last then, what was found, why.

    ``since`` is a moment of the hub's clock, in milliseconds; only what the hub heard later is fresh.
    """

    id: str
    since: Whole
    found: Whole
    why: str


@dataclass(frozen=True, slots=True)
class Floors:
    """The least that may come next is above these.

    ``publication`` was perhaps committed, ``reached`` certainly; ``denial`` and ``order`` are the newest
    numbers given, ``authority`` the length of the authority log.
    """

    v: Whole
    site: SiteId
    publication: Whole
    reached: Whole
    denial: Whole = 0
    order: Whole = 0
    authority: Whole = 0
    restore: Restore | None = None


def read(folder: Path) -> Floors | None:
    """Read the signer's floors; None when the file is missing or damaged, which is treated alike."""
    try:
        return canonical.decode(read_plain(folder / FLOORS_FILE), Floors, f"{FLOORS_FILE}")
    except (OSError, Malformed):
        return None


def write(folder: Path, floors: Floors) -> None:
    """Keep the floors durably.

    Raises:
        OperatorMistaken: The folder cannot be written; nothing may be published then.
    """
    try:
        write_whole(folder / FLOORS_FILE, canonical.encode(floors), MODE)
    except OSError as error:
        raise OperatorMistaken(
            f"{folder / FLOORS_FILE} cannot be written ({error.strerror}); nothing is published until it can"
        ) from error


def begin(folder: Path, site: SiteId) -> None:
    """Begin the floors of a site that was just founded."""
    write(folder, Floors(1, site, 1, 1))

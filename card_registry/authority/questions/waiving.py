"""An officer's waiver: a signed file that lets a restored registry go on without one named controller.

What a waiver lets through is decided in ``authority.recovery``; here it is only made. It may be signed far
from the server, from the site's name and the restore's, which ``akses registry propagation`` shows.
"""

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from card_registry.authority.recovery import Waiver
from card_registry.durable import write_whole
from card_registry.errors import OperatorMistaken
from card_registry.signing import Purpose, seal
from card_registry.words import ControllerId, SiteId, require_slug

MODE = 0o644


def waive(
    site: SiteId,
    place: tuple[str, ControllerId],
    why: str,
    key: Ed25519PrivateKey,
    now: int,
    folder: Path,
) -> Path:
    """Sign a waiver for ``place``, a restore's name and a controller; give the file written into ``folder``.

    Raises:
        OperatorMistaken: A name is of another shape, or no reason is given.
    """
    restore, controller = place
    try:
        require_slug(controller, "a controller id")
        waiver = Waiver(1, site, restore, controller, why, now)
    except ValueError as error:
        raise OperatorMistaken(f"no waiver is signed: {error}") from error
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{controller}.json"
    write_whole(path, seal(Purpose.WAIVER, waiver, key), MODE)
    return path

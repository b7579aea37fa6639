"""What one broker is to be: its site and parties, its port, and the files it shows."""

from dataclasses import dataclass
from pathlib import Path

from card_registry.words import ControllerId, SiteId

ADDRESS = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Plan:
    """One broker to run: for which site and controllers, on which port, with whose TLS files."""

    site: SiteId
    controllers: tuple[ControllerId, ...]
    port: int
    tls: Path
    folder: Path
    parties: Path | None = None
    """Where the hub says who may come in; until it has, and without it, ``controllers`` are all."""

    shared: bool = False
    """The broker serves other sites too, so that its parties are known by name and site."""

    listen: str = ADDRESS
    """The address it listens on."""

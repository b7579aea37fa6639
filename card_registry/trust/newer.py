"""What a controller can prove to be newer than the server: the facts alone; their proof is in ``recall``.

Pure.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from card_registry.statements import Denial


@dataclass(frozen=True, slots=True)
class Newer:
    """A publication that the site's signer made: its number, each role's version in it, its denials."""

    publication: int
    roles: Mapping[str, int]
    denials: tuple[Denial, ...]

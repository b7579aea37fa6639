"""What a controller decides by at this moment: one value, swapped whole.

Pure.
"""

from dataclasses import dataclass

from card_registry.journal.event import Versions
from card_registry.registry import Registry
from card_registry.words import Staleness


@dataclass(frozen=True, slots=True)
class Standing:
    """The verified registry, if any, and how old it is."""

    registry: Registry | None = None
    staleness: Staleness = Staleness.EXPIRED

    @property
    def versions(self) -> Versions:
        """Give the versions that events name."""
        return Versions() if self.registry is None else self.registry.versions

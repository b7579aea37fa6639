"""Which rights a review looks at, and the event that made somebody open it out of turn.

Pure.
"""

from dataclasses import dataclass

from card_registry.statements import GrantTerms
from card_registry.words import GrantKind

REVIEWED = frozenset({GrantKind.TETAP, GrantKind.SEMENTARA})
"""The kinds under review; the rights of visits and emergencies end by themselves."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Which rights are looked at: those of one unit, door or holder; empty for every one."""

    unit: str = ""
    door: str = ""
    holder: str = ""

    def takes(self, terms: GrantTerms, unit: str) -> bool:
        """Say whether the right of somebody in a unit is looked at."""
        return (
            terms.kind in REVIEWED
            and self.unit.casefold() in {"", unit.casefold()}
            and (not self.door or self.door in terms.doors)
            and self.holder in {"", terms.holder}
        )


EVERYTHING = Scope()
"""What a review of the quarter looks at."""


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a review was opened out of turn: the event in words, and whose account did; empty for none."""

    event: str = ""
    opener: str = ""


BY_CLOCK = Cause()
"""The quarter itself."""

"""Legal holds: what a law suit, an audit or an inquiry keeps from being purged, until somebody lifts it.

Pure.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from card_registry.words import PersonId


class HoldKind(StrEnum):
    """What a hold is on."""

    HOLDER = "orang"
    CASE = "permohonan"
    DOOR = "pintu"
    EVERYTHING = "semua"


@dataclass(frozen=True, slots=True)
class Hold:
    """One hold: on what, on which paper's word, since when and by whom; ``ended`` when it was lifted."""

    id: str
    kind: HoldKind
    target: str
    basis: str
    person: PersonId
    made: int
    ended: int | None = None
    ended_by: PersonId | None = None


@dataclass(frozen=True, slots=True)
class Reach:
    """What all holds in force reach together."""

    everything: bool = False
    holders: frozenset[str] = frozenset()
    cases: frozenset[str] = frozenset()
    doors: frozenset[str] = frozenset()


def reach(holds: Iterable[Hold]) -> Reach:
    """Sum up the holds that nobody lifted."""
    standing = [hold for hold in holds if hold.ended is None]
    named = {kind: frozenset(one.target for one in standing if one.kind is kind) for kind in HoldKind}
    return Reach(
        bool(named[HoldKind.EVERYTHING]),
        named[HoldKind.HOLDER],
        named[HoldKind.CASE],
        named[HoldKind.DOOR],
    )

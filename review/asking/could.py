"""Who could enter at a moment: one right's standing, from its terms, its removals and its holder's cards.

Pure.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from card_registry.instant import MINUTE, Certainty, Instant
from card_registry.schedule import Schedule, admits
from card_registry.statements import GrantTerms
from card_registry.words import TimeQuality

ARRIVING_FOR = 10 * MINUTE
"""How long after its approval a right may still be on its way to the doors, in milliseconds."""


class Standing(StrEnum):
    """How a right stood at a moment, the likeliest to open first."""

    COULD = "dapat masuk"
    LEAVING = "sedang dicabut"
    ARRIVING = "baru disetujui"
    CLOSED = "di luar jadwal"
    CARDLESS = "tanpa kartu"
    REMOVED = "dicabut"


@dataclass(frozen=True, slots=True)
class Denial:
    """One removal of a grant or a card: by which case, when asked for, when every door had confirmed it."""

    made: int
    everywhere: int | None
    case: str


@dataclass(frozen=True, slots=True)
class Plastic:
    """One card of a holder: when it was made to open doors (None: never), and what denied it."""

    id: str
    number: str
    bound: int | None
    denials: tuple[Denial, ...] = ()


@dataclass(frozen=True, slots=True)
class Right:
    """One approved grant that was valid by its terms: when approved, what removed it, its holder's cards."""

    terms: GrantTerms
    approved: int
    denials: tuple[Denial, ...] = ()
    cards: tuple[Plastic, ...] = ()


def judge(right: Right, schedule: Schedule | Certainty, at: int) -> Standing | None:
    """Say how a right stood at a moment (milliseconds); None where its terms were not valid then.

    ``schedule`` is its schedule as signed, YES for a right at all times, NO where its schedule is unknown.
    """
    if not max(right.terms.begins, right.approved) <= at < right.terms.ends:
        return None
    worst = _denied(right.denials, at)
    if worst is Standing.REMOVED:
        return worst
    if not _is_open(schedule, at):
        return Standing.CLOSED
    cards = [_denied(one.denials, at) for one in right.cards if one.bound is not None and one.bound <= at]
    if all(one is Standing.REMOVED for one in cards):
        return Standing.CARDLESS
    if worst is Standing.LEAVING or Standing.COULD not in cards:
        return Standing.LEAVING
    return Standing.ARRIVING if at < right.approved + ARRIVING_FOR else Standing.COULD


def was_held(terms: GrantTerms, approved: int, denials: Iterable[Denial], at: int) -> bool:
    """Say whether a right was on the access list at a moment: valid, and not yet taken from every door."""
    valid = max(terms.begins, approved) <= at < terms.ends
    return valid and _denied(denials, at) is not Standing.REMOVED


def _denied(denials: Iterable[Denial], at: int) -> Standing:
    """Say whether denials were in force everywhere, were on their way, or were not yet asked for."""
    asked = [one for one in denials if one.made <= at]
    if any(one.everywhere is not None and one.everywhere <= at for one in asked):
        return Standing.REMOVED
    return Standing.LEAVING if asked else Standing.COULD


def _is_open(schedule: Schedule | Certainty, at: int) -> bool:
    if isinstance(schedule, Certainty):
        return schedule is Certainty.YES
    return admits(schedule, Instant(at, at, TimeQuality.SYNC)) is Certainty.YES

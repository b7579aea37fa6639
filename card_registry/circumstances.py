"""What else was true when a door decided: recorded in the event, so that the decision can be replayed.

Pure.
"""

from dataclasses import dataclass

from card_registry.words import CardId, HolderId, Mode, PinResult, Staleness, Whole


@dataclass(frozen=True, slots=True)
class Before:
    """The granted tap just before this one at the same door: which card, how many milliseconds ago."""

    card: CardId
    holder: HolderId
    ago: Whole


@dataclass(frozen=True, slots=True)
class Circumstances:
    """Mode of the door, age of its registry, PIN result, who is inside, who tapped just before."""

    mode: Mode = Mode.NORMAL
    staleness: Staleness = Staleness.FRESH
    pin: PinResult = PinResult.NOT_ASKED
    inside: tuple[HolderId, ...] = ()
    before: Before | None = None

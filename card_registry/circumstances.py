"""What else was true when a door decided: recorded in the event, so that the decision can be replayed.

Pure.
"""

from dataclasses import dataclass

from card_registry.words import CardId, DoorId, HolderId, Mode, PinResult, Staleness, Whole


@dataclass(frozen=True, slots=True)
class Before:
    """Another tap before this one at the same door: which card, how many milliseconds ago.

    ``granted`` is False for one that was refused only for want of company, and waits for it.
    """

    card: CardId
    holder: HolderId
    ago: Whole
    granted: bool = True


@dataclass(frozen=True, slots=True)
class Circumstances:
    """Mode of the door, age of its registry, PIN result, who is inside, who tapped just before.

    ``before`` is the last granted tap at the door, ``others`` the others' taps that wait for company.
    ``inside`` names the tapping holder when the door's area already holds them; ``entered`` is how many
    milliseconds ago they were let in, None when they are outside or an operator forgave the entry.
    ``interlocked`` is the door that must be shut and locked before this one may be released.
    """

    mode: Mode = Mode.NORMAL
    staleness: Staleness = Staleness.FRESH
    pin: PinResult = PinResult.NOT_ASKED
    inside: tuple[HolderId, ...] = ()
    before: Before | None = None
    others: tuple[Before, ...] = ()
    entered: Whole | None = None
    interlocked: DoorId | None = None

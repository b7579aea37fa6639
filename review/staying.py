"""How long people were inside: each exit by card with the entry that it ends, at the same door.

Only doors with a reader on either side tell this. An exit without an entry, a second entry before an exit,
and an entry that is older than ``FORGOTTEN`` give no length; the first two are signs (``detect``).

Pure.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from card_registry.instant import HOUR
from review.detect import Way

FORGOTTEN = 16 * HOUR
"""After so long an entry counts as left without a tap."""

Key = tuple[str, str]
"""Holder and door."""


@dataclass(frozen=True, slots=True)
class Crossing:
    """A granted tap: when (milliseconds; local month), which door, who, which way."""

    at: int
    month: str
    door: str
    holder: str
    way: Way


@dataclass(slots=True)
class Stays:
    """What some crossings came to: how often so long (month, door, length), and who has entered since.

    ``inside`` has the time of an entry, None where it has been ended.
    """

    times: Counter[tuple[str, str, int]] = field(default_factory=Counter)
    inside: dict[Key, int | None] = field(default_factory=dict)


def pair(crossings: Iterable[Crossing], inside: Mapping[Key, int]) -> Stays:
    """Pair crossings, in the order in which each door reported them, with the entries that stood before.

    A stay counts in the month of its exit; its length is in milliseconds.
    """
    found = Stays(inside=dict(inside))
    for one in crossings:
        key = (one.holder, one.door)
        if one.way is Way.IN:
            found.inside[key] = one.at
            continue
        entered = found.inside.get(key)
        found.inside[key] = None
        if entered is not None and 0 <= one.at - entered <= FORGOTTEN:
            found.times[one.month, one.door, one.at - entered] += 1
    return found

"""The same denial again and again becomes one counted event a second.

The first is written at once; those that follow within a second, alike in door, credential and reason, are
counted and written as one event when the second is over. Grants are never counted together.

Pure.
"""

from dataclasses import dataclass, replace

from card_registry.instant import SECOND
from card_registry.journal.event import Tapped
from card_registry.words import DoorId, Reason

Key = tuple[DoorId, str, Reason]


@dataclass(frozen=True, slots=True)
class Run:
    """One denial's repeats since ``since``; ``last`` is None while there were none."""

    since: int
    last: Tapped | None = None


Repeats = dict[Key, Run]
"""The runs that are open, by what was denied."""


def key_of(tapped: Tapped) -> Key:
    """Give what makes two denials the same."""
    return tapped.door, tapped.credential, tapped.reason


def take(repeats: Repeats, tapped: Tapped, now: int) -> tuple[Repeats, Tapped | None]:
    """Take a denial at ``now`` (milliseconds); give it back when it must be written at once."""
    key = key_of(tapped)
    run = repeats.get(key)
    if run is None:
        return {**repeats, key: Run(now)}, tapped
    count = 1 if run.last is None else run.last.count + 1
    return {**repeats, key: replace(run, last=replace(tapped, count=count))}, None


def over(repeats: Repeats, now: int) -> tuple[Repeats, tuple[Tapped, ...]]:
    """Close the runs whose second is over; give what they counted.

    A run that counted something goes on for another second, so a card left on the reader writes one event a
    second.
    """
    kept: Repeats = {}
    written: list[Tapped] = []
    for key, run in repeats.items():
        if now - run.since < SECOND:
            kept[key] = run
        elif run.last is not None:
            written.append(run.last)
            kept[key] = Run(now)
    return kept, tuple(written)


def due(repeats: Repeats) -> int | None:
    """Give when the next second is over; None while no run is open."""
    return min((run.since + SECOND for run in repeats.values()), default=None)

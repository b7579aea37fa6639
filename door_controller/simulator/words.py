"""The simulator's own words: kinds of cards, faults of readers, lines and what happens to them.

Pure.
"""

from dataclasses import dataclass
from enum import StrEnum


class CardKind(StrEnum):
    """What a virtual card can do: prove a key, or only say its UID."""

    PKOC = "pkoc"
    UID = "uid"


class Fault(StrEnum):
    """What is wrong with a reader: nothing, a chip that is silent or garbles, a cable pulled or put back."""

    NONE = "none"
    DEAD = "dead"
    GARBLE = "garble"
    UNPLUG = "unplug"
    REPLUG = "replug"


class Pull(StrEnum):
    """A line's resistor."""

    UP = "up"
    DOWN = "down"
    FLOATING = "floating"


class Function(StrEnum):
    """Which way a line works."""

    INPUT = "input"
    OUTPUT = "output"


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a line's level: which one since the start, to what, when (monotonic milliseconds)."""

    count: int
    level: int
    ms: float


@dataclass(frozen=True, slots=True)
class LineView:
    """A line as it is: ``holder`` names the process that claimed it, ``changes`` counts what happened."""

    line: int
    level: int
    function: Function
    pull: Pull
    holder: str | None
    changes: int

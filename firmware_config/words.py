"""The words of a site file: closed choices, and the sentences that refuse a value.

Pure.
"""

from collections import Counter
from collections.abc import Iterable
from enum import StrEnum

MAX_PATH = 1_024


class Level(StrEnum):
    """The electrical level of a line."""

    HIGH = "high"
    LOW = "low"

    @property
    def other(self) -> "Level":
        """Give the opposite level."""
        return Level.LOW if self is Level.HIGH else Level.HIGH


class Pull(StrEnum):
    """The resistor the Pi puts on an input; ``none`` where the wiring brings its own."""

    UP = "up"
    DOWN = "down"
    NONE = "none"


class FailMode(StrEnum):
    """What the lock does without power, as it was built and commissioned: stays locked, or lets go."""

    SECURE = "secure"
    SAFE = "safe"


class Factory(StrEnum):
    """Who drives the pins: lgpio or gpiozero's own driver on a Pi, or the simulator."""

    LGPIO = "lgpio"
    NATIVE = "native"
    SIMULATED = "simulated"


class Driver(StrEnum):
    """Which reader is on a port: an eye for cards, or a keypad beside one."""

    PN532 = "pn532"
    KEYPAD = "keypad"


def require(holds: bool, message: str) -> None:  # noqa: FBT001 - reads as a sentence at its call
    """Refuse a value with a sentence."""
    if not holds:
        raise ValueError(message)


def require_bounded(value: int, bounds: tuple[int, int], what: str, unit: str) -> None:
    """Refuse a number outside its bounds, naming both and the unit."""
    least, most = bounds
    require(least <= value <= most, f"{what} must be {least} to {most} {unit}, not {value}")


def require_path(text: str, what: str) -> None:
    """Refuse a path that is empty, too long, or holds a control character."""
    require(0 < len(text) <= MAX_PATH and text.isprintable(), f"{what} must be a plain path")


def repeated(values: Iterable[object]) -> list[str]:
    """Give what comes more than once, as text."""
    return sorted(str(value) for value, times in Counter(values).items() if times > 1)

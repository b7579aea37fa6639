"""When a step comes: read from the script's own words for time.

All times are milliseconds.

Pure.
"""

import re

from card_registry.instant import DAY, HOUR, MINUTE, SECOND
from door_controller.simulator.script.words import After, Next, Since, When

LONGEST = 400 * DAY
"""The longest a script may last, in milliseconds."""

_UNITS = {"ms": 1, "s": SECOND, "m": MINUTE, "h": HOUR, "d": DAY}
_PART = re.compile(r"(\d{1,12})(?:\.(\d{1,3}))?(ms|s|m|h|d)", re.ASCII)
_LASTING = re.compile(rf"(?:{_PART.pattern})+", re.ASCII)
_CLOCK = re.compile(r"@(\d\d):(\d\d)(?::(\d\d))?", re.ASCII)


def read_when(word: str) -> When | None:
    """Read a time; None when the word is none.

    Raises:
        ValueError: It is one, and cannot be.
    """
    if (clock := _CLOCK.fullmatch(word)) is not None:
        hour, minute, second = (int(part or 0) for part in clock.groups())
        ms = hour * HOUR + minute * MINUTE + second * SECOND
        if hour > 23 or minute > 59 or second > 59:  # noqa: PLR2004 - a clock
            raise ValueError(f"no clock shows {word}")
        return Next(ms)
    if _LASTING.fullmatch(word.removeprefix("+")) is None:
        return None
    ms = lasting(word.removeprefix("+"))
    return After(ms) if word.startswith("+") else Since(ms)


def lasting(word: str) -> int:
    """Read a duration such as ``1h30m`` or ``2.5s`` (milliseconds).

    Raises:
        ValueError: It is longer than a script may last.
    """
    total = 0
    for whole, part, unit in _PART.findall(word):
        total += int(whole) * _UNITS[unit] + int(part.ljust(3, "0") or 0) * _UNITS[unit] // SECOND
    if total > LONGEST:
        raise ValueError(f"{word[:40]} is longer than the {LONGEST // DAY} days a script may last")
    return total

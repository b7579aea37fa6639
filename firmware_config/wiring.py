"""Which line is wired to what, and which level means which state: of one door, and of the whole cabinet.

An input is named by what it senses, with one key for its line, one for the level that means the state in its
name, one for the Pi's resistor; an output has a line and the level that switches it on. What is None is not
fitted. Defaults are for contacts that open when something is wrong, so that a cut wire is an alarm.

Pure.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

from firmware_config.header import require_input, require_line, require_relay
from firmware_config.words import Level, Pull

_Word = TypeVar("_Word", Level, Pull)


@dataclass(frozen=True, slots=True)
class Pins:
    """One door's wiring: lines by BCM number, and the level that means each state.

    ``contact``, ``rex``, ``feedback`` (the lock says whether it is locked), ``tamper`` (reader or lock case)
    and the lights are None where the door has none; without ``rex`` exit is free by wiring alone.
    """

    relay: int
    relay_released: Level
    contact: int | None = None
    contact_closed: Level = Level.HIGH
    contact_pull: Pull = Pull.UP
    rex: int | None = None
    rex_pressed: Level = Level.LOW
    rex_pull: Pull = Pull.UP
    feedback: int | None = None
    feedback_locked: Level = Level.LOW
    feedback_pull: Pull = Pull.UP
    tamper: int | None = None
    tamper_open: Level = Level.HIGH
    tamper_pull: Pull = Pull.UP
    green: int | None = None
    green_on: Level = Level.HIGH
    red: int | None = None
    red_on: Level = Level.HIGH
    buzzer: int | None = None
    buzzer_on: Level = Level.HIGH

    def __post_init__(self) -> None:
        """Refuse a line that the header does not offer for what is wired to it."""
        require_relay(self.relay, self.relay_locked)
        for line, pull in self.inputs():
            require_input(line, pull)
        for line, _ in self.lights():
            require_line(line)

    @property
    def relay_locked(self) -> Level:
        """Give the level that locks."""
        return self.relay_released.other

    def inputs(self) -> Iterator[tuple[int, Pull]]:
        """Give each input's line and resistor."""
        yield from _fitted(
            (self.contact, self.contact_pull),
            (self.rex, self.rex_pull),
            (self.feedback, self.feedback_pull),
            (self.tamper, self.tamper_pull),
        )

    def lights(self) -> Iterator[tuple[int, Level]]:
        """Give each light's and the buzzer's line, and the level that switches it on."""
        yield from _fitted(
            (self.green, self.green_on), (self.red, self.red_on), (self.buzzer, self.buzzer_on)
        )

    def lines(self) -> Iterator[int]:
        """Give every line used."""
        yield self.relay
        yield from (line for line, _ in self.inputs())
        yield from (line for line, _ in self.lights())


@dataclass(frozen=True, slots=True)
class Cabinet:
    """The controller's own inputs: the fire panel's contact, the mains, the cabinet's door.

    The fire input is observed only; what fire releases, it releases by wiring.
    """

    fire: int | None = None
    fire_active: Level = Level.HIGH
    fire_pull: Pull = Pull.UP
    mains: int | None = None
    mains_lost: Level = Level.HIGH
    mains_pull: Pull = Pull.UP
    tamper: int | None = None
    tamper_open: Level = Level.HIGH
    tamper_pull: Pull = Pull.UP

    def __post_init__(self) -> None:
        """Refuse a line that the header does not offer for an input."""
        for line, pull in self.inputs():
            require_input(line, pull)

    def inputs(self) -> Iterator[tuple[int, Pull]]:
        """Give each input's line and resistor."""
        yield from _fitted(
            (self.fire, self.fire_pull), (self.mains, self.mains_pull), (self.tamper, self.tamper_pull)
        )


def _fitted(*pairs: tuple[int | None, _Word]) -> Iterator[tuple[int, _Word]]:
    """Give the pairs whose line is wired."""
    for line, word in pairs:
        if line is not None:
            yield line, word

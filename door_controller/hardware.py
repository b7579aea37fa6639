"""One door's wires, through gpiozero and the pin factory that the site file names; no other is ever tried.

States are *released* and *locked*, *open* and *closed*, *pressed*; which level means which is the site file's
word. Making the relay's output sets its level and its direction in one call with the locked level, so that
nothing pulses. Inputs are read as raw levels: the edge that gpiozero reports only says when to look.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import gpiozero

from card_registry.errors import OperatorMistaken
from firmware_config.model import Door, Factory, Gpio, Level, Pull


class Wires(Protocol):
    """What the daemon needs of one door's hardware."""

    def release(self) -> None:
        """Drive the lock to released."""

    def lock(self) -> None:
        """Drive the lock to locked."""

    def opened(self) -> bool | None:
        """Say whether the door stands open; None where no contact is fitted."""

    def pressed(self) -> bool | None:
        """Say whether the exit button is down; None where none is fitted."""

    def watch(self, changed: Callable[[], None]) -> None:
        """Call ``changed`` (in another thread) soon after an input changes."""

    def close(self) -> None:
        """Lock, and let go of the pins."""


def open_factory(gpio: Gpio) -> Any:  # noqa: ANN401 - gpiozero is published without types
    """Open the named pin factory.

    Raises:
        OperatorMistaken: It cannot be opened here; nothing else is tried in its place.
    """
    try:
        return _factory(gpio)
    except Exception as error:  # each factory fails in its own way, and none may become another
        raise OperatorMistaken(
            f"the pin factory {gpio.factory.value!r} named in the site file cannot be opened: {error}"
        ) from error


def _factory(gpio: Gpio) -> Any:  # noqa: ANN401 - the same
    match gpio.factory:
        case Factory.SIMULATED:
            from door_controller.simulator.pins import SimulatedFactory  # noqa: PLC0415 - only where it is named

            return SimulatedFactory(Path(gpio.socket or ""))
        case Factory.LGPIO:
            from gpiozero.pins.lgpio import LGPIOFactory  # noqa: PLC0415 - only where it is named

            return LGPIOFactory()
        case Factory.NATIVE:
            from gpiozero.pins.native import NativeFactory  # noqa: PLC0415 - only where it is named

            return NativeFactory()


_PULLS = {Pull.UP: True, Pull.DOWN: False, Pull.NONE: None}


class GpioWires:
    """A door's relay, contact and exit button on gpiozero pins."""

    def __init__(self, door: Door, factory: Any) -> None:  # noqa: ANN401 - the same
        """Take the pins; the relay starts locked.

        Raises:
            OperatorMistaken: A pin cannot be had; the relay stays locked.
        """
        pins = door.pins
        self._closed, self._down = pins.contact_closed, pins.rex_pressed
        self._contact = self._rex = None
        released_high = pins.relay_released is Level.HIGH
        try:
            self._relay = gpiozero.OutputDevice(
                pins.relay, active_high=released_high, initial_value=False, pin_factory=factory
            )
            if pins.contact is not None:
                self._contact = _input(pins.contact, pins.contact_pull, factory)
            if pins.rex is not None:
                self._rex = _input(pins.rex, pins.rex_pull, factory)
        except Exception as error:  # each factory fails in its own way
            raise OperatorMistaken(f"the pins of door {door.id} cannot be had: {error}") from error

    def release(self) -> None:
        """Drive the lock to released."""
        self._relay.on()

    def lock(self) -> None:
        """Drive the lock to locked."""
        self._relay.off()

    def opened(self) -> bool | None:
        """Say whether the door stands open; None where no contact is fitted."""
        return None if self._contact is None else _level(self._contact) is not self._closed

    def pressed(self) -> bool | None:
        """Say whether the exit button is down; None where none is fitted."""
        return None if self._rex is None else _level(self._rex) is self._down

    def watch(self, changed: Callable[[], None]) -> None:
        """Call ``changed`` soon after an input changes."""
        for device in (self._contact, self._rex):
            if device is not None:
                device.when_activated = device.when_deactivated = changed

    def close(self) -> None:
        """Lock, and let go of the pins."""
        try:
            self._relay.off()
        finally:
            for device in (self._contact, self._rex, self._relay):
                if device is not None:
                    device.close()


def _input(line: int, pull: Pull, factory: Any) -> Any:  # noqa: ANN401 - the same
    active = True if pull is Pull.NONE else None
    return gpiozero.DigitalInputDevice(line, pull_up=_PULLS[pull], active_state=active, pin_factory=factory)


def _level(device: Any) -> Level:  # noqa: ANN401 - the same
    return Level.HIGH if device.pin.state else Level.LOW

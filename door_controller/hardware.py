"""One door's wires, and the cabinet's, through gpiozero and the pin factory that the site file names.

States are *released* and *locked*, *open* and *closed*, *pressed*; which level means which is the site file's
word. Making the relay's output sets its level and its direction in one call with the locked level, so that
nothing pulses. Inputs are read as raw levels: the edge that gpiozero reports only says when to look. No
factory but the named one is ever tried; all doors of a controller share it.

2026-11-21: a light that cannot be had keeps no door from starting: ``light`` says so each time, the latch's
lamp alarms once, and lock and inputs work without it. A relay or input that cannot be had does keep it from
starting, because a door that cannot be watched or locked must be seen by the one who wired it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import gpiozero

from card_registry.errors import AksesError, OperatorMistaken
from door_controller.cabinet import Sense
from firmware_config.model import Cabinet, Door, Factory, Gpio, Level, Pins, Pull


class LightFailed(AksesError):
    """A light or the buzzer cannot be driven; the text says which and why."""


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

    def feedback(self) -> bool | None:
        """Say whether the lock itself says it is locked; None where it says nothing."""

    def tampered(self) -> bool | None:
        """Say whether reader or lock was opened; None where no tamper contact is fitted."""

    def light(self, *, green: bool, red: bool, buzzer: bool) -> None:
        """Show this at the reader; what is not fitted is left out."""

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


@dataclass(frozen=True, slots=True)
class _Input:
    """A line, and the level at which it means yes."""

    device: Any
    yes: Level

    def read(self) -> bool:
        return (Level.HIGH if self.device.pin.state else Level.LOW) is self.yes


def _input(line: int | None, yes: Level, pull: Pull, factory: Any) -> _Input | None:  # noqa: ANN401 - the same
    """Take an input's line; None where nothing is wired."""
    if line is None:
        return None
    active = True if pull is Pull.NONE else None
    device = gpiozero.DigitalInputDevice(line, pull_up=_PULLS[pull], active_state=active, pin_factory=factory)
    return _Input(device, yes)


def _watch(inputs: Iterable[_Input], changed: Callable[[], None]) -> None:
    for input in inputs:
        input.device.when_activated = input.device.when_deactivated = changed


class GpioWires:
    """A door's relay, inputs and lights on gpiozero pins."""

    def __init__(self, door: Door, factory: Any) -> None:  # noqa: ANN401 - the same
        """Take the pins; the relay starts locked and the lights off.

        Raises:
            OperatorMistaken: The relay or an input cannot be had; the relay stays locked.
        """
        pins = door.pins
        try:
            self._relay = gpiozero.OutputDevice(
                pins.relay,
                active_high=pins.relay_released is Level.HIGH,
                initial_value=False,
                pin_factory=factory,
            )
            self._take_inputs(pins, factory)
        except Exception as error:  # each factory fails in its own way
            raise OperatorMistaken(f"the pins of door {door.id} cannot be had: {error}") from error
        self._lights = _Lights(pins, factory)

    def _take_inputs(self, pins: Pins, factory: Any) -> None:  # noqa: ANN401 - the same
        self._rex = _input(pins.rex, pins.rex_pressed, pins.rex_pull, factory)
        self._contact = _input(pins.contact, pins.contact_closed.other, pins.contact_pull, factory)
        self._feedback = _input(pins.feedback, pins.feedback_locked, pins.feedback_pull, factory)
        self._tamper = _input(pins.tamper, pins.tamper_open, pins.tamper_pull, factory)

    def release(self) -> None:
        """Drive the lock to released."""
        self._relay.on()

    def lock(self) -> None:
        """Drive the lock to locked."""
        self._relay.off()

    def opened(self) -> bool | None:
        """Say whether the door stands open; None where no contact is fitted."""
        return None if self._contact is None else self._contact.read()

    def pressed(self) -> bool | None:
        """Say whether the exit button is down; None where none is fitted."""
        return None if self._rex is None else self._rex.read()

    def feedback(self) -> bool | None:
        """Say whether the lock itself says it is locked; None where it says nothing."""
        return None if self._feedback is None else self._feedback.read()

    def tampered(self) -> bool | None:
        """Say whether reader or lock was opened; None where no tamper contact is fitted."""
        return None if self._tamper is None else self._tamper.read()

    def light(self, *, green: bool, red: bool, buzzer: bool) -> None:
        """Show this at the reader.

        Raises:
            LightFailed: One cannot be driven; the others show what they should.
        """
        self._lights.show(green, red, buzzer)

    def watch(self, changed: Callable[[], None]) -> None:
        """Call ``changed`` soon after an input changes."""
        _watch(self._inputs(), changed)

    def close(self) -> None:
        """Lock, and let go of the pins."""
        with ExitStack() as rest:
            rest.callback(self._relay.close)
            for input in self._inputs():
                rest.callback(input.device.close)
            rest.callback(self._lights.close)
            self._relay.off()

    def _inputs(self) -> Iterator[_Input]:
        for input in (self._rex, self._contact, self._feedback, self._tamper):
            if input is not None:
                yield input


class _Lights:
    """Green, red and buzzer: each taken, driven and lost by itself."""

    def __init__(self, pins: Pins, factory: Any) -> None:  # noqa: ANN401 - the same
        self._shown: dict[str, bool] = {}
        self._devices: dict[str, Any] = {}
        self._missing: dict[str, str] = {}
        for name, line, on in (
            ("green", pins.green, pins.green_on),
            ("red", pins.red, pins.red_on),
            ("buzzer", pins.buzzer, pins.buzzer_on),
        ):
            if line is not None:
                self._take(name, line, on, factory)

    def _take(self, name: str, line: int, on: Level, factory: Any) -> None:  # noqa: ANN401 - the same
        try:
            self._devices[name] = gpiozero.OutputDevice(
                line, active_high=on is Level.HIGH, initial_value=False, pin_factory=factory
            )
            self._shown[name] = False
        except Exception as error:  # noqa: BLE001 - each factory fails in its own way, and no light stops a door
            self._missing[name] = str(error)

    def show(self, green: bool, red: bool, buzzer: bool) -> None:  # noqa: FBT001 - in the order of the panel
        """Drive what changed."""
        failed = dict(self._missing)
        for name, wanted in (("green", green), ("red", red), ("buzzer", buzzer)):
            if name in self._devices and self._shown.get(name) is not wanted:
                self._shown.pop(name, None)
                try:
                    self._devices[name].value = wanted
                    self._shown[name] = wanted
                except Exception as error:  # noqa: BLE001 - the same
                    failed[name] = str(error)
        if failed:
            raise LightFailed("; ".join(f"{name} cannot be driven: {why}" for name, why in failed.items()))

    def close(self) -> None:
        """Switch off what obeys, and let go of the pins."""
        with ExitStack() as rest:
            for device in self._devices.values():
                rest.callback(device.close)
                rest.callback(device.off)


class CabinetWires:
    """The controller's own inputs on gpiozero pins."""

    def __init__(self, cabinet: Cabinet, factory: Any) -> None:  # noqa: ANN401 - the same
        """Take the pins that are wired.

        Raises:
            OperatorMistaken: One cannot be had.
        """
        fitted = (
            (Sense.FIRE, cabinet.fire, cabinet.fire_active, cabinet.fire_pull),
            (Sense.MAINS, cabinet.mains, cabinet.mains_lost, cabinet.mains_pull),
            (Sense.TAMPER, cabinet.tamper, cabinet.tamper_open, cabinet.tamper_pull),
        )
        self._inputs: dict[Sense, _Input] = {}
        for sense, line, wrong, pull in fitted:
            try:
                input = _input(line, wrong, pull, factory)
            except Exception as error:  # each factory fails in its own way
                raise OperatorMistaken(f"the cabinet's {sense} input cannot be had: {error}") from error
            if input is not None:
                self._inputs[sense] = input

    def read(self) -> Mapping[Sense, bool]:
        """Say of each wired sense whether something is wrong."""
        return {sense: input.read() for sense, input in self._inputs.items()}

    def watch(self, changed: Callable[[], None]) -> None:
        """Call ``changed`` soon after an input changes."""
        _watch(self._inputs.values(), changed)

    def close(self) -> None:
        """Let go of the pins."""
        for input in self._inputs.values():
            input.device.close()

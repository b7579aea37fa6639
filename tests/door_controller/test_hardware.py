"""Wires on gpiozero's own mock pins: levels as the site file says, and no pulse when they are taken."""

from collections.abc import Iterator
from typing import Any

import pytest
from gpiozero.pins.mock import MockFactory

from card_registry.errors import OperatorMistaken
from door_controller.hardware import GpioWires, open_factory
from firmware_config.model import Door, Factory, FailMode, Gpio, Level, Pins
from tests.door_controller.process import wait_for
from tests.door_controller.site import DOOR

RELAYS = {Level.HIGH: 17, Level.LOW: 5}
"""A line for each kind of relay: locked at the level it has while a Pi boots."""


@pytest.fixture
def factory() -> Iterator[Any]:
    """Pins without hardware, by gpiozero."""
    made = MockFactory()
    yield made
    made.close()


def door(**pins: Any) -> Door:  # noqa: ANN401 - fields of Pins
    """Give a door with these pins."""
    released = pins.pop("relay_released", Level.HIGH)
    relay = RELAYS[released]
    return Door(DOOR, "Ruang Server", Pins(relay, released, **pins), FailMode.SECURE)


@pytest.mark.parametrize(("released", "locked"), [(Level.HIGH, 0), (Level.LOW, 1)])
def test_taking_the_relay_never_pulses_it(factory: Any, released: Level, locked: int) -> None:  # noqa: ANN401
    """From the first moment it is an output, the relay has its locked level, whichever that is."""
    pin = factory.pin(RELAYS[released])
    wires = GpioWires(door(relay_released=released), factory)
    levels = [state.state for state in pin.states]
    wires.close()

    assert set(levels[1:]) <= {bool(locked)}
    assert pin.states[-1].state == bool(locked)


@pytest.mark.parametrize(("released", "level"), [(Level.HIGH, 1), (Level.LOW, 0)])
def test_released_and_locked_are_states(factory: Any, released: Level, level: int) -> None:  # noqa: ANN401
    """The site file maps them to levels."""
    wires = GpioWires(door(relay_released=released), factory)
    wires.release()
    assert factory.pin(RELAYS[released]).state == level
    wires.lock()
    assert factory.pin(RELAYS[released]).state == 1 - level
    wires.close()


def test_inputs_are_levels_and_edges_say_when_to_look(factory: Any) -> None:  # noqa: ANN401
    """Contact and button are read as wired; a change calls."""
    calls: list[int] = []
    wires = GpioWires(door(contact=27, contact_closed=Level.LOW, rex=22), factory)
    wires.watch(lambda: calls.append(1))
    factory.pin(27).drive_low()
    factory.pin(22).drive_high()
    seen = [(wires.opened(), wires.pressed())]
    factory.pin(27).drive_high()
    factory.pin(22).drive_low()
    seen.append((wires.opened(), wires.pressed()))
    wait_for(lambda: len(calls) >= 2)
    wires.close()

    assert seen == [(False, False), (True, True)]


def test_a_door_without_inputs_knows_nothing(factory: Any) -> None:  # noqa: ANN401
    """Where nothing is fitted nothing is claimed."""
    wires = GpioWires(door(), factory)

    assert (wires.opened(), wires.pressed()) == (None, None)
    wires.close()


def test_a_factory_that_cannot_be_had_is_not_replaced() -> None:
    """The sentence names it; no other factory is tried."""
    with pytest.raises(OperatorMistaken, match="'simulated'"):
        open_factory(Gpio(Factory.SIMULATED, "/nowhere/pins.sock"))


def test_a_pin_that_cannot_be_had_is_a_sentence(factory: Any) -> None:  # noqa: ANN401
    """Two doors on one relay: the second is refused by name."""
    first = GpioWires(door(), factory)
    with pytest.raises(OperatorMistaken, match=DOOR):
        GpioWires(door(), factory)
    first.close()

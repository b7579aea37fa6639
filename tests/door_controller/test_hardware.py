"""Wires on gpiozero's own mock pins: levels as the site file says, and no pulse when they are taken."""

from collections.abc import Iterator
from typing import Any

import pytest
from gpiozero.pins.mock import MockFactory

from card_registry.errors import OperatorMistaken
from card_registry.words import DoorId
from door_controller.cabinet import Sense
from door_controller.hardware import CabinetWires, GpioWires, LightFailed, open_factory
from firmware_config.model import Cabinet, Door, Factory, FailMode, Gpio, Level, Pins
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


FULL = {
    "contact": 27, "rex": 22, "feedback": 23, "tamper": 24, "green": 5, "red": 6, "buzzer": 13,
}  # fmt: skip


def test_feedback_and_cover_are_read_as_wired(factory: Any) -> None:  # noqa: ANN401
    """Locked by feedback and opened by cover are the levels of the site file; a cut wire is an alarm."""
    wires = GpioWires(door(**FULL), factory)
    cut = (wires.feedback(), wires.tampered())
    factory.pin(23).drive_low()
    factory.pin(24).drive_low()
    fine = (wires.feedback(), wires.tampered())
    wires.close()

    assert (cut, fine) == ((False, True), (True, False))


def test_lights_are_off_from_the_start_and_shown_by_their_levels(factory: Any) -> None:  # noqa: ANN401
    """Each light by itself, by the level that switches it on; off again when the wires are closed."""
    wires = GpioWires(door(**FULL, red_on=Level.LOW), factory)

    def levels() -> tuple[int, ...]:
        return tuple(factory.pin(line).state for line in (5, 6, 13))

    seen = [levels()]
    for green, red, buzzer in ((True, False, False), (False, True, True), (False, False, False)):
        wires.light(green=green, red=red, buzzer=buzzer)
        seen.append(levels())
    wires.light(green=True, red=True, buzzer=True)
    wires.close()

    assert seen == [(0, 1, 0), (1, 1, 0), (0, 0, 1), (0, 1, 0)]
    assert [factory.pin(line).states[-1].state for line in (5, 6, 13)] == [False, True, False]


def test_a_light_that_fails_leaves_the_others_and_the_lock(factory: Any) -> None:  # noqa: ANN401
    """It is said which, each time; green and relay obey; when the light obeys again it is shown."""
    wires = GpioWires(door(**FULL), factory)
    pin, drive = factory.pin(6), type(factory.pin(6))._set_state  # noqa: SLF001 - where a board would fail
    pin.__class__ = type("DeadPin", (type(pin),), {"_set_state": _fail})
    for _ in range(2):
        with pytest.raises(LightFailed, match="red cannot be driven"):
            wires.light(green=True, red=True, buzzer=True)
    wires.release()
    assert [factory.pin(line).state for line in (5, 6, 13, 17)] == [1, 0, 1, 1]
    pin.__class__ = type("MendedPin", (type(pin),), {"_set_state": drive})
    wires.light(green=True, red=True, buzzer=True)
    assert pin.state == 1
    wires.close()


def test_a_light_that_cannot_be_had_keeps_no_door_from_starting(factory: Any) -> None:  # noqa: ANN401
    """The line is taken by something else: lock and inputs work, and each showing says what is missing."""
    taken = GpioWires(door(green=6), factory)
    second = Door(DOOR, "Ruang Server", Pins(18, Level.HIGH, rex=22, red=6, green=5), FailMode.SECURE)
    wires = GpioWires(second, factory)
    with pytest.raises(LightFailed, match="red cannot be driven"):
        wires.light(green=True, red=True, buzzer=True)
    wires.release()

    assert (factory.pin(18).state, factory.pin(5).state, wires.pressed()) == (1, 1, False)
    wires.close()
    taken.close()


def test_an_input_that_cannot_be_had_is_a_sentence(factory: Any) -> None:  # noqa: ANN401
    """A door that cannot be watched does not start, and its relay is left locked."""
    taken = GpioWires(door(contact=27), factory)
    second = Door(DOOR, "Ruang Server", Pins(18, Level.HIGH, feedback=27), FailMode.SECURE)
    with pytest.raises(OperatorMistaken, match=DOOR):
        GpioWires(second, factory)

    assert factory.pin(18).state == 0
    taken.close()


def test_eight_doors_share_one_factory(factory: Any) -> None:  # noqa: ANN401
    """Each drives its own relay and reads its own button, and no other."""
    doors = [
        Door(DoorId(f"pintu-{n}"), "Pintu", Pins(16 + n, Level.HIGH, rex=6 + n), FailMode.SECURE)
        for n in range(8)
    ]
    wires = [GpioWires(one, factory) for one in doors]
    for number, one in enumerate(wires):
        factory.pin(6 + number).drive_low()
        one.release()
        assert [other.pressed() for other in wires] == [other is one for other in wires]
        assert [factory.pin(16 + n).state for n in range(8)] == [int(n == number) for n in range(8)]
        one.lock()
        factory.pin(6 + number).drive_high()
    for one in wires:
        one.close()


def test_the_cabinet_is_read_as_wired(factory: Any) -> None:  # noqa: ANN401
    """Wired senses only; contacts to ground that open when something is wrong; edges call."""
    calls: list[int] = []
    wires = CabinetWires(Cabinet(fire=16, mains=20, mains_lost=Level.LOW), factory)
    wires.watch(lambda: calls.append(1))
    seen = [wires.read()]
    factory.pin(16).drive_low()
    factory.pin(20).drive_low()
    seen.append(wires.read())
    wait_for(lambda: len(calls) >= 2)
    with pytest.raises(OperatorMistaken, match="cabinet's fire input"):
        CabinetWires(Cabinet(fire=16), factory)
    wires.close()

    assert seen == [{Sense.FIRE: True, Sense.MAINS: False}, {Sense.FIRE: False, Sense.MAINS: True}]


def _fail(_: object, __: object) -> None:
    raise OSError("the board is gone")

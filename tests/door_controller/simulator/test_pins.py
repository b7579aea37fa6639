"""gpiozero's own devices on simulated lines: what a real Pi does, they do."""

import contextlib
import queue
import subprocess
import sys
import threading
from collections.abc import Generator
from pathlib import Path

import gpiozero
import pytest
from gpiozero import exc

from card_registry.errors import OperatorMistaken
from door_controller.simulator.client import SimulatorClient
from door_controller.simulator.pin_client import SimulatorGone
from door_controller.simulator.pins import SimulatedFactory
from door_controller.simulator.words import Function
from tests.door_controller.simulator.running import Running, running, until

RELAY, CONTACT, REX, SPARE, FIXED = 17, 27, 22, 26, 2


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Generator[Running]:
    """One simulator for the tests that leave it as it was."""
    with running(tmp_path_factory.mktemp("simulator")) as found:
        yield found


@pytest.fixture
def client(simulator: Running) -> Generator[SimulatorClient]:
    """The world outside the Pi."""
    with simulator.client() as found:
        yield found


@pytest.fixture
def factory(simulator: Running) -> Generator[SimulatedFactory]:
    """A pin factory of one program."""
    with contextlib.closing(SimulatedFactory(simulator.pins)) as found:
        yield found


def test_an_output(factory: SimulatedFactory, client: SimulatorClient) -> None:
    """On, off, toggled: each level is on the line at once; closed, the line is an input at its pull."""
    since = client.history(RELAY).count
    with gpiozero.OutputDevice(RELAY, pin_factory=factory) as relay:
        relay.on()
        assert client.lines()[RELAY].level == relay.value == 1
        relay.off()
        relay.toggle()
        assert [change.level for change in client.history(RELAY, since).changes] == [1, 0, 1]
        assert client.lines()[RELAY].holder is not None

    assert client.lines()[RELAY].function is Function.INPUT
    assert client.lines()[RELAY].level == 0
    assert client.lines()[RELAY].holder is None


@pytest.mark.parametrize("active_high", [True, False])
def test_making_an_output_never_pulses(
    factory: SimulatedFactory, client: SimulatorClient, *, active_high: bool
) -> None:
    """Made inactive on a line that is already inactive, an output changes nothing."""
    line = RELAY if active_high else 5
    since = client.history(line).count
    with gpiozero.OutputDevice(line, active_high=active_high, initial_value=False, pin_factory=factory):
        assert client.history(line, since).changes == ()


def test_a_killed_program_leaves_its_line_driven(simulator: Running, client: SimulatorClient) -> None:
    """As on a Pi: the lock stays released until the next program drives it, and that one may."""
    program = f"""
import gpiozero, sys, time
from door_controller.simulator.pins import SimulatedFactory
relay = gpiozero.OutputDevice({RELAY}, pin_factory=SimulatedFactory({str(simulator.pins)!r}))
relay.on()
print("on", flush=True)
time.sleep(60)
"""
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as door:
        assert door.stdout is not None
        assert door.stdout.readline() == "on\n"
        with (
            contextlib.closing(SimulatedFactory(simulator.pins)) as rival,
            pytest.raises(exc.GPIOPinInUse, match=f"process {door.pid}"),
        ):
            gpiozero.OutputDevice(RELAY, pin_factory=rival)
        door.kill()
    until(lambda: client.lines()[RELAY].holder is None, "the dead program's line is free")
    assert client.lines()[RELAY].level == 1
    with (
        contextlib.closing(SimulatedFactory(simulator.pins)) as heir,
        gpiozero.OutputDevice(RELAY, initial_value=False, pin_factory=heir),
    ):
        assert client.lines()[RELAY].level == 0


def test_a_button(factory: SimulatedFactory, client: SimulatorClient) -> None:
    """A button to ground with the Pi's pull-up: pressed and released are told, in order, with no polling."""
    told: queue.SimpleQueue[str] = queue.SimpleQueue()
    with gpiozero.Button(REX, pin_factory=factory) as button:
        button.when_pressed = lambda: told.put("pressed")
        button.when_released = lambda: told.put("released")
        assert not button.is_pressed
        client.press(REX, 20)

        assert [told.get(timeout=2), told.get(timeout=2)] == ["pressed", "released"]
        assert button.wait_for_release(1)


def test_a_contact(factory: SimulatedFactory, client: SimulatorClient) -> None:
    """A contact read as a level, and its changes as events; a callback may read the line."""
    told: queue.SimpleQueue[int] = queue.SimpleQueue()
    with gpiozero.DigitalInputDevice(CONTACT, pull_up=False, pin_factory=factory) as contact:
        contact.when_activated = contact.when_deactivated = lambda: told.put(contact.value)
        for level in (1, 0, 1, 0):
            client.set(CONTACT, level)
            assert told.get(timeout=2) == level
            assert contact.value == level


def test_a_bouncing_contact(factory: SimulatedFactory, client: SimulatorClient) -> None:
    """With a bounce time only what settles is told."""
    told: queue.SimpleQueue[int] = queue.SimpleQueue()
    with gpiozero.DigitalInputDevice(CONTACT, pull_up=False, bounce_time=0.3, pin_factory=factory) as contact:
        contact.when_activated = lambda: told.put(1)
        contact.when_deactivated = lambda: told.put(0)
        for level in (1, 0, 1, 0, 1):
            client.set(CONTACT, level)
        assert told.get(timeout=2) == 1
        client.set(CONTACT, 0)
        assert told.get(timeout=2) == 0

        assert told.empty()


def test_a_failing_callback_silences_nobody(factory: SimulatedFactory, client: SimulatorClient) -> None:
    """One callback's error does not keep the next edge from being told."""
    told = threading.Event()
    with (
        gpiozero.DigitalInputDevice(CONTACT, pull_up=False, pin_factory=factory) as contact,
        gpiozero.Button(REX, pin_factory=factory) as button,
    ):
        contact.when_activated = lambda: 1 / 0
        button.when_pressed = told.set
        client.set(CONTACT, 1)
        client.press(REX, 10)

        assert told.wait(2)
        client.set(CONTACT, 0)


def test_pins_by_hand(factory: SimulatedFactory) -> None:
    """A pin keeps gpiozero's rules for function, state, pull, edges and bounce."""
    pin = factory.pin(SPARE)
    assert factory.pin("BOARD37") is pin
    assert (pin.function, pin.pull, pin.edges, pin.bounce, pin.frequency) == (
        "input", "floating", "both", None, None,
    )  # fmt: skip
    pin.pull = "up"
    assert (pin.state, pin.pull) == (1, "up")
    pin.function = "output"
    pin.state = 0
    assert (pin.state, pin.function) == (0, "output")
    with pytest.raises(exc.PinFixedPull):
        pin.pull = "down"
    pin.function = "input"
    with pytest.raises(exc.PinSetInput):
        pin.state = 1
    pin.edges, pin.bounce = "rising", 0.5
    assert (pin.edges, pin.bounce) == ("rising", 0.5)
    assert factory.ticks_diff(factory.ticks(), 0.0) > 0
    pin.close()


@pytest.mark.parametrize(
    ("name", "value", "error"),
    [
        ("function", "pwm", exc.PinInvalidFunction),
        ("pull", "sideways", exc.PinInvalidPull),
        ("bounce", -1, exc.PinInvalidBounce),
        ("edges", "some", exc.PinInvalidEdges),
        ("frequency", 100, exc.PinPWMUnsupported),
    ],
)
def test_what_a_pin_cannot_do(
    factory: SimulatedFactory, name: str, value: object, error: type[Exception]
) -> None:
    """It refuses as gpiozero's other pins refuse."""
    with pytest.raises(error):
        setattr(factory.pin(CONTACT), name, value)


def test_states_between(factory: SimulatedFactory) -> None:
    """There is no half level."""
    pin = factory.pin(RELAY)
    with pytest.raises(exc.PinInvalidState):
        pin.output_with_state(0.5)


def test_fixed_resistors(factory: SimulatedFactory) -> None:
    """GPIO 2 and 3 of a Pi have pull-ups that no program removes."""
    pin = factory.pin(FIXED)
    with pytest.raises(exc.PinFixedPull):
        pin.pull = "down"
    pin.input_with_pull("up")
    assert pin.state == 1


def test_one_device_for_each_line(factory: SimulatedFactory) -> None:
    """Two devices of one program on one line are refused by gpiozero itself."""
    with gpiozero.OutputDevice(RELAY, pin_factory=factory), pytest.raises(exc.GPIOPinInUse):
        gpiozero.Button(RELAY, pin_factory=factory)


def test_used_again_after_closing(factory: SimulatedFactory, client: SimulatorClient) -> None:
    """A line closed and opened again by the same program is claimed again."""
    for _ in range(2):
        with gpiozero.OutputDevice(RELAY, initial_value=True, pin_factory=factory):
            assert client.lines()[RELAY].holder is not None


def test_no_simulator(tmp_path: Path) -> None:
    """Without a simulator there is no factory, and nothing else is tried."""
    with pytest.raises(OperatorMistaken, match="start it first"):
        SimulatedFactory(tmp_path / "pins.sock")


def test_a_simulator_started_again(tmp_path: Path) -> None:
    """While it is gone every use fails; when it is back, outputs are driven and inputs told as before."""
    told: queue.SimpleQueue[str] = queue.SimpleQueue()
    with running(tmp_path) as simulator, contextlib.closing(SimulatedFactory(simulator.pins)) as factory:
        relay = gpiozero.OutputDevice(RELAY, initial_value=True, pin_factory=factory)
        button = gpiozero.Button(REX, pin_factory=factory)
        button.when_pressed = lambda: told.put("pressed")
        simulator.kill()
        with pytest.raises(SimulatorGone, match="start it again"):
            relay.off()
        simulator.restart()
        assert relay.value == 1
        with simulator.client() as client:
            assert client.lines()[RELAY].level == 1
            until(lambda: client.press(REX, 10) is not None and not told.empty(), "a press is told")
        button.close()
        relay.close()

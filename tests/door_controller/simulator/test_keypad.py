"""The simulator's keypad by its control socket: keys, faults, and refusals, before the real driver."""

from collections.abc import Generator
from pathlib import Path

import pytest

from card_registry.errors import OperatorMistaken
from door_controller.readers import ReaderFault, ReaderRestored
from door_controller.simulator.client import SimulatorClient
from door_controller.simulator.serve import simulated
from door_controller.simulator.words import Fault
from tests.door_controller.readers.test_keypad import listening


@pytest.fixture
def client(tmp_path: Path) -> Generator[SimulatorClient]:
    """A simulator with one reader and one keypad, and a connection to it."""
    run = tmp_path / "run"
    with (
        simulated(tmp_path / "data", ["masuk"], run, paced=False, keypads=["tombol"]),
        SimulatorClient(run / "control.sock") as found,
    ):
        yield found


def test_a_pin_typed_at_the_simulator_reaches_the_driver(client: SimulatorClient, tmp_path: Path) -> None:
    """What is asked for on the control socket comes out of the real driver, key by key."""
    assert client.keypads() == ("tombol",)
    with listening(tmp_path / "run" / "keypad-tombol") as pad:
        client.key_in("tombol", "*409#", gap_ms=1)
        assert pad.keys(5) == "*409#"


def test_a_keypad_is_unplugged_and_plugged_in_like_a_reader(client: SimulatorClient, tmp_path: Path) -> None:
    """The same words that break a reader break a keypad; the driver tells of both ends of it."""
    with listening(tmp_path / "run" / "keypad-tombol") as pad:
        client.fault("tombol", Fault.UNPLUG)
        assert isinstance(pad.next(), ReaderFault)
        client.fault("tombol", Fault.REPLUG)
        assert isinstance(pad.next(), ReaderRestored)


@pytest.mark.parametrize(("keypad", "keys"), [("lain", "1"), ("masuk", "1"), ("tombol", "A"), ("tombol", "")])
def test_what_is_no_key_of_a_keypad_is_refused(client: SimulatorClient, keypad: str, keys: str) -> None:
    """An unknown keypad, a card reader, and what has no key are refused with a sentence."""
    with pytest.raises(OperatorMistaken):
        client.key_in(keypad, keys)
    assert client.keypads() == ("tombol",)

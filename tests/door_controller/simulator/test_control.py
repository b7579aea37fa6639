"""The simulator as a process: its control socket, what survives a restart, and a real reader before it."""

import json
import os
import signal
import socket
import time
from collections.abc import Generator
from pathlib import Path

import pytest

from card_registry.errors import OperatorMistaken
from card_registry.hint import short_address
from door_controller.readers import Doubt, Proven, ReaderFault, ReaderRestored, Unproven
from door_controller.simulator.client import SimulatorClient
from door_controller.simulator.stream import LINE_MOST
from door_controller.simulator.words import CardKind, Fault
from tests.door_controller.readers.eye import looking
from tests.door_controller.simulator.running import READERS, Running, running, until

CONTACT, REX = 27, 22


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Generator[Running]:
    """One simulator for the tests that leave it as it was."""
    with running(tmp_path_factory.mktemp("simulator")) as found:
        yield found


@pytest.fixture
def client(simulator: Running) -> Generator[SimulatorClient]:
    """A connection to it."""
    with simulator.client() as found:
        yield found


def say(simulator: Running, line: bytes) -> bytes:
    """Send raw bytes, and give the first line answered (empty if cut off)."""
    with socket.socket(socket.AF_UNIX) as connection, short_address(simulator.control) as address:
        connection.settimeout(5)
        connection.connect(address)
        try:
            connection.sendall(line)
            return connection.makefile("rb").readline()
        except OSError:
            return b""


def test_a_tap_from_end_to_end(simulator: Running, client: SimulatorClient) -> None:
    """A card made on demand, held before a reader, is proved by the real reader with the digest it has."""
    card = client.new_card("Kartu operator")
    with looking(simulator.reader("masuk")) as eye:
        assert isinstance(eye.next(), ReaderRestored)
        held = client.present(card.id, "masuk", hold_ms=100)
        proof = eye.proof()

    assert isinstance(proof, Proven)
    assert proof.digest.hex() == card.digest
    assert held.link_ms is not None
    assert held.ms is not None
    assert card in client.cards()
    assert client.readers() == READERS


def test_a_copied_uid_is_not_the_card(simulator: Running, client: SimulatorClient) -> None:
    """A card that only says a UID proves nothing."""
    card = client.new_card("Kartu tiruan", CardKind.UID)
    with looking(simulator.reader("meja")) as eye:
        client.present(card.id, "meja")
        proof = eye.proof()
        client.remove("meja")

    assert isinstance(proof, Unproven)
    assert proof.why is Doubt.NO_PROTOCOL


def test_a_broken_reader(simulator: Running, client: SimulatorClient) -> None:
    """Faults reach the reader, and are mended, from outside the process."""
    with looking(simulator.reader("masuk")) as eye:
        assert isinstance(eye.next(), ReaderRestored)
        for fault, mended in ((Fault.UNPLUG, Fault.REPLUG), (Fault.DEAD, Fault.NONE)):
            client.fault("masuk", fault)
            assert isinstance(eye.next(), ReaderFault)
            client.fault("masuk", mended)
            assert isinstance(eye.next(), ReaderRestored)


def test_contacts_and_buttons(client: SimulatorClient) -> None:
    """A contact stays where it is put; a button comes back; both are remembered with their times."""
    since = client.history(CONTACT).count
    client.set(CONTACT, 1)
    client.set(CONTACT, 1)
    client.set(CONTACT, 0)
    before = client.history(REX).count
    pressed = client.press(REX, 30)
    history = client.history(REX, before)
    changes = client.history(CONTACT, since).changes

    assert [change.level for change in changes] == [1, 0]
    assert [change.level for change in history.changes] == [1, 0]
    assert history.changes[1].ms - history.changes[0].ms >= 30
    assert abs(pressed.ms - history.changes[0].ms) < 1000
    assert client.lines()[CONTACT].level == 0
    assert len(client.lines()) == 28


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (b"{}", "op"),
        (b"not json", "JSON"),
        (b'{"op":"open-sesame"}', "open-sesame"),
        (b'{"op":"cards","x":1}', "unknown field"),
        (b'{"op":"set","line":28,"level":1}', "<= 27"),
        (b'{"op":"set","line":1,"level":2}', "2"),
        (b'{"op":"set","line":true,"level":1}', "int"),
        (b'{"op":"press","line":1,"ms":-1}', ">= 0"),
        (b'{"op":"press","line":1,"ms":99999999}', "600000"),
        (b'{"op":"present","card":"zzz","reader":"masuk"}', "no virtual card"),
        (b'{"op":"present","card":"zzz","reader":"keluar"}', "masuk, meja"),
        (b'{"op":"new-card","label":""}', "length"),
        (b'{"op":"new-card","label":"a\\u0007"}', "printable"),
        (b'{"op":"fault","reader":"masuk","kind":"burn"}', "burn"),
        (b"[" * 5000, "object"),
    ],
)
def test_refusals_are_sentences(simulator: Running, line: bytes, sentence: str) -> None:
    """Whatever is asked, the answer is an object, and a refusal says what was wrong."""
    answer = json.loads(say(simulator, line + b"\n"))

    assert list(answer) == ["error"]
    assert sentence in answer["error"]


def test_spaces_and_order_do_not_matter(simulator: Running) -> None:
    """A request written by hand is understood."""
    assert b'"level":0' in say(simulator, b'{ "level": 0, "line": 27, "op": "set" }\n')


def test_an_endless_line_is_cut_off(simulator: Running) -> None:
    """A line of more than 64 KiB ends the connection and nothing else."""
    assert say(simulator, b"x" * (LINE_MOST + 2)) == b""
    assert b"cards" in say(simulator, b'{"op":"cards"}\n')


def test_the_sockets_are_private(simulator: Running) -> None:
    """Only their user may reach the sockets and the folder of cards."""
    assert simulator.control.stat().st_mode & 0o077 == 0
    assert simulator.pins.stat().st_mode & 0o077 == 0
    assert (simulator.data / "cards.json").stat().st_mode & 0o077 == 0


def test_the_client_raises_the_sentence(client: SimulatorClient) -> None:
    """A refusal of the simulator is an error with the simulator's words."""
    with pytest.raises(OperatorMistaken, match="no reader 'keluar'"):
        client.remove("keluar")


def test_nobody_there(tmp_path: Path) -> None:
    """Without a simulator the client says what to do."""
    with pytest.raises(OperatorMistaken, match="start it first"):
        SimulatorClient(tmp_path / "control.sock")


def test_killed_and_started_again(tmp_path: Path) -> None:
    """Cards survive; lines begin at their pulls; a reader finds its port under the same name."""
    deep = tmp_path / ("folder-" * 12) / ("folder-" * 12)
    with running(deep) as simulator, looking(simulator.reader("masuk")) as eye:
        with simulator.client() as client:
            card = client.new_card("Kartu lama")
            client.set(CONTACT, 1)
            assert isinstance(eye.next(), ReaderRestored)
            simulator.kill()
            with pytest.raises(OperatorMistaken, match="no longer answers"):
                client.cards()
        assert isinstance(eye.next(), ReaderFault)
        simulator.restart()
        assert isinstance(eye.next(), ReaderRestored)
        with simulator.client() as client:
            client.present(card.id, "masuk")
            assert client.cards() == (card,)
            assert client.lines()[CONTACT].level == 0
        proof = eye.proof()

    assert isinstance(proof, Proven)
    assert proof.digest.hex() == card.digest


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_in_order(tmp_path: Path, number: signal.Signals) -> None:
    """Asked to end while a card is held and a button pressed, it leaves within 3 s and cleans up."""
    with running(tmp_path) as simulator, simulator.client() as client:
        card = client.new_card("Kartu")
        with socket.socket(socket.AF_UNIX) as other, short_address(simulator.control) as address:
            other.connect(address)
            held = f'{{"op":"present","card":"{card.id}","reader":"masuk","hold_ms":60000}}\n'
            other.sendall(held.encode())
            began = time.monotonic()
            os.kill(simulator.process.pid, number)
            until(lambda: simulator.process.poll() is not None, "the simulator ends", 3)

        assert simulator.process.returncode == 0
        assert time.monotonic() - began < 3
        assert list(simulator.run.iterdir()) == []
        simulator.stop()


def test_the_paced_link_is_honest(tmp_path: Path) -> None:
    """Paced, a tap takes at least what wire, air, chip and card need together."""
    with running(tmp_path, paced=True) as simulator, looking(simulator.reader("masuk")) as eye:
        assert isinstance(eye.next(), ReaderRestored)
        with simulator.client() as client:
            card = client.new_card("Kartu", sign_ms=50)
            held = client.present(card.id, "masuk")
            assert isinstance(eye.proof(), Proven)
            took = time.monotonic_ns() / 1e6 - (held.ms or 0)
            floor = client.remove("masuk").link_ms or 0

    assert 50 + 20 < floor <= took + 1

"""The simulator's page: one JSON line each way, and a sentence when nobody answers."""

import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from card_registry.hint import short_address
from review.store import sessions
from review.store.transaction import writing
from review.web.app import create_app
from review.web.console import Console
from tests.review.browser import Visitor, refusal
from tests.review.world import World

CARDS = {"cards": [{"id": "aa", "label": "Kartu uji", "kind": "pkoc"}], "readers": ["masuk"]}
LINES = {"lines": [{"line": 27, "level": 1, "function": "input", "holder": "door"}]}


class Peer:
    """Whoever listens at the control socket: keeps what it was asked, answers what it was told to."""

    def __init__(self, path: Path) -> None:
        """Listen at ``path``."""
        self.asked: list[dict[str, object]] = []
        self.answers: dict[str, object] = {"cards": CARDS, "lines": LINES}
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        with short_address(path) as address:
            self._socket.bind(address)
        self._socket.listen()
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                link, _ = self._socket.accept()
            except OSError:
                return
            with link, link.makefile("rb") as lines:
                request = json.loads(lines.readline())
                self.asked.append(request)
                link.sendall(json.dumps(self.answers.get(request["op"], {"done": True})).encode() + b"\n")

    def close(self) -> None:
        """Stop listening."""
        self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join(5)
        self._socket.close()


@pytest.fixture
def visitor(console: Console, world: World, tmp_path: Path) -> Iterator[Visitor]:
    """Give an operator at a console that was started with a simulator's socket."""
    console.simulator = tmp_path / "control.sock"
    with writing(world.office.store) as connection:
        sessions.begin(connection, "sesi", world.person("operator").id, world.clock())
    client = TestClient(create_app(console), follow_redirects=False)
    client.cookies.set("akses_sesi", "sesi", domain="testserver.local")
    yield Visitor(client)
    client.close()


def test_cards_readers_and_lines_are_moved_from_the_page(visitor: Visitor, tmp_path: Path) -> None:
    """Each button sends exactly its request."""
    peer = Peer(tmp_path / "control.sock")
    try:
        page = visitor.see("/simulator").text
        assert "Kartu uji" in page
        assert "Tempel di masuk" in page
        peer.asked.clear()
        assert visitor.send("/simulator/kartu-baru", {"label": " Baru "}).status_code == 303
        assert visitor.send("/simulator/tempel", {"card": "aa", "reader": "masuk"}).status_code == 303
        assert (
            visitor.send("/simulator/tempel", {"card": "aa", "reader": "masuk", "tahan": "1"}).status_code
            == 303
        )
        assert visitor.send("/simulator/angkat", {"reader": "masuk"}).status_code == 303
        assert visitor.send("/simulator/saluran", {"line": "27", "level": "0"}).status_code == 303
        assert visitor.send("/simulator/saluran", {"line": "22", "level": ""}).status_code == 303
        assert visitor.send("/simulator/saluran", {"line": "x"}).status_code == 404
        assert peer.asked == [
            {"op": "new-card", "label": "Baru"},
            {"op": "present", "card": "aa", "reader": "masuk", "hold_ms": 1500},
            {"op": "present", "card": "aa", "reader": "masuk"},
            {"op": "remove", "reader": "masuk"},
            {"op": "set", "line": 27, "level": 0},
            {"op": "press", "line": 22, "ms": 600},
        ]
        peer.answers["present"] = {"error": "no such card"}
        answer = visitor.send("/simulator/tempel", {"card": "zz", "reader": "masuk"})
        assert answer.status_code == 403
        assert "no such card" in refusal(answer)
        peer.answers["cards"] = [1]
        assert "Simulator menolak" in refusal(visitor.see("/simulator"))
    finally:
        peer.close()


def test_a_simulator_that_is_away_is_said(visitor: Visitor) -> None:
    """The page stands, with a sentence."""
    answer = visitor.see("/simulator")
    assert answer.status_code == 200
    assert "Simulator tidak menjawab" in refusal(answer)

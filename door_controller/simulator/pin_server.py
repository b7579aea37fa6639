"""The simulator's end of ``pins.sock``: carries out what pin factories ask of the bank of lines.

It decides nothing but whom to tell; levels and holders are left to ``lines``.
"""

import queue
import threading
from typing import assert_never

import msgspec

from card_registry.errors import OperatorMistaken
from door_controller.simulator.lines import LineBank
from door_controller.simulator.pin_wire import (
    Ask,
    Claim,
    Edge,
    Input,
    Listen,
    Output,
    Read,
    Refusal,
    Release,
    Told,
)
from door_controller.simulator.stream import Peer
from door_controller.simulator.words import Change

_EDGES_MOST = 4096
_ASKS = msgspec.json.Decoder(Ask)
_ENCODER = msgspec.json.Encoder()


class PinConversation:
    """One connection of one pin factory."""

    def __init__(self, lines: LineBank, peer: Peer) -> None:
        self._lines = lines
        self._peer = peer
        self._edges: queue.Queue[Edge | None] | None = None

    def answer(self, line: bytes) -> bytes | None:
        """Carry out one request."""
        try:
            level = self._carry_out(_ASKS.decode(line))
        except (msgspec.DecodeError, OperatorMistaken) as error:
            return _ENCODER.encode(Refusal(str(error)))
        return _ENCODER.encode(Told(level))

    def end(self) -> None:
        """Let the lines be claimed by others; they stay as they are."""
        self._lines.watch(self, None)
        self._lines.abandon(self)
        if self._edges is not None:
            self._edges.put(None)

    def _carry_out(self, ask: Ask) -> int:
        match ask:
            case Claim(line):
                self._lines.claim(line, self, self._peer.name)
            case Output(line, level):
                return self._lines.make_output(line, self, level)
            case Input(line, pull):
                return self._lines.make_input(line, self, pull)
            case Read(line):
                pass
            case Release(line):
                self._lines.release(line, self)
            case Listen():
                self._listen()
                return 0
            case _:
                assert_never(ask)
        return self._lines.view(line).level

    def _listen(self) -> None:
        if self._edges is None:
            self._edges = queue.Queue(_EDGES_MOST)
            threading.Thread(target=_tell, args=(self._edges, self._peer), daemon=True).start()
            self._lines.watch(self, self._saw)

    def _saw(self, line: int, change: Change) -> None:
        if self._edges is not None and not self._edges.full():
            self._edges.put_nowait(Edge(line, change.level, change.ms))


def _tell(edges: "queue.Queue[Edge | None]", peer: Peer) -> None:
    """Tell one listener what it waits for, in a thread, so that no slow reader holds the bank up."""
    while (edge := edges.get()) is not None:
        peer.send(_ENCODER.encode(edge))

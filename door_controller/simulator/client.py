"""The other end of ``control.sock``, for tests and measurements: asks, and gives typed answers.

It decides nothing; a refusal of the simulator is raised with the simulator's own sentence.
"""

import socket
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

import msgspec

from card_registry.errors import OperatorMistaken
from door_controller.simulator.control_wire import (
    KEY_GAP_MS,
    Break,
    CardList,
    Cards,
    CardView,
    Done,
    Follow,
    Held,
    History,
    KeyIn,
    Level,
    LineHistory,
    LineList,
    Lines,
    Made,
    Moved,
    NewCard,
    Present,
    Press,
    Refusal,
    Remove,
    Request,
    Set,
)
from door_controller.simulator.stream import connect, read_lines
from door_controller.simulator.words import CardKind, Fault, LineView

ANSWER_SECONDS = 10.0
A = TypeVar("A")
_ENCODER = msgspec.json.Encoder()


class SimulatorClient:
    """One connection to a simulator; not for several threads at once."""

    def __init__(self, control_socket: Path) -> None:
        """Connect.

        Raises:
            OperatorMistaken: No simulator answers there.
        """
        self._path = control_socket
        self._socket: socket.socket = connect(control_socket, ANSWER_SECONDS)
        self._answers = read_lines(self._socket)

    def cards(self) -> tuple[CardView, ...]:
        """List the cards, oldest first."""
        return self._ask(Cards(), CardList).cards

    def readers(self) -> tuple[str, ...]:
        """List the readers' names."""
        return self._ask(Cards(), CardList).readers

    def new_card(self, label: str, kind: CardKind = CardKind.PKOC, sign_ms: int = 0) -> CardView:
        """Make a card."""
        return self._ask(NewCard(label, kind, sign_ms), Made).card

    def present(self, card: str, reader: str, hold_ms: int | None = None) -> Held:
        """Hold a card before a reader, for ``hold_ms`` or until it is removed."""
        return self._ask(Present(card, reader, hold_ms), Held, (hold_ms or 0) / 1000)

    def remove(self, reader: str) -> Held:
        """Take the card away."""
        return self._ask(Remove(reader), Held)

    def lines(self) -> dict[int, LineView]:
        """Say how every line is, by number."""
        return {view.line: view for view in self._ask(Lines(), LineList).lines}

    def set(self, line: int, level: Level | None) -> Moved:
        """Move a line from outside and leave it there; with None, let go of it."""
        return self._ask(Set(line, level), Moved)

    def press(self, line: int, ms: int) -> Moved:
        """Move a line to its other level for ``ms`` milliseconds, then back."""
        return self._ask(Press(line, ms), Moved, ms / 1000)

    def history(self, line: int, since: int = 0) -> LineHistory:
        """List what happened to a line after its ``since``-th change."""
        return self._ask(History(line, since), LineHistory)

    def keypads(self) -> tuple[str, ...]:
        """List the keypads' names."""
        return self._ask(Cards(), CardList).keypads

    def key_in(self, keypad: str, keys: str, gap_ms: int = KEY_GAP_MS) -> None:
        """Press keys of a keypad, one after the other."""
        self._ask(KeyIn(keypad, keys, gap_ms), Done, len(keys) * gap_ms / 1000)

    def fault(self, reader: str, kind: Fault) -> None:
        """Break a reader or keypad, or mend it."""
        self._ask(Break(reader, kind), Done)

    def follow(self, line: int, leader: int | None, ms: int = 150, *, inverted: bool = False) -> None:
        """Let a line follow another, as a bolt's feedback follows its relay; with None, jam it."""
        self._ask(Follow(line, leader, ms, inverted), Done)

    def close(self) -> None:
        """End the connection."""
        self._socket.close()

    def __enter__(self) -> Self:
        """Be connected for the length of a ``with`` block."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the connection."""
        self.close()

    def _ask(self, request: Request, kind: type[A], extra_seconds: float = 0.0) -> A:
        self._socket.settimeout(ANSWER_SECONDS + extra_seconds)
        try:
            self._socket.sendall(_ENCODER.encode(request) + b"\n")
            line = next(self._answers, None)
        except OSError:
            line = None
        if line is None:
            raise OperatorMistaken(f"the simulator at {self._path} no longer answers; start it again")
        if line.startswith(b'{"error"'):
            raise OperatorMistaken(msgspec.json.decode(line, type=Refusal).error)
        return msgspec.json.decode(line, type=kind)

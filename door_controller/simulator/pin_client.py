"""The program's end of ``pins.sock``: asks for lines, is told their edges, survives a restarted simulator.

It decides when to connect again and what to set up anew. What the requests mean to gpiozero is left to
``pins``.

Decisions:
    2026-11-20: after a restart of the simulator the lines are claimed and driven again as before, because
    every process of the demo may be killed at any time; until then every request fails, as a dead board
    would.
"""

import contextlib
import logging
import select
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from card_registry.errors import AksesError, OperatorMistaken
from door_controller.simulator.pin_wire import Ask, Claim, Edge, Input, Listen, Output, Refusal, Release, Told
from door_controller.simulator.stream import LINE_MOST, connect, read_lines

ANSWER_SECONDS = 2.0
RETRY_SECONDS = 0.2
_ENCODER = msgspec.json.Encoder()
_TOLD = msgspec.json.Decoder(Told)
_REFUSED = msgspec.json.Decoder(Refusal)
_EDGE = msgspec.json.Decoder(Edge)
_log = logging.getLogger(__name__)


class SimulatorGone(AksesError):
    """The simulator does not answer."""


class LineTaken(AksesError):
    """The simulator refused a request: another process holds the line, or there is none of that number."""


class PinConnection:
    """The connection that holds lines; safe for many threads."""

    def __init__(self, path: Path) -> None:
        """Connect to the simulator.

        Raises:
            OperatorMistaken: No simulator answers at ``path``.
        """
        self.path = path
        self._lock = threading.Lock()
        self._held: dict[int, Input | Output | None] = {}
        self._socket = connect(path, ANSWER_SECONDS)
        self._answers = read_lines(self._socket)

    def ask(self, ask: Ask) -> int:
        """Have the simulator carry out one request; give the line's level.

        Raises:
            LineTaken: The simulator refuses.
            SimulatorGone: The simulator does not answer, and no other took its place.
        """
        with self._lock:
            answer = self._say(ask)
            if answer is None and self._connect_again():
                answer = self._say(ask)
            if answer is None:
                raise SimulatorGone(f"no simulator answers at {self.path}; start it again")
            level = _open(answer)
            self._remember(ask)
            return level

    def close(self) -> None:
        """End the connection; what was not released stays as it is."""
        self._socket.close()

    def _remember(self, ask: Ask) -> None:
        match ask:
            case Claim(line):
                self._held.setdefault(line, None)
            case Input(line) | Output(line):
                self._held[line] = ask
            case Release(line):
                self._held.pop(line, None)
            case _:
                pass

    def _say(self, ask: Ask) -> bytes | None:
        with contextlib.suppress(OSError):
            self._socket.sendall(_ENCODER.encode(ask) + b"\n")
            return next(self._answers, None)
        return None

    def _connect_again(self) -> bool:
        """Try once to take up the held lines at a new simulator; false when there is none."""
        self._socket.close()
        try:
            self._socket = connect(self.path, ANSWER_SECONDS)
        except OperatorMistaken:
            return False
        self._answers = read_lines(self._socket)
        for line, setting in self._held.items():
            for ask in (Claim(line), setting):
                answer = None if ask is None else self._say(ask)
                if answer is not None:
                    _open(answer)
        return True


def _open(answer: bytes) -> int:
    if answer.startswith(b'{"error"'):
        raise LineTaken(_REFUSED.decode(answer).error)
    return _TOLD.decode(answer).level


class Listener:
    """What wants to know the edges of one line: called in the listening thread."""

    def __init__(self, tell: Callable[[int], None], bounce: float | None) -> None:
        self.tell = tell
        self.bounce = bounce
        self.told: int | None = None


class EdgeListener:
    """The connection that tells edges: a thread that passes each on once it is as old as its bounce time."""

    def __init__(self, path: Path, read: Callable[[int], int]) -> None:
        """Listen at ``path``; ``read`` gives a line's level after the connection broke."""
        self._path = path
        self._read = read
        self._listeners: dict[int, Listener] = {}
        self._pending: dict[int, tuple[int, float]] = {}
        self._closing = threading.Event()
        self._ready = threading.Event()
        self._socket: socket.socket | None = None
        self._thread = threading.Thread(target=self._run, name="pin-edges", daemon=True)
        self._thread.start()
        self._ready.wait(ANSWER_SECONDS)

    def set(self, line: int, listener: Listener | None) -> None:
        """Tell ``listener`` the edges of ``line`` from here on; None tells nobody."""
        listeners = {**self._listeners}
        listeners.pop(line, None)
        self._listeners = listeners if listener is None else {**listeners, line: listener}

    def close(self) -> None:
        """End the thread and the connection."""
        self._closing.set()
        connection = self._socket
        if connection is not None:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        if threading.current_thread() is not self._thread:
            self._thread.join()

    def _run(self) -> None:
        while not self._closing.is_set():
            with contextlib.suppress(OperatorMistaken), connect(self._path, ANSWER_SECONDS) as connection:
                self._socket = connection
                self._listen(connection)
            self._socket = None
            self._closing.wait(RETRY_SECONDS)

    def _listen(self, connection: socket.socket) -> None:
        received = b""
        connection.sendall(_ENCODER.encode(Listen()) + b"\n")
        while not self._closing.is_set():
            if select.select([connection], [], [], self._patience())[0]:
                data = _receive(connection)
                if not data:
                    return
                *lines, received = (received + data).split(b"\n")
                for line in lines:
                    self._hear(line)
            self._tell_settled(time.monotonic())

    def _hear(self, line: bytes) -> None:
        if not line.startswith(b'{"line"'):  # the answer to Listen: from here on nothing is missed
            self._catch_up()
            self._ready.set()
            return
        edge = _EDGE.decode(line)
        listener = self._listeners.get(edge.line)
        if listener is not None:
            due = time.monotonic() + (listener.bounce or 0.0)
            self._pending[edge.line] = (edge.level, due)
            if not listener.bounce:
                self._tell(edge.line, edge.level, listener)

    def _catch_up(self) -> None:
        """Tell levels that may have changed while nobody told us."""
        for line in self._listeners:
            with contextlib.suppress(AksesError):
                self._pending[line] = (self._read(line), time.monotonic())

    def _patience(self) -> float | None:
        if not self._pending:
            return None
        return max(0.0, min(due for _, due in self._pending.values()) - time.monotonic())

    def _tell_settled(self, now: float) -> None:
        for line, (level, due) in tuple(self._pending.items()):
            if due <= now:
                listener = self._listeners.get(line)
                self._pending.pop(line)
                if listener is not None and listener.told != level:
                    self._tell(line, level, listener)

    def _tell(self, line: int, level: int, listener: Listener) -> None:
        self._pending.pop(line, None)
        listener.told = level
        try:
            listener.tell(level)
        except Exception as error:  # noqa: BLE001 - one failing callback must not silence the other lines
            _log.error("a callback of line %d failed: %s", line, type(error).__name__)


def _receive(connection: socket.socket) -> bytes:
    try:
        return connection.recv(LINE_MOST)
    except OSError:
        return b""

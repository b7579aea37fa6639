"""JSON lines over a Unix stream socket: one object in, one object out, with a limit on every line.

It decides how connections are taken, bounded and ended. What a line says is left to ``control`` and
``pin_server``.
"""

import contextlib
import os
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

from card_registry.errors import OperatorMistaken
from card_registry.hint import short_address

LINE_MOST = 64 * 1024
CONNECTIONS_MOST = 64
RETRY_SECONDS = 0.1
END_SECONDS = 2.0
_CREDENTIALS = struct.Struct("3i")


class Conversation(Protocol):
    """One connection: answers lines until it ends."""

    def answer(self, line: bytes) -> bytes | None:
        """Answer one line; None ends the connection."""

    def end(self) -> None:
        """Clean up: the other side is gone."""


class Peer:
    """The other side of one connection."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._lock = threading.Lock()
        credentials = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
        self.name = f"process {_CREDENTIALS.unpack(credentials)[0]}"

    def send(self, line: bytes) -> None:
        """Send one line; one who does not read is cut off."""
        with self._lock:
            try:
                self._connection.sendall(line + b"\n")
            except OSError:
                with contextlib.suppress(OSError):
                    self._connection.shutdown(socket.SHUT_RDWR)


class LineServer:
    """Listens at one path until closed; each connection has a thread of its own."""

    def __init__(self, path: Path, converse: Callable[[Peer], Conversation]) -> None:
        """Listen at ``path`` for this user alone, in place of a socket left by a dead process."""
        self._path = path
        self._converse = converse
        self._open: dict[socket.socket, threading.Thread] = {}
        self._closing = threading.Event()
        self._lock = threading.Lock()
        path.unlink(missing_ok=True)
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        with short_address(path) as address:
            self._listener.bind(address)
        path.chmod(0o600)
        self._listener.listen()
        self._thread = threading.Thread(target=self._accept, name=f"listen-{path.name}", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End every connection and remove the socket."""
        self._closing.set()
        self._path.unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._listener.close()
        with self._lock:
            served = dict(self._open)
        for connection, thread in served.items():
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            thread.join(END_SECONDS)

    def _accept(self) -> None:
        while not self._closing.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:  # closing, or no more descriptors: then others must end first
                self._closing.wait(RETRY_SECONDS)
                continue
            thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
            with self._lock:
                if len(self._open) >= CONNECTIONS_MOST:
                    connection.close()
                    continue
                self._open[connection] = thread
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        peer = Peer(connection)
        conversation = self._converse(peer)
        try:
            for line in read_lines(connection):
                answer = conversation.answer(line)
                if answer is None:
                    break
                peer.send(answer)
        finally:
            conversation.end()
            with self._lock:
                self._open.pop(connection, None)
            connection.close()


def read_lines(connection: socket.socket) -> Iterator[bytes]:
    """Yield lines until the other side ends, breaks off, or sends one that is too long."""
    pending = b""
    while len(pending) <= LINE_MOST:
        try:
            data = connection.recv(LINE_MOST)
        except OSError:
            return
        if not data:
            return
        *lines, pending = (pending + data).split(b"\n")
        yield from lines


def connect(path: Path, timeout: float | None) -> socket.socket:
    """Connect to the simulator's socket at ``path``.

    Raises:
        OperatorMistaken: Nobody listens there.
    """
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    connection.settimeout(timeout)
    try:
        with short_address(path) as address:
            connection.connect(address)
    except OSError as error:
        connection.close()
        reason = error.strerror or os.strerror(error.errno or 0)
        raise OperatorMistaken(f"no simulator answers at {path} ({reason}); start it first") from error
    return connection

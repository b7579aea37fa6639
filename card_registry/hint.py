"""Wake-ups between processes: one empty datagram on a Unix socket. A hint; the one-second poll is the truth.

A lost, doubled or forged hint costs a look and nothing else, so nothing is read from it. Socket paths may be
longer than the 108 bytes of ``sockaddr_un``: they are reached through their folder's descriptor.
"""

import contextlib
import os
import select
import socket
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self


@contextlib.contextmanager
def short_address(path: Path) -> Iterator[str]:
    """Give a name short enough to bind or connect for a socket at any ``path``."""
    descriptor = os.open(path.parent, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{descriptor}/{path.name}"
    finally:
        os.close(descriptor)


def send_hint(path: Path) -> None:
    """Wake whoever listens at ``path``; nobody listening is fine, they poll."""
    with (
        contextlib.suppress(OSError),
        short_address(path) as address,
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK) as sender,
    ):
        sender.sendto(b"", address)


class HintListener:
    """Waits for a hint or for the poll interval, whichever comes first."""

    def __init__(self, path: Path) -> None:
        """Listen at ``path``, replacing a socket left by a dead process."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        self._path = path
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
        with short_address(path) as address:
            self._socket.bind(address)

    def fileno(self) -> int:
        """Give the descriptor, for a loop that waits on several things."""
        return self._socket.fileno()

    def wait(self, seconds: float = 1.0) -> None:
        """Return at the next hint, or after ``seconds``; hints that came together count once."""
        select.select([self._socket], [], [], seconds)
        self.drain()

    def drain(self) -> None:
        """Forget the hints received so far."""
        with contextlib.suppress(BlockingIOError):
            while True:
                self._socket.recv(1)

    def close(self) -> None:
        """Stop listening and remove the socket."""
        self._socket.close()
        self._path.unlink(missing_ok=True)

    def __enter__(self) -> Self:
        """Listen for the length of a ``with`` block."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop listening."""
        self.close()

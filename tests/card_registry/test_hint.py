"""Wake-ups that cost a look and nothing else."""

import socket
import threading
import time
from pathlib import Path

import pytest

from card_registry.hint import HintListener, send_hint, short_address


def _waited(listener: HintListener, seconds: float) -> float:
    """Wait for a hint and say how long it took."""
    begun = time.monotonic()
    listener.wait(seconds)
    return time.monotonic() - begun


def test_a_hint_wakes_a_waiter(tmp_path: Path) -> None:
    """A hint that is there, or that comes, ends the wait; several count once."""
    with HintListener(tmp_path / "door.sock") as listener:
        for _ in range(3):
            send_hint(tmp_path / "door.sock")
        assert _waited(listener, 20) < 10
        assert _waited(listener, 0.05) >= 0.05
        sender = threading.Thread(target=send_hint, args=(tmp_path / "door.sock",))
        sender.start()
        assert _waited(listener, 20) < 10
        sender.join()


def test_nobody_listening_is_fine(tmp_path: Path) -> None:
    """No folder, no socket, a dead socket, a plain file: the sender goes on."""
    send_hint(tmp_path / "gone" / "door.sock")
    send_hint(tmp_path / "door.sock")
    (tmp_path / "file").write_bytes(b"")
    send_hint(tmp_path / "file")
    with HintListener(tmp_path / "door.sock"):
        pass
    assert not (tmp_path / "door.sock").exists()
    send_hint(tmp_path / "door.sock")


def test_a_socket_left_by_a_dead_process_is_replaced(tmp_path: Path) -> None:
    """A restart after a kill listens again at the same name."""
    path = tmp_path / "run" / "door.sock"
    first = HintListener(path)
    with HintListener(path) as second:
        send_hint(path)
        assert _waited(second, 20) < 10
    first.close()


def test_a_path_longer_than_an_address_works(tmp_path: Path) -> None:
    """Sockets deep in a folder tree are reached through their folder."""
    path = tmp_path / ("x" * 100) / ("y" * 100) / "door.sock"
    with HintListener(path) as listener:
        send_hint(path)
        assert _waited(listener, 20) < 10
        assert listener.fileno() > 0


def _flood(path: Path) -> None:
    """Send large hints until the queue is full."""
    with (
        short_address(path) as address,
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK) as sender,
    ):
        for _ in range(100_000):
            sender.sendto(b"x" * 512, address)


def test_a_flood_of_large_hints_is_drained(tmp_path: Path) -> None:
    """What is in a hint is not read, and a full queue neither blocks the sender nor the listener."""
    path = tmp_path / "door.sock"
    with HintListener(path) as listener:
        with pytest.raises(BlockingIOError):
            _flood(path)
        send_hint(path)
        assert _waited(listener, 20) < 10
        assert _waited(listener, 0.05) >= 0.05

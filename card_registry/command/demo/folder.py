"""The demo's data folder: recognised as ours before anything in it is touched, held by one demo at a time.

The lock is on the folder itself, so it leaves no file, and it ends with the process that holds it.
"""

import fcntl
import os
import shutil
import socket
from pathlib import Path

import card_registry
from card_registry.command.demo.layout import Layout
from card_registry.command.demo.secrets import Secrets, generate, keep, recall
from card_registry.command.demo.table import look
from card_registry.errors import OperatorMistaken


class AlreadyRunning(OperatorMistaken):
    """Another demo holds this data folder."""


def default_data() -> Path:
    """Give the folder used when none is named: $AKSES_DATA, else beside the checkout's `akses` script."""
    named = os.environ.get("AKSES_DATA")
    if named:
        return Path(named)
    checkout = Path(card_registry.__path__[0]).parent
    return (checkout if (checkout / "akses").is_file() else Path.cwd()) / "akses-data"


def claim(layout: Layout) -> int:
    """Take hold of the data folder, making it where there is none; give the descriptor that holds it.

    Raises:
        AlreadyRunning: Another demo runs on it.
        OperatorMistaken: It cannot be made or written, or it holds something that is not a demo's.
    """
    try:
        layout.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(layout.data, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        message = (
            f"{layout.data} cannot be used as data folder ({error.strerror}); choose another with --data"
        )
        raise OperatorMistaken(message) from error
    try:
        _hold(layout, descriptor)
        _recognise(layout)
    except OperatorMistaken:
        os.close(descriptor)
        raise
    return descriptor


def _hold(layout: Layout, descriptor: int) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        table = look(layout.running)
        where = f" at {table.address}" if table else ""
        message = f"a demo already runs on {layout.data}{where}; stop it first, or choose another with --data"
        raise AlreadyRunning(message) from error


def _recognise(layout: Layout) -> None:
    if not os.access(layout.data, os.W_OK | os.X_OK):
        message = f"{layout.data} cannot be written; choose another folder with --data"
        raise OperatorMistaken(message)
    beside = f".{layout.secrets.name}.new"
    if layout.secrets.exists():
        recall(layout.secrets)
    elif any(entry.name != beside for entry in layout.data.iterdir()):
        message = (
            f"{layout.data} is not empty and not a demo's; nothing was touched; choose another with --data"
        )
        raise OperatorMistaken(message)


def known(layout: Layout) -> Secrets:
    """Give this demo's secrets, making them at its first start.

    Raises:
        OperatorMistaken: They cannot be written.
    """
    if not layout.secrets.exists():
        try:
            keep(layout.secrets, generate())
        except OSError as error:
            message = f"{layout.data} cannot be written ({error.strerror}); choose another folder with --data"
            raise OperatorMistaken(message) from error
    return recall(layout.secrets)


def empty(layout: Layout) -> None:
    """Delete everything of this demo but its mark: an interrupted deletion must still be known as ours."""
    layout.provisioned.unlink(missing_ok=True)
    # If power fails here, the next start finds no stamp and starts over.
    for entry in layout.data.iterdir():
        if entry == layout.secrets:
            continue
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()


def usable_port(port: int) -> int:
    """Give the console's port, a free one for 0; refuse one that something else listens on.

    Raises:
        OperatorMistaken: The port is taken or may not be used.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            message = f"port {port} cannot be used ({error.strerror}); choose another with --port"
            raise OperatorMistaken(message) from error
        usable: int = probe.getsockname()[1]
        return usable


def free_port() -> int:
    """Give a port of 127.0.0.1 that nothing uses now."""
    return usable_port(0)

"""The signer as a process: rounds at every hint and every second, until it is told to stop."""

import logging
import secrets
import signal
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import FrameType

import click
from sqlalchemy.exc import SQLAlchemyError

from card_registry.authority.devices.certificates import Renewer
from card_registry.authority.founding import open_current
from card_registry.authority.keys import SignerKeys, load_signer, read_passphrase
from card_registry.authority.signer import Places, Signer
from card_registry.certificate import Authority
from card_registry.errors import KeysReplaced, OperatorMistaken
from card_registry.hint import HintListener, send_hint
from card_registry.stores.engine import open_store
from card_registry.stores.trouble import trouble

SOCKET = "signer.sock"
TOLD = ("hub.sock", "console.sock")
"""Who is woken after each publication."""

PAUSE = 1.0

log = logging.getLogger("akses.registry")


def now() -> int:
    """Give the server's clock in milliseconds."""
    return time.time_ns() // 1_000_000


def scratch() -> Path:
    """Give a folder in RAM where the machine has one."""
    shared = Path("/dev/shm")  # noqa: S108 - only a random folder of mode 0700 is made in it
    return shared if shared.is_dir() else Path(tempfile.gettempdir())


class Stop:
    """Becomes true at SIGTERM or SIGINT, and wakes the loop by its own socket."""

    def __init__(self, socket: Path) -> None:
        """Listen to both signals."""
        self._asked = False
        self._socket = socket
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._ask)

    def is_asked(self) -> bool:
        """Say whether a signal came."""
        return self._asked

    def _ask(self, _number: int, _frame: FrameType | None) -> None:
        self._asked = True
        send_hint(self._socket)


def serve(
    places: Places, folder: Path, passphrase_file: Path, run: Path, authority: Authority | None = None
) -> None:
    """Sign until stopped; with the TLS authority, renew the devices' certificates too.

    Raises:
        AksesError: It cannot start; the sentence says why.
    """
    keys = load_signer(folder, read_passphrase(passphrase_file))
    open_current(places.registry).dispose()
    signer = Signer(replace(places, memory=folder), keys, now)
    engine = open_store(places.registry, "registry")
    renewer = None
    if authority is not None:
        renewer = Renewer(engine, keys.root, authority, places.scratch, secrets.token_bytes)
    try:
        with HintListener(run / SOCKET) as listener:
            stop = Stop(run / SOCKET)
            keys_again = partial(load_signer, folder, read_passphrase(passphrase_file))
            _round(signer, run, keys_again)
            click.echo("siap")
            while not stop.is_asked():
                if renewer is not None and renewer.tend(now()):
                    send_hint(run / TOLD[0])
                listener.wait(PAUSE)
                while not stop.is_asked() and _round(signer, run, keys_again):
                    pass
    finally:
        engine.dispose()
        signer.close()


def _round(signer: Signer, run: Path, keys_again: Callable[[], SignerKeys]) -> bool:
    """Take one round; a store that cannot be written is tried again later, replaced keys are read again."""
    try:
        published = signer.round()
    except KeysReplaced as error:
        signer.use(keys_again(), str(error))
        return False
    except (SQLAlchemyError, OperatorMistaken) as error:
        said = str(error) if isinstance(error, OperatorMistaken) else trouble(error)
        signer.pause(f"the registry store cannot be used now: {said}")
        return False
    if published:
        for name in TOLD:
            send_hint(run / name)
    return published

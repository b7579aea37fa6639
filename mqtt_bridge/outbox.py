"""The controller's outbox as the bridge sees it: batch files that only the door writes and removes.

A file is read and taken apart once for each version of it, to know where it ends; what is not a batch under
its own name is left alone and said once. Sending is decided in ``session``.
"""

import logging
import os
from pathlib import Path

from card_registry.durable import read_plain
from card_registry.errors import Malformed
from card_registry.journal.batch import batch_name, decode_batch, parse_name
from card_registry.words import ControllerId
from mqtt_bridge.session import Parcel

log = logging.getLogger(__name__)

FILES = 1024
"""The most files looked at; the door keeps far fewer."""

STATUS_FILE = "status"
STATUS_LIMIT = 64 * 1024


class Outbox:
    """A folder of batches, with what is known of each version of each file."""

    def __init__(self, folder: Path, controller: ControllerId) -> None:
        """Look at ``folder``, whose batches are ``controller``'s."""
        self._folder, self._controller = folder, controller
        self._known: dict[str, tuple[int, Parcel | None]] = {}

    def look(self) -> list[Parcel]:
        """Give the batches that are there now, in no order."""
        found: dict[str, tuple[int, Parcel | None]] = {}
        with os.scandir(self._folder) as entries:
            for entry in entries:
                if len(found) < FILES and parse_name(entry.name) is not None:
                    self._look_at(entry, found)
        self._known = found
        return [parcel for _, parcel in found.values() if parcel is not None]

    def _look_at(self, entry: os.DirEntry[str], found: dict[str, tuple[int, Parcel | None]]) -> None:
        try:
            status = entry.stat(follow_symlinks=False)
        except FileNotFoundError:
            return  # the door has just removed it
        stamp = hash((status.st_ino, status.st_mtime_ns, status.st_size))
        known = self._known.get(entry.name)
        found[entry.name] = (
            known if known and known[0] == stamp else (stamp, self._measure(entry.name, stamp))
        )

    def _measure(self, name: str, stamp: int) -> Parcel | None:
        try:
            batch = decode_batch(read_plain(self._folder / name))
        except FileNotFoundError:
            return None
        except Malformed as error:
            log.warning("outbox file %s is not sent: %s", name, error)
            return None
        if batch_name(batch.epoch, batch.start) != name or batch.controller != self._controller:
            log.warning("outbox file %s is not sent: it holds rows of another place", name)
            return None
        return Parcel(batch.epoch, batch.start, batch.end, stamp)

    def read(self, parcel: Parcel) -> bytes | None:
        """Give a batch's bytes, None when the door has removed it meanwhile."""
        try:
            return read_plain(self._folder / batch_name(parcel.epoch, parcel.start))
        except (FileNotFoundError, Malformed):
            return None

    def status(self) -> bytes | None:
        """Give the controller's signed status, None when there is none to send."""
        try:
            return read_plain(self._folder / STATUS_FILE, STATUS_LIMIT) or None
        except (FileNotFoundError, Malformed):
            return None

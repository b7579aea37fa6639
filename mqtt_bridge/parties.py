"""Whom the broker lets in: written by the hub, who knows the signed directory, and read by the broker.

Two plain files in one folder: the controllers the site trusts now, and the list of revoked certificates under
the TLS authority's own signature. A controller that is enrolled is let in without a restart; one that is cut
off finds neither topics nor, the next time, a handshake. The hub may say this because it may publish
everything anyway; what payloads are worth is never decided by who was let in.
"""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from card_registry import canonical
from card_registry.certificate import CRL_SLOT
from card_registry.durable import read_plain, write_whole
from card_registry.errors import Malformed
from card_registry.statements import ControllerEntry
from card_registry.words import ControllerId, ControllerStatus, SiteId
from mqtt_bridge.tls import CRL_FILE

if TYPE_CHECKING:
    from mqtt_bridge.registry_slots import Slot

log = logging.getLogger(__name__)

PARTIES_FILE = "parties.json"
VERSION = 1


@dataclass(frozen=True, slots=True)
class Parties:
    """The controllers and desks that a site trusts now."""

    v: int
    site: SiteId
    controllers: tuple[ControllerId, ...]


def read_parties(folder: Path, site: SiteId) -> tuple[ControllerId, ...] | None:
    """Give whom the hub last named; None where it has not yet.

    Raises:
        Malformed: The file is not the hub's, or is of another site.
    """
    try:
        data = read_plain(folder / PARTIES_FILE)
    except FileNotFoundError:
        return None
    found = canonical.decode(data, Parties, f"{folder / PARTIES_FILE}")
    if found.site != site:
        message = f"{folder / PARTIES_FILE} is of site {found.site}, and this broker is of {site}"
        raise Malformed(message)
    return found.controllers


def stamp(folder: Path) -> tuple[object, ...]:
    """Give what changes whenever the hub writes one of the files."""
    found: list[object] = []
    for name in (PARTIES_FILE, CRL_FILE):
        try:
            status = (folder / name).lstat()
            found.append((status.st_mtime_ns, status.st_ino, status.st_size))
        except OSError:
            found.append(None)
    return tuple(found)


class Doorlist:
    """The hub's pen: writes the files when the directory or the list of revoked certificates changes."""

    def __init__(self, folder: Path | None, site: SiteId) -> None:
        """Write into ``folder``; without one, nothing is ever written."""
        self._folder, self._site = folder, site
        self._written: dict[str, bytes] = {}
        self._revoked: bytes | None = None

    def learn(
        self, changed: "Iterable[Slot]", directory: Mapping[ControllerId, ControllerEntry] | None
    ) -> None:
        """Take in what the registry says now; a folder that refuses is written at the next change or look."""
        for slot in changed:
            if slot.name == CRL_SLOT:
                self._revoked = slot.body
        if self._folder is None or directory is None:
            return
        active = sorted(one.id for one in directory.values() if one.status is ControllerStatus.ACTIVE)
        # The list of revoked ones first: a broker that reads in between lets nobody in again.
        wanted = {CRL_FILE: self._revoked} if self._revoked is not None else {}
        wanted[PARTIES_FILE] = canonical.encode(Parties(VERSION, self._site, tuple(active)))
        for name, data in wanted.items():
            self._write(self._folder, name, data)

    def _write(self, folder: Path, name: str, data: bytes) -> None:
        if self._written.get(name) == data:
            return
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o750)
            write_whole(folder / name, data)
        except OSError as error:
            log.error("the broker cannot be told who may come in (%s): %s", name, error.strerror)
            return
        self._written[name] = data

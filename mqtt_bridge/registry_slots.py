"""The registry as the hub reads it: the slots the signer published, and the controllers' keys among them.

Slots are passed on as they are. Only the directory is believed, and only when python-tuf verifies it from the
pinned first root: an edited database gives nobody a key.
"""

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine, func, select

from card_registry.errors import Expired, SenderLied
from card_registry.instant import Instant
from card_registry.statements import ControllerEntry
from card_registry.stores.registry import slot as table
from card_registry.trust.slots import DIRECTORY, Role, meta_slot, root_version
from card_registry.trust.verify import read_directory
from card_registry.words import ControllerId, SiteId, TimeQuality

log = logging.getLogger(__name__)

LAST = (meta_slot(Role.SNAPSHOT), meta_slot(Role.TIMESTAMP))
"""Published after everything they name."""

KEY_SLOTS = frozenset({DIRECTORY, meta_slot(Role.DOORS), meta_slot(Role.TARGETS)})
"""With the roots, all that the directory's keys rest on."""

TIMELESS = Instant(0, None, TimeQuality.FLOOR)
"""A moment at which nothing has expired."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One published part of the registry."""

    name: str
    body: bytes


def in_order(names: Mapping[str, bytes]) -> tuple[Slot, ...]:
    """Give slots in the order of publishing: roots first, snapshot and timestamp last."""

    def rank(name: str) -> tuple[int, int, str]:
        last = LAST.index(name) + 2 if name in LAST else 1
        version = root_version(name)
        return (0, version, name) if version is not None else (last, 0, name)

    return tuple(Slot(name, names[name]) for name in sorted(names, key=rank))


class RegistrySlots:
    """A copy of the slots, refreshed when their serial moves, and the directory last verified."""

    def __init__(self, engine: Engine, site: SiteId, root: str, scratch: Path) -> None:
        """Read slots through ``engine``; ``root`` is the SHA-256 (hex) of the first root's bytes."""
        self._engine, self._site, self._root, self._scratch = engine, site, root, scratch
        self._slots: dict[str, bytes] = {}
        self._serial = 0
        self._complaint = ""
        self.directory: dict[ControllerId, ControllerEntry] | None = None
        """The controllers the site trusts; None until the registry has verified once."""

    def all(self) -> tuple[Slot, ...]:
        """Give every slot, in the order of publishing."""
        return in_order(self._slots)

    def look(self) -> tuple[Slot, ...]:
        """Give the slots that changed since the last look, in the order of publishing.

        Raises:
            SQLAlchemyError: The registry cannot be read now.
        """
        with self._engine.connect() as connection:
            newest = connection.execute(select(func.max(table.c.serial))).scalar() or 0
            if newest == self._serial:
                return ()
            since = self._serial if newest > self._serial else 0  # lower: the registry was restored
            rows = connection.execute(
                select(table.c.name, table.c.serial, table.c.body).where(table.c.serial > since)
            ).all()
        changed = {row.name: bytes(row.body) for row in rows}
        self._serial = max((row.serial for row in rows), default=newest)
        self._slots |= changed
        return in_order(changed)

    def learn(self, changed: tuple[Slot, ...]) -> None:
        """Verify the directory again if anything it rests on changed, or if it never verified."""
        touched = any(one.name in KEY_SLOTS or root_version(one.name) is not None for one in changed)
        if not touched and self.directory is not None:
            return
        try:
            listed = self._read()
        except SenderLied as error:
            self._complain(f"the registry does not verify and no row is taken on its word: {error}")
            return
        self._complaint = ""
        self.directory = {entry.id: entry for entry in listed}
        log.info("the signed directory has %d controllers", len(self.directory))

    def _read(self) -> tuple[ControllerEntry, ...]:
        """Verify the directory; one that has only expired still says whose keys are whose."""
        now = time.time_ns() // 1_000_000
        try:
            found = read_directory(self._slots, self._root, Instant(now, now, TimeQuality.NTP), self._scratch)
        except Expired as error:
            log.warning("%s; rows are taken with the keys it last named", error)
            found = read_directory(self._slots, self._root, TIMELESS, self._scratch)
        if found.site != self._site:
            message = f"the directory is of site {found.site}, not of {self._site}"
            raise SenderLied(message)
        return found.controllers

    def _complain(self, sentence: str) -> None:
        """Log a sentence, but not the same one at every look."""
        if sentence != self._complaint:
            log.error("%s", sentence)
        self._complaint = sentence

"""Which lines the safe-lock drives, and to which level: from the site file, and from what it was before.

The site file can have been edited while the door program ran, and be wrong, or name another line for a relay.
So the safe-lock keeps beside it what it locked last: that is driven as well, unless the line has another use
by now, and that alone where the site file cannot be read.

2026-11-21: the declared safe state of every door is *locked*, whatever its ``fail_mode``. That word says what
the lock does without *power*; a program that died is no loss of power, and whoever can make a program die
must not thereby open a room. A lock that is to let go in a fire lets go by its wiring, through the fire
panel's contact in its supply, and then no level of ours holds it. Locked is also the level that a relay's
line has by itself (``firmware_config.header``), so a line that nobody drives any more stays locked too.

Pure.
"""

from dataclasses import dataclass

from card_registry import canonical
from card_registry.words import DoorId, Whole
from firmware_config.model import Factory, Level, SiteFile

VERSION = 1


@dataclass(frozen=True, slots=True)
class Lock:
    """One relay's line (BCM number), and the level that locks."""

    door: DoorId
    line: Whole
    level: Level


@dataclass(frozen=True, slots=True)
class Locks:
    """Every lock of one controller, and who drives its lines; ``socket`` is the simulator's."""

    v: Whole
    factory: Factory
    socket: str | None
    locks: tuple[Lock, ...]


def locks_of(site: SiteFile) -> Locks | None:
    """Give the locks that a site file names; None for a desk, which has none."""
    if site.gpio is None:
        return None
    locks = tuple(Lock(door.id, door.pins.relay, door.pins.relay_released.other) for door in site.door)
    return Locks(VERSION, site.gpio.factory, site.gpio.socket, locks)


def dump(locks: Locks) -> bytes:
    """Give the bytes that are kept beside the site file."""
    return canonical.encode(locks)


def read(data: bytes) -> Locks:
    """Read what was kept.

    Raises:
        Malformed: It is not what ``dump`` wrote.
    """
    return canonical.decode(data, Locks, "the kept locks")


def to_drive(site: SiteFile, kept: Locks | None) -> Locks | None:
    """Add to a site file's locks the lines that were locks before and have no other use now.

    They are driven once more and then forgotten: nobody is left who could release them.
    """
    named = locks_of(site)
    if named is None or kept is None or (kept.factory, kept.socket) != (named.factory, named.socket):
        return named
    used = {line for door in site.door for line in door.pins.lines()}
    used |= {line for line, _ in site.cabinet.inputs()}
    before = tuple(lock for lock in kept.locks if lock.line not in used)
    return Locks(VERSION, named.factory, named.socket, named.locks + before)

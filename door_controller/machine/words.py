"""What goes into the door machine and what comes out of it, and the names of its states.

Pure.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from card_registry.journal.event import Alarmed, DoorChanged, Exited, ModeChanged
from card_registry.words import Mode, Reason


class State(StrEnum):
    """What the leaf does, as written in ``DoorChanged.state``; names are only ever added."""

    CLOSED = "closed"
    OPEN = "open"
    FORCED = "forced"
    WARNED = "held-soon"
    HELD = "held"
    AJAR = "ajar"


class LockState(StrEnum):
    """What the lock does: what it was told, unless its feedback proves otherwise."""

    LOCKED = "locked"
    RELEASED = "released"
    LOCK_FAILED = "lock-failed"
    RELEASE_FAILED = "release-failed"


class Cause(StrEnum):
    """Why the leaf's state changed, as written in ``DoorChanged.cause``."""

    START = "start"
    RELEASED = "released"
    NOT_RELEASED = "not-released"
    LINGERING = "lingering"
    TOO_LONG = "too-long"
    CONTACT = "contact"
    FREE = "free"
    NOT_LOCKED = "not-locked"
    LOCKED = "locked"


ALARMS: Mapping[State | LockState, str] = MappingProxyType(
    {
        State.FORCED: "door-forced",
        State.WARNED: "door-held-soon",
        State.HELD: "door-held",
        State.AJAR: "door-ajar",
        LockState.LOCK_FAILED: "lock-failed",
        LockState.RELEASE_FAILED: "release-failed",
    }
)
"""The alarm that stands while leaf or lock is in a state."""

REX_STUCK, CONTACT_STUCK, TAMPERED = "rex-stuck", "contact-stuck", "door-tamper"
"""The alarms of the other inputs."""

FAULT = "fault"
"""The cause of the mode change that a failure around the machine makes."""

Place = tuple[int, int]
"""A committed event's epoch and number in the journal."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """A card or an order was granted, and the event that explains it is committed at this place."""

    epoch: int
    seq: int


@dataclass(frozen=True, slots=True)
class TurnedAway:
    """A card was denied."""

    reason: Reason


@dataclass(frozen=True, slots=True)
class Awaiting:
    """A card was not enough: a PIN, a second person or an escort is awaited. Moves nothing."""

    reason: Reason


@dataclass(frozen=True, slots=True)
class Rex:
    """The exit button's level."""

    pressed: bool


@dataclass(frozen=True, slots=True)
class Contact:
    """The door contact's level."""

    open: bool


@dataclass(frozen=True, slots=True)
class Feedback:
    """The level of the lock's own contact."""

    locked: bool


@dataclass(frozen=True, slots=True)
class Tamper:
    """The level of the cover's contact."""

    open: bool


@dataclass(frozen=True, slots=True)
class Moded:
    """The mode was changed, and the event that explains it is committed at this place."""

    mode: Mode
    epoch: int
    seq: int


@dataclass(frozen=True, slots=True)
class Tick:
    """Time has passed."""


@dataclass(frozen=True, slots=True)
class Broken:
    """Something around the machine failed: lock now. Exit still works."""


Input = Accepted | TurnedAway | Awaiting | Rex | Contact | Feedback | Tamper | Moded | Tick | Broken


@dataclass(frozen=True, slots=True)
class Release:
    """Drive the lock to released."""


@dataclass(frozen=True, slots=True)
class Lock:
    """Drive the lock to locked."""


@dataclass(frozen=True, slots=True)
class Signal:
    """Tell the person at the reader."""

    reason: Reason


@dataclass(frozen=True, slots=True)
class Note:
    """Write this down; the lock has already moved."""

    body: DoorChanged | Exited | Alarmed | ModeChanged


@dataclass(frozen=True, slots=True)
class Used:
    """Whoever was accepted at that place passed, or nobody can say that they did not."""

    epoch: int
    seq: int


@dataclass(frozen=True, slots=True)
class Unused:
    """The release of whoever was accepted at that place ended, and the leaf never opened."""

    epoch: int
    seq: int


Effect = Release | Lock | Signal | Note | Used | Unused

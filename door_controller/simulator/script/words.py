"""What a script can say, as typed values: who is known, what happens when, and what is expected.

All times are milliseconds. ``door`` is None where the script leaves it out: the only door.

Pure.
"""

from dataclasses import dataclass
from enum import StrEnum

from card_registry.words import DoorId, Mode, OrderKind, ReaderId, Reason


class Right(StrEnum):
    """What a card of a script may do."""

    STANDING = "standing"
    OFFICE = "office"
    VISIT = "visit"
    OVERRIDE = "override"
    EMERGENCY = "emergency"
    ENDED = "ended"
    NONE = "none"
    STRANGER = "stranger"


class Input(StrEnum):
    """An input of a door or of the controller's cabinet; the script's word for its line."""

    CONTACT = "contact"
    REX = "rex"
    BOLT = "bolt"
    TAMPER = "tamper"
    CABINET = "cabinet"
    FIRE = "fire"
    MAINS = "mains"


class Plug(StrEnum):
    """What happens to a reader."""

    UNPLUG = "unplug"
    PLUG = "plug"
    HANG = "hang"


class Room(StrEnum):
    """How much room the disk has."""

    FREE = "free"
    FILLING = "filling"
    RESERVE = "reserve"
    FULL = "full"


class Power(StrEnum):
    """What happens to the controller's power, or to its program alone."""

    CUT = "cut"
    ON = "on"
    KILL = "kill"


class Lock(StrEnum):
    """What a lock is expected to be."""

    RELEASED = "released"
    LOCKED = "locked"


@dataclass(frozen=True, slots=True)
class Known:
    """A card of the script and what it may do."""

    name: str
    right: Right


@dataclass(frozen=True, slots=True)
class Setting:
    """A key of the site file's door, with its value as TOML writes it."""

    key: str
    value: str


@dataclass(frozen=True, slots=True)
class Tapping:
    """A card at a reader; not ``proves``: it is only seen."""

    card: str
    reader: ReaderId
    proves: bool = True


@dataclass(frozen=True, slots=True)
class Keying:
    """Keys of a PIN pad."""

    reader: ReaderId
    keys: str


@dataclass(frozen=True, slots=True)
class Moving:
    """An input goes to its active state (open, pressed, jammed, burning, lost) or back."""

    input: Input
    active: bool
    door: DoorId | None = None


@dataclass(frozen=True, slots=True)
class Powering:
    """Power or program."""

    what: Power


@dataclass(frozen=True, slots=True)
class Jumping:
    """The wall clock is moved by ``ms``."""

    ms: int


@dataclass(frozen=True, slots=True)
class Syncing:
    """Whether the kernel holds the wall clock in step."""

    synced: bool


@dataclass(frozen=True, slots=True)
class Plugging:
    """A reader breaks or is mended."""

    reader: ReaderId
    what: Plug


@dataclass(frozen=True, slots=True)
class Filling:
    """The disk's room changes."""

    room: Room


@dataclass(frozen=True, slots=True)
class Linking:
    """Whether the office reaches the door."""

    up: bool


@dataclass(frozen=True, slots=True)
class Denying:
    """The office takes a card away."""

    card: str


@dataclass(frozen=True, slots=True)
class Ordering:
    """A verified order."""

    kind: OrderKind
    door: DoorId | None = None
    card: str | None = None


@dataclass(frozen=True, slots=True)
class ExpectLock:
    """The lock is so."""

    lock: Lock


@dataclass(frozen=True, slots=True)
class ExpectLeaf:
    """The leaf's state has this name."""

    state: str


@dataclass(frozen=True, slots=True)
class ExpectMode:
    """The door has this mode."""

    mode: Mode


@dataclass(frozen=True, slots=True)
class ExpectAnswer:
    """The last card was answered so."""

    reason: Reason


@dataclass(frozen=True, slots=True)
class ExpectAlarm:
    """An alarm stands, or does not."""

    alarm: str
    stands: bool


Expectation = ExpectLock | ExpectLeaf | ExpectMode | ExpectAnswer | ExpectAlarm

Action = (
    Tapping
    | Keying
    | Moving
    | Powering
    | Jumping
    | Syncing
    | Plugging
    | Filling
    | Linking
    | Denying
    | Ordering
    | Expectation
)


@dataclass(frozen=True, slots=True)
class Since:
    """So long after the script's beginning."""

    ms: int


@dataclass(frozen=True, slots=True)
class After:
    """So long after the step before."""

    ms: int


@dataclass(frozen=True, slots=True)
class Next:
    """When the WIB wall clock next shows this time of day (milliseconds since midnight)."""

    ms: int


When = Since | After | Next


@dataclass(frozen=True, slots=True)
class Step:
    """One line: when, what, and the line's number and text."""

    when: When
    action: Action
    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Script:
    """A whole script; ``begins`` is wall time (milliseconds since 1970)."""

    begins: int
    cards: tuple[Known, ...]
    settings: tuple[Setting, ...]
    steps: tuple[Step, ...]

"""What one door remembers, and what follows from that alone.

Pure.
"""

from dataclasses import dataclass

from card_registry.words import DoorId, Mode
from door_controller.machine.timing import Timing
from door_controller.machine.words import (
    ALARMS,
    CONTACT_STUCK,
    REX_STUCK,
    TAMPERED,
    Cause,
    LockState,
    Place,
    State,
)


@dataclass(frozen=True, slots=True)
class Level:
    """One input as a level: what it shows, since when, and what is believed of it (None: nothing yet)."""

    seen: bool | None = None
    since: int = 0
    believed: bool | None = None


UNSEEN = Level()


@dataclass(frozen=True, slots=True)
class DoorState:
    """Everything one door remembers; a start gives ``id``, ``timing`` and ``mode``, and nothing else.

    ``freed_by`` is the committed place that explains mode FREE. ``card_end`` and ``exit_end`` are the ends of
    the releases that run; ``until`` is the end of the last one, over or not. ``leaf`` and ``cover`` are the
    levels of contact and tamper, ``bolt`` the lock's feedback (True: locked), ``follow_at`` the moment at
    which it must follow. ``loose``: the leaf was open since the lock was last proved locked. ``passed``: it
    opened within the card's release that runs. ``pending`` are the accepted places of which nobody knows yet
    whether they were used, ``unused`` counts the releases in a row that were not.
    """

    id: DoorId
    timing: Timing
    mode: Mode = Mode.NORMAL
    freed_by: Place | None = None
    state: State = State.CLOSED
    cause: Cause = Cause.START
    lock: LockState = LockState.LOCKED
    card_end: int | None = None
    exit_end: int | None = None
    until: int = 0
    pressed: bool = False
    rex_stuck: bool = False
    leaf: Level = UNSEEN
    opened_at: int = 0
    passed: bool = False
    loose: bool = False
    bolt: bool | None = None
    follow_at: int | None = None
    cover: Level = UNSEEN
    pending: tuple[Place, ...] = ()
    unused: int = 0
    contact_stuck: bool = False

    def __post_init__(self) -> None:
        """Refuse a door that is free and cannot say by which committed event.

        Raises:
            ValueError: Mode FREE has no place, or another mode has one.
        """
        if (self.mode is Mode.FREE) != (self.freed_by is not None):
            message = (
                f"door {self.id}: mode FREE comes from a committed event; start the door in another mode"
            )
            raise ValueError(message)

    @property
    def released(self) -> bool:
        """Whether the lock is told to be released: by a card, by the exit button or by mode FREE."""
        return self.card_end is not None or self.exit_end is not None or self.freed_by is not None

    @property
    def seen(self) -> bool | None:
        """What the contact shows, believed or not; True is open."""
        return self.leaf.seen

    @property
    def contact(self) -> bool | None:
        """What is believed of the contact; True is open."""
        return self.leaf.believed

    @property
    def tampered(self) -> bool:
        """Whether the cover is believed to be open."""
        return self.cover.believed is True

    @property
    def secured(self) -> bool:
        """Whether the door is shut and locked, as far as its inputs can prove it (for an interlock)."""
        unproved = self.timing.feedback and self.bolt is not True
        return (
            self.state is State.CLOSED
            and self.lock is LockState.LOCKED
            and not self.leaf.seen
            and not unproved
        )

    @property
    def held_at(self) -> int:
        """The moment at which a leaf that stays open is held."""
        return max(self.opened_at, self.until) + self.timing.held_ms

    @property
    def warn_at(self) -> int:
        """The moment at which the warning before that begins; that moment itself where none is wanted."""
        return self.held_at - min(self.timing.warn_ms, self.timing.held_ms)


def due(door: DoorState) -> int | None:
    """Give the next moment at which a ``Tick`` changes something; None while nothing is timed."""
    moments = [at for at in (door.card_end, door.exit_end, door.follow_at) if at is not None]
    if door.leaf.seen != door.leaf.believed:
        moments.append(door.leaf.since + door.timing.debounce_ms)
    if door.cover.seen != door.cover.believed:
        moments.append(door.cover.since + door.timing.debounce_ms)
    if door.freed_by is None:
        if door.state is State.OPEN:
            moments.append(door.warn_at)
        elif door.state is State.WARNED:
            moments.append(door.held_at)
    return min(moments, default=None)


def alarms_of(door: DoorState) -> tuple[str, ...]:
    """Name the alarms that stand at the door: the leaf's, the lock's, then those of the other inputs."""
    standing = [alarm for state in (door.state, door.lock) if (alarm := ALARMS.get(state)) is not None]
    if door.rex_stuck:
        standing.append(REX_STUCK)
    if door.contact_stuck:
        standing.append(CONTACT_STUCK)
    if door.cover.believed:
        standing.append(TAMPERED)
    return tuple(standing)

"""One door as a state machine: lock, contact and exit button; what follows from each, and when.

The lock and the door leaf are told apart. The *lock* is released or locked; only two inputs release it:
``Accepted``, which cannot be made without the place of a committed event, and ``Rex`` pressed, which needs
nothing. Each release carries its own end and ``step`` looks at the ends before it looks at the input, so
whatever comes next, even nonsense, ends a release that is over.

The *leaf* is what the contact shows, as a level and never as a count of edges:

==========  ==========================================  ============  ===================
state       contact opens                               closes        open for too long
==========  ==========================================  ============  ===================
closed      open while released, else forced (alarm)    –             –
open        –                                           closed        held (alarm)
forced      –                                           closed        –
held        –                                           closed        –
==========  ==========================================  ============  ===================

*  A level counts once it has stood for ``debounce_ms``; whether the opening was expected is judged by the
   moment the level first changed, so a door opened in the last instant of its release is not forced.
*  The first level after a start is not news: a door found open is open, not forced.
*  Leaving forced or held clears its alarm. A door without a contact stays closed.
*  A held exit button releases once, when it goes down; exit stays free by wiring, not by us alone.

Times are milliseconds of a clock that only goes forward and counts sleep (CLOCK_BOOTTIME). Orders, modes
other than NORMAL, pre-alarms, lock feedback and tamper inputs add rows and inputs here, and change none.

Pure.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import assert_never

from card_registry.journal.event import Alarmed, DoorChanged, Exited
from card_registry.words import DoorId, Mode

RELEASE_MS = (3_000, 60_000)
HELD_MS = (5_000, 600_000)
DEBOUNCE_MS = (0, 400)


class State(StrEnum):
    """What the leaf does, as written in ``DoorChanged.state``; names are only ever added."""

    CLOSED = "closed"
    OPEN = "open"
    FORCED = "forced"
    HELD = "held"


class Cause(StrEnum):
    """Why the leaf's state changed, as written in ``DoorChanged.cause``."""

    START = "start"
    RELEASED = "released"
    NOT_RELEASED = "not-released"
    TOO_LONG = "too-long"
    CONTACT = "contact"


ALARMS = {State.FORCED: "door-forced", State.HELD: "door-held"}
"""The alarm that stands while the leaf is in a state."""


@dataclass(frozen=True, slots=True)
class Timing:
    """One door's times, in milliseconds, each within its bounds."""

    release_ms: int = 5_000
    held_ms: int = 20_000
    debounce_ms: int = 50

    def __post_init__(self) -> None:
        """Refuse a time that would leave a door open, or nobody through it."""
        for name, (least, most) in (
            ("release_ms", RELEASE_MS),
            ("held_ms", HELD_MS),
            ("debounce_ms", DEBOUNCE_MS),
        ):
            if not least <= getattr(self, name) <= most:
                message = f"{name} must be {least} to {most} milliseconds, not {getattr(self, name)}"
                raise ValueError(message)


@dataclass(frozen=True, slots=True)
class Accepted:
    """A card was granted, and the event that explains it is committed at this place of the journal."""

    epoch: int
    seq: int


@dataclass(frozen=True, slots=True)
class TurnedAway:
    """A card was denied."""


@dataclass(frozen=True, slots=True)
class Rex:
    """The exit button's level."""

    pressed: bool


@dataclass(frozen=True, slots=True)
class Contact:
    """The door contact's level."""

    open: bool


@dataclass(frozen=True, slots=True)
class Tick:
    """Time has passed."""


@dataclass(frozen=True, slots=True)
class Broken:
    """Something around the machine failed: lock now. Exit still works."""


Input = Accepted | TurnedAway | Rex | Contact | Tick | Broken


@dataclass(frozen=True, slots=True)
class Release:
    """Drive the lock to released."""


@dataclass(frozen=True, slots=True)
class Lock:
    """Drive the lock to locked."""


class Answer(StrEnum):
    """What light and buzzer tell the person at the reader."""

    GRANTED = "granted"
    DENIED = "denied"


@dataclass(frozen=True, slots=True)
class Signal:
    """Tell the person at the reader."""

    answer: Answer


@dataclass(frozen=True, slots=True)
class Note:
    """Write this down; the lock has already moved."""

    body: DoorChanged | Exited | Alarmed


Effect = Release | Lock | Signal | Note


@dataclass(frozen=True, slots=True)
class DoorState:
    """Everything one door remembers. ``until`` is the end of the last release, over or not."""

    id: DoorId
    timing: Timing
    mode: Mode = Mode.NORMAL
    state: State = State.CLOSED
    released: bool = False
    until: int = 0
    pressed: bool = False
    contact: bool | None = None
    seen: bool | None = None
    seen_at: int = 0
    held_at: int = 0


def step(door: DoorState, input: Input, now: int) -> tuple[DoorState, tuple[Effect, ...]]:
    """Take one input at ``now`` (milliseconds); the effects come in the order they must be carried out."""
    door, elapsed = _elapse(door, now)
    door, follow = _take(door, input, now)
    return door, elapsed + follow


def due(door: DoorState) -> int | None:
    """Give the next moment at which a ``Tick`` changes something; None while nothing is timed."""
    moments = []
    if door.released:
        moments.append(door.until)
    if door.seen != door.contact:
        moments.append(door.seen_at + door.timing.debounce_ms)
    if door.state is State.OPEN:
        moments.append(door.held_at)
    return min(moments, default=None)


def _elapse(door: DoorState, now: int) -> tuple[DoorState, tuple[Effect, ...]]:
    """Do what the time that has passed demands: the lock first, then the leaf."""
    effects: tuple[Effect, ...] = ()
    if door.released and now >= door.until:
        door, effects = replace(door, released=False), (Lock(),)
    if door.seen != door.contact:
        door, notes = _settle(door, now)
        effects += notes
    if door.state is State.OPEN and now >= door.held_at:
        door, notes = _enter(door, State.HELD, Cause.TOO_LONG)
        effects += notes
    return door, effects


def _take(door: DoorState, input: Input, now: int) -> tuple[DoorState, tuple[Effect, ...]]:
    match input:
        case Accepted():
            return _release(door, now), (Release(), Signal(Answer.GRANTED))
        case TurnedAway():
            return door, (Signal(Answer.DENIED),)
        case Rex(pressed):
            return _exit(door, now, pressed=pressed)
        case Contact(level):
            return _see(door, now, level=level)
        case Tick():
            return door, ()
        case Broken():
            return replace(door, released=False, until=min(door.until, now)), (Lock(),)
        case _:
            assert_never(input)


def _release(door: DoorState, now: int) -> DoorState:
    until = now + door.timing.release_ms
    return replace(door, released=True, until=until, held_at=until + door.timing.held_ms)


def _exit(door: DoorState, now: int, *, pressed: bool) -> tuple[DoorState, tuple[Effect, ...]]:
    if not pressed or door.pressed:
        return replace(door, pressed=pressed), ()
    return replace(_release(door, now), pressed=True), (Release(), Note(Exited(door.id)))


def _see(door: DoorState, now: int, *, level: bool) -> tuple[DoorState, tuple[Effect, ...]]:
    if level == door.seen:
        return door, ()
    door = replace(door, seen=level, seen_at=now)
    return _settle(door, now) if level != door.contact else (door, ())


def _settle(door: DoorState, now: int) -> tuple[DoorState, tuple[Effect, ...]]:
    """Believe a level that has stood long enough."""
    if now < door.seen_at + door.timing.debounce_ms:
        return door, ()
    first, door = door.contact is None, replace(door, contact=door.seen)
    if not door.seen:
        return (door, ()) if door.state is State.CLOSED else _enter(door, State.CLOSED, Cause.CONTACT)
    expected = door.released or door.seen_at < door.until
    if not (first or expected):
        return _enter(door, State.FORCED, Cause.NOT_RELEASED)
    door = replace(door, held_at=max(door.seen_at, door.until) + door.timing.held_ms)
    return _enter(door, State.OPEN, Cause.START if first else Cause.RELEASED)


def _enter(door: DoorState, state: State, cause: Cause) -> tuple[DoorState, tuple[Effect, ...]]:
    """Change the leaf's state, clearing the old state's alarm and raising the new one's."""
    notes = [Note(DoorChanged(door.id, state, cause))]
    if (alarm := ALARMS.get(door.state)) is not None:
        notes.append(Note(Alarmed(alarm, door.id, raised=False)))
    if (alarm := ALARMS.get(state)) is not None:
        notes.append(Note(Alarmed(alarm, door.id, raised=True)))
    return replace(door, state=state), tuple(notes)

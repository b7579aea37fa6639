"""The inputs that are sensed, and the leaf: what the contact proves, and what a leaf that stays open becomes.

A level counts once it has stood for ``debounce_ms``; whether an opening was expected is judged by the moment
the level first changed, so a door opened in the last instant of its release is not forced.

Pure.
"""

from dataclasses import replace
from typing import assert_never

from door_controller.machine.state import DoorState, Level
from door_controller.machine.words import Cause, Contact, Feedback, State, Tamper

_SHUNTED = frozenset({State.FORCED, State.WARNED, State.HELD})


def enter(door: DoorState, state: State, cause: Cause) -> DoorState:
    """Let the leaf be in a state."""
    return replace(door, state=state, cause=cause)


def sense(door: DoorState, input: Contact | Feedback | Tamper, now: int) -> DoorState:
    """Note what an input shows. The same level again is no news, and neither is an input the door has not."""
    match input:
        case Contact(shown):
            if not door.timing.contact or shown == door.leaf.seen:
                return door
            return replace(door, leaf=Level(shown, now, door.leaf.believed))
        case Feedback(locked):
            return replace(door, bolt=locked) if door.timing.feedback and locked != door.bolt else door
        case Tamper(shown):
            if not door.timing.tamper or shown == door.cover.seen:
                return door
            return replace(door, cover=Level(shown, now, door.cover.believed))
        case _:
            assert_never(input)


def settled(level: Level, debounce_ms: int, now: int) -> bool:
    """Say whether a level that is not believed yet has stood long enough."""
    return level.seen != level.believed and now >= level.since + debounce_ms


def believe(door: DoorState, now: int) -> DoorState:
    """Believe the level that the contact shows; one that moves is not stuck."""
    first = door.leaf.believed is None
    leaf = replace(door.leaf, believed=door.leaf.seen)
    door = replace(door, leaf=leaf, unused=0, contact_stuck=False)
    return _open(door, first=first) if leaf.believed else _close(door, now)


def uncover(door: DoorState) -> DoorState:
    """Believe the level that the cover's contact shows."""
    return replace(door, cover=replace(door.cover, believed=door.cover.seen))


def _open(door: DoorState, *, first: bool) -> DoorState:
    since = door.leaf.since
    if first:
        state, cause = State.OPEN, Cause.START
    elif door.released or since < door.until:
        state, cause = State.OPEN, Cause.RELEASED
    else:
        state, cause = State.FORCED, Cause.NOT_RELEASED
    return replace(
        door, state=state, cause=cause, opened_at=since, loose=True, passed=door.card_end is not None
    )


def _close(door: DoorState, now: int) -> DoorState:
    """Close, and end the card's release that was used, where the door re-locks on closing."""
    if door.timing.relock_on_close and door.passed:
        until = now if door.exit_end is None else door.exit_end
        door = replace(door, card_end=None, passed=False, until=until)
    return door if door.state is State.CLOSED else enter(door, State.CLOSED, Cause.CONTACT)


def linger(door: DoorState, now: int) -> DoorState:
    """Warn of a leaf that stands open, and then call it held; not in mode FREE."""
    if door.freed_by is not None or door.state not in (State.OPEN, State.WARNED):
        return door
    if now >= door.held_at:
        return enter(door, State.HELD, Cause.TOO_LONG)
    if now >= door.warn_at and door.state is State.OPEN:
        return enter(door, State.WARNED, Cause.LINGERING)
    return door


def excuse(door: DoorState) -> DoorState:
    """Take the warning back: the door was released anew while it stood open."""
    return enter(door, State.OPEN, Cause.RELEASED) if door.state is State.WARNED else door


def shunt(door: DoorState) -> DoorState:
    """Call an open leaf nothing but open: mode FREE knows no forced and no held door."""
    return enter(door, State.OPEN, Cause.FREE) if door.state in _SHUNTED else door

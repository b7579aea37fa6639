"""The lock: who releases it, until when, what cuts a release short, and what its feedback proves.

Card and exit button release independently, each with its own end, and mode FREE releases until it is left.
The lock is told to be locked when none of the three is left.

Pure.
"""

from dataclasses import replace
from typing import assert_never

from card_registry.words import Mode
from door_controller.machine.leaf import enter, excuse, shunt
from door_controller.machine.state import DoorState
from door_controller.machine.words import Cause, LockState, Moded, Place, State


def accept(door: DoorState, place: Place, now: int) -> DoorState:
    """Release for a card or an order; a release that runs is joined and made longer."""
    end = now + door.timing.release_ms
    door = replace(
        door,
        card_end=end,
        until=max(end, door.exit_end or end),
        pending=(*door.pending, place),
        passed=False,
    )
    return excuse(door)


def press(door: DoorState, now: int) -> DoorState:
    """Release for a fresh press of the exit button, for as long as it may be held."""
    end = now + max(door.timing.release_ms, door.timing.rex_stuck_ms)
    door = replace(door, pressed=True, exit_end=end, until=max(end, door.card_end or end))
    return excuse(door)


def let_go(door: DoorState, now: int) -> DoorState:
    """Count the release time from letting go, as people walk then; a release that was ended stays ended."""
    if door.exit_end is None:
        return replace(door, pressed=False, rex_stuck=False)
    end = now + door.timing.release_ms
    return replace(door, pressed=False, exit_end=end, until=max(end, door.card_end or end))


def change_mode(door: DoorState, moded: Moded, now: int) -> DoorState:
    """Enter a mode. LOCKDOWN ends a card's release and FREE, but never an exit's."""
    match moded.mode:
        case Mode.FREE:
            return shunt(replace(door, mode=Mode.FREE, freed_by=(moded.epoch, moded.seq)))
        case Mode.LOCKDOWN:
            until = door.exit_end or (now if door.released else door.until)
            return replace(door, mode=Mode.LOCKDOWN, freed_by=None, card_end=None, until=until)
        case Mode.NORMAL:
            until = door.until if door.freed_by is None else max(now, door.until)
            return replace(door, mode=Mode.NORMAL, freed_by=None, until=until)
        case _:
            assert_never(moded.mode)


def fail(door: DoorState, now: int) -> DoorState:
    """End every release at once; FREE does not come back by itself."""
    mode = Mode.NORMAL if door.mode is Mode.FREE else door.mode
    until = now if door.released else door.until
    return replace(door, mode=mode, freed_by=None, card_end=None, exit_end=None, until=until)


def end(door: DoorState, now: int) -> DoorState:
    """End the releases that are over; a button still pressed then is stuck."""
    if door.card_end is not None and now >= door.card_end:
        door = _end_card(door)
    if door.exit_end is not None and now >= door.exit_end:
        door = replace(door, exit_end=None, rex_stuck=door.pressed)
    return door


def _end_card(door: DoorState) -> DoorState:
    """Count a release that went unused; not one into which the leaf just opens. Many: the contact sticks."""
    unused = door.unused + (1 if door.pending and not door.leaf.seen else 0)
    most = door.timing.stuck_after
    stuck = door.contact_stuck or 0 < most <= unused
    return replace(door, card_end=None, passed=False, unused=unused, contact_stuck=stuck)


def follow(door: DoorState, now: int) -> DoorState:
    """Hold the feedback against what the lock was told; a lock that does not follow in time has failed.

    A leaf that stands open excuses a bolt that is not thrown. A leaf that has been open since the lock was
    last proved locked, and is shut now, is ajar rather than badly locked: it does not lie in its frame.
    """
    released = door.released
    told = LockState.RELEASED if released else LockState.LOCKED
    if door.bolt is None:
        return door if door.lock is told else replace(door, lock=told)
    if door.state is State.AJAR and (released or door.bolt):
        door = enter(door, State.CLOSED, Cause.RELEASED if released else Cause.LOCKED)
    if door.bolt is not released or (not released and door.leaf.believed):
        loose = door.loose and not (door.bolt and not released and not door.leaf.believed)
        return replace(door, lock=told, follow_at=None, loose=loose)
    failed = LockState.RELEASE_FAILED if released else LockState.LOCK_FAILED
    if door.lock is failed or door.state is State.AJAR:
        return door
    if door.follow_at is None or door.lock is not told:
        return replace(door, lock=told, follow_at=now + door.timing.patience(released=released))
    return door if now < door.follow_at else _fail_to_follow(door, failed)


def _fail_to_follow(door: DoorState, failed: LockState) -> DoorState:
    door = replace(door, follow_at=None)
    if failed is LockState.LOCK_FAILED and door.loose and door.state is State.CLOSED:
        return enter(door, State.AJAR, Cause.NOT_LOCKED)
    return replace(door, lock=failed)

"""One door as a state machine: lock, contact, exit button and the rest; what follows from each, and when.

The lock and the door leaf are told apart. The *lock* is released or locked; only three inputs release it:
``Accepted`` and ``Moded(FREE)``, which cannot be made without the place of a committed event, and ``Rex``
pressed, which needs nothing. Card and exit button each carry the end of their release, and ``step`` lives
through all moments up to now, in their order, before it looks at the input; so whatever comes next, even
nonsense, ends a release that is over, and a late tick gives what punctual ones would have given.

What releases, and for how long; the lock is told to be locked when none of the three is left:

===========  ==============================  ===============================================================
by           until                           cut short by
===========  ==============================  ===============================================================
a card       ``release_ms`` after the last   LOCKDOWN, a failure; with ``relock_on_close`` the closing of a
                                             leaf that opened within it; an exit's release runs on
exit button  let go + ``release_ms``, or     a failure. Never a mode, never the contact
             ``rex_stuck_ms`` (never less
             than ``release_ms``) while held
             down: then it is stuck (alarm)
mode FREE    left by another mode            a failure, which leaves NORMAL behind and says so
===========  ==============================  ===============================================================

What the lock's feedback, where fitted, makes of it (``follow_ms`` after it should have followed, a release
never later than at its half):

==============  ========================  ==================================================================
told            feedback says             then
==============  ========================  ==================================================================
released        locked                    release-failed (alarm) until it follows
locked          not locked, leaf open     nothing: a bolt is not thrown into the air
locked          not locked, leaf shut     ajar (alarm) where the leaf was open since the lock was last
                                          proved locked and a contact says it is shut; else lock-failed
                                          (alarm); until it follows, or is told something else
==============  ========================  ==================================================================

The *leaf* is what the contact shows, as a level and never as a count of edges:

==========  ======================================  ============  ==================  ======================
state       contact opens                           closes        stays open          released anew, or FREE
==========  ======================================  ============  ==================  ======================
closed      open while released, else forced        –             –                   –
            (alarm)
open        –                                       closed        held-soon (alarm)   –
held-soon   –                                       closed        held (alarm)        open
held        –                                       closed        –                   FREE: open
forced      –                                       closed        –                   FREE: open
ajar        as closed                               –             –                   closed
==========  ======================================  ============  ==================  ======================

*  A level counts once it has stood for ``debounce_ms``; whether the opening was expected is judged by the
   moment the level first changed, so a door opened in the last instant of its release is not forced. An exit
   button that goes down while the contact settles shunts the alarm too.
*  The first level after a start is not news: a door found open is open, not forced.
*  The held clock begins when the leaf is open and the last release is over. In mode FREE it stands still, and
   begins when FREE is left.
*  Each alarm is raised when it begins to stand and cleared when it ends. A door without a contact stays
   closed.
*  Each accepted place gets one ``Used`` or ``Unused``, in order: used when the leaf opens within its release
   or stands open already, or when no contact could have shown it; unused when its release ended without.
*  ``stuck_after`` card releases in a row of which the contact saw nothing: contact-stuck (alarm) until it
   moves, and until then each accepted place counts as used, because the contact proves nothing.

Invariants, which ``door_controller.laws`` checks after every step: releases come from those three inputs
only; a fresh press releases first, in every state and mode; each release ends at its end; LOCKDOWN cuts no
exit; FREE has its place; alarms pair up; each accepted place is settled once; nothing but a tick at ``due``
changes before ``due``, and ``due`` lies ahead.

Times are milliseconds of a clock that only goes forward and counts sleep (CLOCK_BOOTTIME).

Decisions:
    2026-11-21: the release of an exit button counts from letting go, not from pressing, because a sensor that
    serves as exit button lets go when the person walks to the door.
    2026-11-21: a step that releases drives the lock once: the lock command of a release that was over before
    is left out, so that the release is the first effect and the lock is not chattered.
    2026-11-21: exits do not count towards a stuck contact, because a motion sensor presses when nobody
    leaves.
    2026-11-21: a release that failed does not stand after its end, because the lock is then as it was told;
    the journal keeps the alarm.

Pure.
"""

from typing import assert_never

from card_registry.journal.event import Exited, ModeChanged
from card_registry.words import Mode, Reason
from door_controller.machine import leaf, lock
from door_controller.machine.leaf import settled
from door_controller.machine.state import DoorState, Level, alarms_of, due
from door_controller.machine.telling import tell
from door_controller.machine.timing import BOUNDS, Timing
from door_controller.machine.words import (
    ALARMS,
    FAULT,
    Accepted,
    Awaiting,
    Broken,
    Cause,
    Contact,
    Effect,
    Feedback,
    Input,
    Lock,
    LockState,
    Moded,
    Note,
    Release,
    Rex,
    Signal,
    State,
    Tamper,
    Tick,
    TurnedAway,
    Unused,
    Used,
)

__all__ = [
    "ALARMS",
    "BOUNDS",
    "Accepted",
    "Awaiting",
    "Broken",
    "Cause",
    "Contact",
    "DoorState",
    "Effect",
    "Feedback",
    "Input",
    "Level",
    "Lock",
    "LockState",
    "Moded",
    "Note",
    "Release",
    "Rex",
    "Signal",
    "State",
    "Tamper",
    "Tick",
    "Timing",
    "TurnedAway",
    "Unused",
    "Used",
    "alarms_of",
    "due",
    "step",
]

ENOUGH = 16
"""More moments than can pass in one step: each ends what made it due."""

_RELEASE, _LOCK, _GRANTED = Release(), Lock(), Signal(Reason.GRANTED)


def step(door: DoorState, input: Input, now: int) -> tuple[DoorState, tuple[Effect, ...]]:
    """Take one input at ``now`` (milliseconds); the effects come in the order they must be carried out."""
    door, before = _live(door, now)
    after, first = _take(door, input, now)
    if after is not door:
        after, told = tell(door, after, now)
        first += told[1:] if told[:1] == first[:1] else told  # one lock command is enough
        after, told = _live(after, now)
        first += told
    if not before:
        return after, first
    if first and first[0] == _RELEASE:
        return after, (*first[:1], *(effect for effect in before if effect != _LOCK), *first[1:])
    return after, before + first


def _live(door: DoorState, now: int) -> tuple[DoorState, tuple[Effect, ...]]:
    """Live through the moments up to now, in their order.

    A moment that would not pass is a defect of ours, and must neither hang the door nor keep its lock
    released: after ``ENOUGH`` of them all that is left happens now.
    """
    effects: tuple[Effect, ...] = ()
    left = ENOUGH
    while left and (at := due(door)) is not None and at <= now:
        left -= 1
        moment = at if left else now
        door, told = tell(door, _pass(door, moment), moment)
        effects += told
    return door, effects


def _pass(door: DoorState, at: int) -> DoorState:
    """Do what one moment demands: the lock first, then the inputs, then the leaf."""
    door = lock.end(door, at)
    if settled(door.leaf, door.timing.debounce_ms, at):
        door = leaf.believe(door, at)
    if settled(door.cover, door.timing.debounce_ms, at):
        door = leaf.uncover(door)
    return leaf.linger(door, at)


def _take(door: DoorState, input: Input, now: int) -> tuple[DoorState, tuple[Effect, ...]]:
    """Take the input itself, with the effects that it always has."""
    match input:
        case Accepted(epoch, seq):
            return lock.accept(door, (epoch, seq), now), (_RELEASE, _GRANTED)
        case TurnedAway(reason) | Awaiting(reason):
            return door, (Signal(reason),)
        case Rex(pressed):
            return _exit(door, now, pressed=pressed)
        case Contact() | Feedback() | Tamper():
            return leaf.sense(door, input, now), ()
        case Moded():
            return _change_mode(door, input, now)
        case Tick():
            return door, ()
        case Broken():
            return _fail(door, now)
        case _:
            assert_never(input)


def _exit(door: DoorState, now: int, *, pressed: bool) -> tuple[DoorState, tuple[Effect, ...]]:
    if pressed == door.pressed:
        return door, ()
    if not pressed:
        return lock.let_go(door, now), ()
    return lock.press(door, now), (_RELEASE, Note(Exited(door.id)))


def _change_mode(door: DoorState, input: Moded, now: int) -> tuple[DoorState, tuple[Effect, ...]]:
    """Change the mode; the lock is driven even where nothing changes, in case the wire was disturbed."""
    after = lock.change_mode(door, input, now)
    if after.mode is Mode.FREE:
        return after, (_RELEASE,)
    return after, (_LOCK,) if after.mode is Mode.LOCKDOWN and not after.released else ()


def _fail(door: DoorState, now: int) -> tuple[DoorState, tuple[Effect, ...]]:
    after = lock.fail(door, now)
    first: tuple[Effect, ...] = (_LOCK,)
    if door.mode is not after.mode:
        first += (Note(ModeChanged(door.id, after.mode, FAULT)),)
    return after, first

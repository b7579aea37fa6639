"""Which effects follow from a change: the lock's, what is written down, and who passed.

Nothing here decides: the state before and the state after say all. So an alarm is raised when it begins to
stand and cleared when it ends, by construction.

Pure.
"""

from dataclasses import replace

from card_registry.journal.event import Alarmed, DoorChanged
from door_controller.machine import lock
from door_controller.machine.state import DoorState, alarms_of
from door_controller.machine.words import Effect, Lock, Note, Unused, Used


def tell(before: DoorState, after: DoorState, now: int) -> tuple[DoorState, tuple[Effect, ...]]:
    """Let the lock's feedback judge what was done, and give what follows from it, the lock first."""
    after = lock.follow(after, now)
    effects: list[Effect] = [Lock()] if before.released and not after.released else []
    if after.state is not before.state:
        effects.append(Note(DoorChanged(after.id, after.state, after.cause)))
    effects += _alarms(before, after)
    if after.pending and (settled := _passages(after)):
        effects += settled
        after = replace(after, pending=())
    return after, tuple(effects)


def _alarms(before: DoorState, after: DoorState) -> list[Effect]:
    stood, stands = alarms_of(before), alarms_of(after)
    if stood == stands:
        return []
    cleared = [Note(Alarmed(alarm, after.id, raised=False)) for alarm in stood if alarm not in stands]
    raised = [Note(Alarmed(alarm, after.id, raised=True)) for alarm in stands if alarm not in stood]
    return [*cleared, *raised]


def _passages(door: DoorState) -> list[Effect]:
    """Say of the accepted whether they passed, once that is known.

    An open leaf lets pass. So does a leaf of which nobody can say that it stayed shut: no contact, none seen
    yet, or a stuck one. A leaf that is just opening as the release ends is waited for.
    """
    ended, unproved = door.card_end is None, door.leaf.believed is None or door.contact_stuck
    if door.leaf.believed or (unproved and not ended):
        return [Used(epoch, seq) for epoch, seq in door.pending]
    if ended and not door.leaf.seen:
        return [Unused(epoch, seq) for epoch, seq in door.pending]
    return []

"""The lock of one door: the state machine and the wires under one mutex, with no disk behind it.

Whoever has an input calls ``take`` in its own thread: gpiozero for the exit button, the loop for an accepted
card, the ticker for time. The relay moves inside the call; what must be written down is handed to ``note``,
which only queues it. So the exit button waits for no reader, no decision and no disk, and a release ends
although the loop hangs.

2026-11-20: a mutex and not a queue of inputs, because a hop to another thread would cost the accepted card
more than the whole decision, and because nothing under the mutex can block but the pin itself.
"""

import logging
import threading
from collections.abc import Callable
from typing import assert_never

from card_registry.journal.event import Alarmed, Body
from card_registry.statements import DoorView
from card_registry.words import Mode, Reason
from door_controller import door as machine
from door_controller.door import DoorState, Input
from door_controller.hardware import Wires

_LOG = logging.getLogger(__name__)


class Latch:
    """One door's machine, driving one door's wires."""

    def __init__(
        self,
        door: DoorState,
        wires: Wires,
        note: Callable[[Body], None],
        now: Callable[[], int],
        signal: Callable[[Reason], None] = lambda _: None,
        settled: Callable[[machine.Used | machine.Unused], None] = lambda _: None,
    ) -> None:
        """Start locked; ``now`` is the boot clock in milliseconds."""
        self._door, self._wires = door, wires
        self._note, self._now, self._signal, self._settled = note, now, signal, settled
        self._lock = threading.Lock()
        self._broken = False
        wires.lock()

    @property
    def mode(self) -> Mode:
        """Give the door's mode."""
        return self._door.mode

    def view(self) -> DoorView:
        """Give how the door looks from outside."""
        door = self._door
        return DoorView(door.id, door.state, door.released, door.mode)

    def due(self) -> int | None:
        """Give the next moment at which time alone changes something."""
        return machine.due(self._door)

    def take(self, input: Input) -> None:
        """Take one input and carry out what follows, the lock first."""
        with self._lock:
            try:
                self._step(input)
            except Exception as error:  # noqa: BLE001 - whatever it is, the door ends locked
                _LOG.error(
                    "door %s: its latch failed (%s); it is locked", self._door.id, type(error).__name__
                )
                self._fail()

    def look(self) -> None:
        """Read the inputs as levels and take what changed; an edge that was missed is seen here."""
        try:
            opened, pressed = self._wires.opened(), self._wires.pressed()
        except Exception as error:  # noqa: BLE001 - each pin factory fails in its own way
            self._report_broken(f"its inputs cannot be read: {error}")
            return
        self._mend()
        if pressed is not None and pressed != self._door.pressed:
            self.take(machine.Rex(pressed))
        if opened is not None and opened != self._door.seen:
            self.take(machine.Contact(opened))

    def _step(self, input: Input) -> None:
        self._door, effects = machine.step(self._door, input, self._now())
        for effect in effects:
            match effect:
                case machine.Release():
                    self._wires.release()
                case machine.Lock():
                    self._wires.lock()
                case machine.Signal(reason):
                    self._signal(reason)
                case machine.Note(body):
                    self._note(body)
                case machine.Used() | machine.Unused():
                    self._settled(effect)
                case _:
                    assert_never(effect)

    def _fail(self) -> None:
        self._door, _ = machine.step(self._door, machine.Broken(), self._now())
        try:
            self._wires.lock()
        except Exception as error:  # noqa: BLE001 - each pin factory fails in its own way
            self._report_broken(f"its lock cannot be driven: {error}")

    def _mend(self) -> None:
        """Clear the alarm once inputs are read and the lock obeys again; no release is cut short for it."""
        with self._lock:
            if not self._broken or self._door.released:
                return
            try:
                self._wires.lock()
            except Exception:  # noqa: BLE001 - still broken, and the alarm stands
                return
            self._broken = False
        self._note(Alarmed("wires-failed", self._door.id, raised=False))

    def _report_broken(self, why: str) -> None:
        """Raise the alarm once."""
        if not self._broken:
            self._broken = True
            self._note(Alarmed("wires-failed", self._door.id, raised=True, detail=why[:200]))

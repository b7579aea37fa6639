"""The lock of one door: the state machine and the wires under one mutex, with no disk behind it.

Whoever has an input calls ``take`` in its own thread: gpiozero for the exit button, the loop for an accepted
card, the ticker for time. The relay moves inside the call; what must be written down is handed to ``note``,
who passed to ``settled``, what to show to the lamp, and all three only queue it. So the exit button waits for
no reader, no decision and no disk, and a release ends although the loop hangs.

Whatever fails here ends with the lock told to lock: the machine goes through ``Broken``, and what it wants
written down is still written. What the wires refuse is tried again at every look, each input by itself, so a
contact that cannot be read keeps neither the exit button from opening nor the lock from being locked.

2026-11-20: a mutex and not a queue of inputs, because a hop to another thread would cost the accepted card
more than the whole decision, and because nothing under the mutex can block but the pin itself.
2026-11-21: no *granted* is shown when the lock did not obey, and *fault* is, because a light that lies at a
shut door brings people to pull at it.
"""

import logging
import threading
from collections.abc import Callable, Iterable
from typing import Protocol, assert_never

from card_registry.journal.event import Alarmed, Body
from card_registry.statements import DoorView
from card_registry.words import Mode, Reason
from door_controller import door as machine
from door_controller.door import DoorState, Effect, Input
from door_controller.hardware import Wires
from door_controller.panel import Indication

_LOG = logging.getLogger(__name__)

Settled = Callable[[machine.Used | machine.Unused], None]
"""Takes who passed and who did not; must return at once."""

_Seen = bool | None
"""What an input shows; None where it shows nothing."""

_LOCK = "lock"
_DETAIL_MOST = 200


class Lamp(Protocol):
    """What shows answers and standing at a door's reader; each call returns at once and never raises."""

    def signal(self, reason: Reason) -> None:
        """Show an answer."""

    def stand(self, indication: Indication) -> None:
        """Show this while nobody is answered."""


class Latch:
    """One door's machine, driving one door's wires."""

    def __init__(
        self,
        door: DoorState,
        wires: Wires,
        note: Callable[[Body], None],
        now: Callable[[], int],
        lamp: Lamp | None = None,
        settled: Settled = lambda _: None,
    ) -> None:
        """Start locked; ``now`` is the boot clock in milliseconds."""
        self._door, self._wires = door, wires
        self._note, self._now, self._lamp, self._settled = note, now, lamp, settled
        self._lock = threading.Lock()
        self._troubles: dict[str, str] = {}
        wires.lock()

    @property
    def door(self) -> DoorState:
        """Give everything the door remembers."""
        return self._door

    @property
    def mode(self) -> Mode:
        """Give the door's mode."""
        return self._door.mode

    @property
    def secured(self) -> bool:
        """Say whether the door is shut and locked, as far as its inputs can be read and prove it."""
        return self._door.secured and not self._troubles

    def view(self) -> DoorView:
        """Give how the door looks from outside."""
        door = self._door
        return DoorView(door.id, door.state, door.released, door.mode)

    def due(self) -> int | None:
        """Give the next moment at which time alone changes something."""
        return machine.due(self._door)

    def take(self, input: Input) -> None:
        """Take one input and carry out what follows, the lock first; never raises."""
        with self._lock:
            try:
                self._door, effects = machine.step(self._door, input, self._now())
            except Exception as error:  # noqa: BLE001 - whatever it is, the door ends locked
                self._fail(error)
                return
            if effects:
                self._carry_out(effects)

    def stand(self, indication: Indication) -> None:
        """Let this be shown at the door while nobody is answered; moves nothing."""
        if self._lamp is not None:
            self._lamp.stand(indication)

    def look(self) -> None:
        """Read the inputs as levels and take what changed; an edge that was missed is seen here."""
        door, wires = self._door, self._wires
        self._look_at("exit button", wires.pressed, door.pressed, machine.Rex)
        if door.timing.contact:
            self._look_at("contact", wires.opened, door.leaf.seen, machine.Contact)
        if door.timing.feedback:
            self._look_at("feedback", wires.feedback, door.bolt, machine.Feedback)
        if door.timing.tamper:
            self._look_at("tamper", wires.tampered, door.cover.seen, machine.Tamper)
        if _LOCK in self._troubles:
            self._mend()

    def _look_at(
        self, name: str, read: Callable[[], _Seen], shown: _Seen, input: Callable[[bool], Input]
    ) -> None:
        try:
            level = read()
        except Exception as error:  # noqa: BLE001 - each pin factory fails in its own way
            self._trouble(name, f"its {name} cannot be read: {error}")
            return
        if name in self._troubles:
            self._overcome(name)
        if level is not None and level is not shown:
            self.take(input(level))

    def _carry_out(self, effects: Iterable[Effect]) -> None:
        """Do all that can be done; after a failure nothing more is released or shown."""
        failed: Exception | None = None
        for effect in effects:
            if failed is not None and isinstance(effect, machine.Release | machine.Signal):
                continue
            try:
                self._carry(effect)
            except Exception as error:  # noqa: BLE001 - whatever it is, the door ends locked
                failed = failed or error
        if failed is not None:
            self._fail(failed)

    def _carry(self, effect: Effect) -> None:
        match effect:
            case machine.Release():
                self._drive(self._wires.release)
            case machine.Lock():
                self._drive(self._wires.lock)
            case machine.Signal(reason):
                self._show(reason)
            case machine.Note(body):
                self._note(body)
            case machine.Used() | machine.Unused():
                self._settled(effect)
            case _:
                assert_never(effect)

    def _drive(self, turn: Callable[[], None]) -> None:
        try:
            turn()
        except Exception as error:
            self._raise(_LOCK, f"its lock cannot be driven: {error}")
            raise

    def _show(self, reason: Reason) -> None:
        if self._lamp is not None:
            self._lamp.signal(reason)

    def _fail(self, error: Exception) -> None:
        """Lock, whatever failed, and still write down what the machine makes of it."""
        _LOG.error("door %s: its latch failed (%s); it is locked", self._door.id, type(error).__name__)
        effects: tuple[Effect, ...] = (machine.Lock(),)
        try:
            self._door, effects = machine.step(self._door, machine.Broken(), self._now())
        except Exception as broken:  # noqa: BLE001 - even then the lock is told to lock
            _LOG.error("door %s: its machine failed (%s)", self._door.id, type(broken).__name__)
        for effect in effects:
            try:
                self._carry(effect)
            except Exception as again:  # noqa: BLE001 - the wires' trouble is known, and tried again at each look
                _LOG.error("door %s: %s failed", self._door.id, type(again).__name__)
        self._show(Reason.FAULT)

    def _mend(self) -> None:
        """Lock again what could not be driven; no release that runs is cut short for it."""
        with self._lock:
            if self._door.released:
                return
            try:
                self._wires.lock()
            except Exception:  # noqa: BLE001 - still broken, and the alarm stands
                return
            self._clear(_LOCK)

    def _trouble(self, what: str, why: str) -> None:
        with self._lock:
            self._raise(what, why)

    def _overcome(self, what: str) -> None:
        with self._lock:
            self._clear(what)

    def _raise(self, what: str, why: str) -> None:
        """Raise the alarm once, for the first trouble."""
        first = not self._troubles
        self._troubles.setdefault(what, why)
        if first:
            self._alarm(raised=True, why=why)

    def _clear(self, what: str) -> None:
        """Clear the alarm with the last trouble."""
        if self._troubles.pop(what, None) is not None and not self._troubles:
            self._alarm(raised=False)

    def _alarm(self, *, raised: bool, why: str = "") -> None:
        try:
            self._note(Alarmed("wires-failed", self._door.id, raised=raised, detail=why[:_DETAIL_MOST]))
        except Exception as error:  # noqa: BLE001 - who looks at the inputs must go on looking
            _LOG.error("door %s: an alarm was not noted (%s)", self._door.id, type(error).__name__)

"""A door's lights and buzzer: plays the panel's patterns, ticked by the ticker after all latches.

What is shown, and for how long, is ``panel``'s; this carries it to the wires. Who signals only changes the
panel and wakes the ticker, so an answer costs the lock nothing, and a light that cannot be driven is an alarm
of its own: it never reaches the latch.
"""

import threading
from collections.abc import Callable
from typing import Protocol

from card_registry.journal.event import Alarmed, Body
from card_registry.words import DoorId, Reason
from door_controller import panel
from door_controller.panel import Indication, Panel, Shown

ALARM = "lamp-failed"
RETRY_MS = 5_000
"""How long after a failure the same lights are tried again, at the latest."""

_DETAIL_MOST = 200


class Lights(Protocol):
    """What is lit."""

    def light(self, *, green: bool, red: bool, buzzer: bool) -> None:
        """Show this."""


class Lamp:
    """One door's panel, shown on its wires."""

    def __init__(
        self,
        door: DoorId,
        lights: Lights,
        note: Callable[[Body], None],
        now: Callable[[], int],
        wake: Callable[[], None] = lambda: None,
    ) -> None:
        """Show nothing until ticked; ``wake`` makes the ticker ask at once what is due."""
        self._door, self._lights = door, lights
        self._note, self._now, self._wake = note, now, wake
        self._lock = threading.Lock()
        self._panel = Panel(since=now())
        self._shown: Shown | None = None
        self._due: int | None = now()
        self._failed = False

    def signal(self, reason: Reason) -> None:
        """Show an answer; from any thread, returns at once."""
        with self._lock:
            now = self._now()
            self._panel, self._due = panel.signal(self._panel, reason, now), now
        self._wake()

    def stand(self, indication: Indication) -> None:
        """Let this stand while nobody is answered; from any thread, returns at once."""
        with self._lock:
            now = self._now()
            changed = panel.stand(self._panel, indication, now)
            if changed is self._panel:
                return
            self._panel, self._due = changed, now
        self._wake()

    def due(self) -> int | None:
        """Give when something else may be lit."""
        return self._due

    def tick(self, now: int) -> None:
        """Light what should be lit at ``now``; never raises."""
        with self._lock:
            shown, self._due = panel.shown(self._panel, now), panel.due(self._panel, now)
        if shown != self._shown:
            self._light(shown)
        if self._failed:
            with self._lock:
                self._due = now + RETRY_MS if self._due is None else min(self._due, now + RETRY_MS)

    def _light(self, shown: Shown) -> None:
        try:
            self._lights.light(green=shown.green, red=shown.red, buzzer=shown.buzzer)
        except Exception as error:  # noqa: BLE001 - each pin factory fails in its own way, and no light stops a door
            self._shown = None
            self._report(str(error))
            return
        self._shown = shown
        self._report("")

    def _report(self, why: str) -> None:
        """Raise the alarm once, and clear it once."""
        failed = bool(why)
        if failed is not self._failed:
            self._failed = failed
            self._note(Alarmed(ALARM, self._door, raised=failed, detail=why[:_DETAIL_MOST]))

"""The alarms that stand at one controller, for the status and the lights; the journal keeps all of them.

Some alarms are an instant and not a state: nobody can say when "somebody used an emergency card" is over.
They are written like the others and never stand.
"""

import threading

from card_registry.journal.event import Alarmed

INSTANTS = frozenset({"emergency-used", "visitor-astray", "clock-jumped", "mode-lost"})


class Alarms:
    """What stands, by alarm and subject, for many threads."""

    def __init__(self) -> None:
        """Begin with none."""
        self._lock = threading.Lock()
        self._standing: dict[tuple[str, str], None] = {}

    def take(self, body: Alarmed) -> None:
        """Remember one that was raised, forget one that was cleared."""
        if body.alarm in INSTANTS:
            return
        with self._lock:
            if body.raised:
                self._standing[body.alarm, body.about] = None
            else:
                self._standing.pop((body.alarm, body.about), None)

    def stands(self, alarm: str, about: str) -> bool:
        """Say whether an alarm stands."""
        with self._lock:
            return (alarm, about) in self._standing

    def about(self, subject: str) -> bool:
        """Say whether any alarm stands about a subject."""
        with self._lock:
            return any(about == subject for _, about in self._standing)

    def lines(self) -> tuple[str, ...]:
        """Give them as the status says them."""
        with self._lock:
            return tuple(f"{alarm} {about}" for alarm, about in self._standing)

"""The cabinet's senses, read in the ticker: what they show goes into ``cabinet``, what follows is noted.

It moves no lock and holds no wire that could. Inputs that cannot be read are an alarm of their own, once, and
show what they showed before.
"""

import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

from card_registry.instant import SECOND
from card_registry.journal.event import Alarmed, Body
from door_controller import cabinet, supply
from door_controller.cabinet import Cabinet, Sense

LOOK_MS = 100
"""How often the inputs are read; the shortest that counts is as long."""

SUPPLY_MS = 2 * SECOND
"""How often the supply's alarm file is read: as often as the kernel asks the firmware."""

_DETAIL_MOST = 200


class Inputs(Protocol):
    """The cabinet's wired inputs."""

    def read(self) -> Mapping[Sense, bool]:
        """Say of each whether something is wrong."""


class Surroundings:
    """One controller's cabinet, ticked by the ticker."""

    def __init__(
        self,
        about: str,
        inputs: Inputs,
        note: Callable[[Body], None],
        now: Callable[[], int],
        alarm_file: Path | None,
    ) -> None:
        """Watch ``inputs`` and the supply's ``alarm_file``, if any; ``about`` is the controller's name."""
        self._inputs, self._note, self._now, self._alarm_file = inputs, note, now, alarm_file
        self._cabinet = Cabinet(about)
        self._lock = threading.Lock()
        self._broken = False
        self._next = self._next_supply = now()

    def due(self) -> int:
        """Give when to look next."""
        due = cabinet.due(self._cabinet)
        return self._next if due is None else min(due, self._next)

    def tick(self, now: int) -> None:
        """Look, and note what follows."""
        seen = self._read()
        self._next = now + (LOOK_MS if seen or self._broken else SUPPLY_MS)
        self._take(seen | self._read_supply(now), now)

    def look(self) -> None:
        """Look because an input changed; from any thread."""
        self._take(self._read(), self._now())

    def _take(self, seen: Mapping[Sense, bool], now: int) -> None:
        with self._lock:
            self._cabinet, notes = cabinet.step(self._cabinet, seen, now)
            for body in notes:
                self._note(body)

    def _read(self) -> dict[Sense, bool]:
        try:
            seen = dict(self._inputs.read())
        except Exception as error:  # noqa: BLE001 - each pin factory fails in its own way
            self._report(f"the cabinet's inputs cannot be read: {error}")
            return {}
        self._report("")
        return seen

    def _read_supply(self, now: int) -> dict[Sense, bool]:
        if self._alarm_file is None or now < self._next_supply:
            return {}
        self._next_supply = now + SUPPLY_MS
        low = supply.is_low(self._alarm_file)
        return {} if low is None else {Sense.UNDERVOLTAGE: low}

    def _report(self, why: str) -> None:
        """Raise the alarm once, and clear it once."""
        broken = bool(why)
        with self._lock:
            if broken is self._broken:
                return
            self._broken = broken
            about = self._cabinet.about
            self._note(Alarmed("wires-failed", about, raised=broken, detail=why[:_DETAIL_MOST]))

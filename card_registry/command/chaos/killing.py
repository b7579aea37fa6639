"""Kills one program of the house at a time, chosen at random, and counts.

Everything here is this house's own process, known from the supervisor's table by id and moment of start.
"""

import os
import random
import signal
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Event

from card_registry.command.demo.layout import CONTROLLERS, Layout
from card_registry.command.demo.table import alive, look

VICTIMS = ("door", *(f"bridge-{name}" for name in CONTROLLERS), "broker", "hub", "signer", "console", "desk")
FIRST = 1.0
"""Seconds of peace before the first kill."""

PAUSE = (0.3, 2.5)
"""Between how many seconds two kills lie."""


@dataclass(slots=True)
class Killer:
    """Kills until told to stop; ``kills`` counts by name."""

    layout: Layout
    chance: random.Random
    kills: Counter[str] = field(default_factory=Counter)

    def work(self, stop: Event) -> None:
        """Kill now and then until ``stop``."""
        pause = FIRST
        while not stop.wait(pause):
            self.strike(self.chance.choice(VICTIMS))
            pause = self.chance.uniform(*PAUSE)

    def strike(self, name: str) -> None:
        """Kill one program if it lives; while it is being started it may well be killed again."""
        table = look(self.layout.running)
        for process in alive(table) if table is not None else ():
            if process.name == name:
                with suppress(ProcessLookupError):
                    os.kill(process.pid, signal.SIGKILL)
                    self.kills[name] += 1


def wait_ready(layout: Layout, count: int, seconds: float) -> float | None:
    """Wait until ``count`` programs live and are ready; give the seconds it took, None when too long."""
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        table = look(layout.running)
        if table is not None and sum(one.ready for one in alive(table)) >= count:
            return time.monotonic() - began
        time.sleep(0.05)
    return None

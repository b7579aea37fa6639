"""A hand at the door during chaos: cards that open, cards that were taken away, cards of nobody, the button.

It talks to the simulator alone, as a hand does: neither console nor door need be alive.
"""

import random
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Event

from card_registry.command.chaos.office import Office
from card_registry.command.demo.layout import DOOR_READER
from card_registry.command.story.browser import Unsure
from card_registry.command.story.hand import ask
from card_registry.command.story.scene import Scene

BUTTON = 22
HOLD = 400
PRESS = 150
"""Milliseconds a card is held and the exit button pressed."""

AWAY = (0.15, 0.8)
STRANGER = "kartu orang tak dikenal"
STRANGE, EXIT = 0.15, 0.4
"""How often a stranger's card is held, and (up to the second number) the button pressed."""


@dataclass(slots=True)
class Hand:
    """Taps and presses until told to stop; ``done`` counts what it did."""

    scene: Scene
    office: Office
    chance: random.Random
    done: Counter[str] = field(default_factory=Counter)

    def work(self, stop: Event) -> None:
        """Tap and press until ``stop``."""
        stranger = self._ask({"op": "new-card", "label": STRANGER})["card"]["id"]
        while not stop.wait(self.chance.uniform(*AWAY)):
            with suppress(Unsure):
                self._once(stranger)

    def _once(self, stranger: str) -> None:
        drawn, life = self.chance.random(), self.office.pick(self.chance)
        if STRANGE < drawn < EXIT:
            self._ask({"op": "press", "line": BUTTON, "ms": PRESS})
            self.done["button"] += 1
            return
        card = stranger if drawn < STRANGE or life is None else life.virtual
        self._ask({"op": "present", "card": card, "reader": DOOR_READER, "hold_ms": HOLD})
        self.done["tap"] += 1

    def _ask(self, request: dict[str, object]) -> dict[str, dict[str, str]]:
        deadline = time.monotonic() + 10
        while True:
            try:
                return ask(self.scene.layout, request)
            except Unsure:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)

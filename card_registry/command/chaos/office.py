"""The office at work during chaos: people ask, approve, make cards and take them away again, one by one.

Each life of a card is the story's own acts, which look again wherever a program died under them. What became
of each card is kept for the hand that holds it and for the judgement.
"""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from threading import Event, Lock
from typing import Any

from card_registry.command.story import acts
from card_registry.command.story.browser import Unexpected, Unsure
from card_registry.command.story.scene import PATIENCE, PAUSE, Failed, Scene, T, eventually

KEPT = 2
"""How many cards open the door before the oldest may be taken away."""

TO_THE_DOOR = (
    acts.ask_access,
    acts.dispose,
    acts.verify,
    acts.approve,
    acts.make_card,
    acts.reach_door,
)
"""What people do until a card opens the door."""


def again(act: Callable[[Scene], T], scene: Scene) -> T:
    """Do something that looks before it acts, once more wherever the console went away under it.

    Raises:
        Failed: It came out wrongly.
        Unexpected, Unsure: The console did not come back in time.
    """
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return act(scene)
        except (Unexpected, Unsure):
            if time.monotonic() > deadline:
                raise
        time.sleep(PAUSE)


@dataclass(slots=True)
class Life:
    """One card: what it is called everywhere, and from which versions on it opens and no longer opens."""

    virtual: str
    card: str
    case: str
    grants: int
    """The grants version that carries its grant."""

    denied: int | None = None
    """The deny version that carries its withdrawal; None while it opens."""


@dataclass(slots=True)
class Office:
    """Gives cards and takes them away until told to stop; ``lives`` are the cards so far."""

    scene: Scene
    chance: random.Random
    lives: list[Life] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)

    def work(self, stop: Event) -> None:
        """Give and take away until ``stop``; what is begun is finished.

        Raises:
            Failed, Unexpected, Unsure: Something did not come out as it must.
        """
        number = 0
        while not stop.is_set():
            number += 1
            self.give(number)
            open_ones = [life for life in self.lives if life.denied is None]
            if len(open_ones) > KEPT or (number > 1 and self.chance.random() < 1 / 3):
                self.take(open_ones[0])

    def give(self, number: int) -> None:
        """Bring one card from the request to the door."""
        scene = replace(self.scene, label=f"{self.scene.label} {number}", case="", card="", virtual="")
        for act in TO_THE_DOOR:
            again(act, scene)
        case = again(partial(Scene.read_case, login="operator"), scene)
        needs = max(grant["needs"] or 0 for grant in case["grants"])
        with self.lock:
            self.lives.append(Life(scene.virtual, scene.card, scene.case, needs))

    def take(self, life: Life) -> None:
        """Take one card away, and wait until the door knows."""
        scene = replace(self.scene, card=life.card)
        before = again(acts.door_now, scene)["deny"] or 0
        again(_withdraw, scene)
        known = eventually("the denial at the door", lambda: _newer(again(acts.door_now, scene), before))
        with self.lock:
            life.denied = known

    def pick(self, chance: random.Random) -> Life | None:
        """Give any card that was ever made, None before the first."""
        with self.lock:
            return chance.choice(self.lives) if self.lives else None


def _withdraw(scene: Scene) -> None:
    """Take the scene's card away on its page, unless it is taken away already."""
    page = scene.browser("operator").open(f"/kartu/{scene.card}")
    ending = f"/kartu/{scene.card}/cabut"
    if page.offers(ending):
        answer = scene.browser("operator").send(page.form(ending), {"alasan": "Kartu dikembalikan."})
        if answer.refusal:
            raise Failed(f"the card was not revoked: {answer.refusal}")


def _newer(door: dict[str, Any], before: int) -> int | None:
    deny: int = door["deny"] or 0
    return deny if deny > before else None

"""A hand at the simulator: it makes a virtual card, holds it to a reader, and looks at the relay's line.

Cards are made and held through the console's own page; the control socket is asked only what a person would
see at the door: which cards there are, and what the lock's line did.
"""

import json
import socket
import time
from typing import Any

from card_registry.command.demo.layout import DESK_READER, DOOR_READER, Layout
from card_registry.command.story.browser import Unsure
from card_registry.command.story.scene import FORBIDDEN, Failed, Scene, eventually
from card_registry.hint import short_address

RELAY = 17
AWAY_SECONDS = 0.5
"""How long a card stays away before it may be held again: sooner, a reader takes it for never having left."""

ANSWER_SECONDS = 10.0
HOLDER_OF_CARDS = "operator"
"""Who opens the simulator's page in the story."""


def ask(layout: Layout, request: dict[str, object]) -> dict[str, Any]:
    """Ask the simulator one thing.

    Raises:
        Unsure: It is away just now.
        Failed: It refused.
    """
    try:
        with short_address(layout.control) as address, socket.socket(socket.AF_UNIX) as line:
            line.settimeout(ANSWER_SECONDS)
            line.connect(address)
            line.sendall(json.dumps(request).encode() + b"\n")
            with line.makefile("rb") as reader:
                answer: dict[str, Any] = json.loads(reader.readline() or b"null") or {}
    except (OSError, ValueError) as error:
        message = f"the simulator is away: {error}"
        raise Unsure(message) from error
    if "error" in answer:
        raise Failed(f"the simulator refused: {answer['error']}")
    if not answer:
        message = "the simulator went away"
        raise Unsure(message)
    return answer


def make_card(scene: Scene, number: int) -> str:
    """Make the story's ``number``-th virtual card through the page, unless it is there, and give its id."""
    label = f"{scene.label} {number}"

    def attempt() -> str | None:
        for card in ask(scene.layout, {"op": "cards"})["cards"]:
            if card["label"] == label:
                return str(card["id"])
        browser = scene.browser(HOLDER_OF_CARDS)
        browser.send(browser.open("/simulator").form("/simulator/kartu-baru"), {"label": label})
        return None

    return eventually("making a virtual card", attempt)


def hold(scene: Scene, reader: str) -> None:
    """Hold the card to a reader, through the page.

    Raises:
        Unsure: Console or simulator are away just now, or say that it cannot be done now.
    """
    browser = scene.browser(HOLDER_OF_CARDS)
    form = browser.open("/simulator").form("/simulator/tempel")
    page = browser.send(form, {"card": scene.virtual, "reader": reader})
    if page.status == FORBIDDEN:
        message = f"the card could not be held to {reader}: {page.refusal}"
        raise Unsure(message)
    time.sleep(AWAY_SECONDS)


def hold_to_desk(scene: Scene) -> None:
    """Hold the card to the desk's reader."""
    hold(scene, DESK_READER)


def hold_to_door(scene: Scene) -> None:
    """Hold the card to the door's reader."""
    hold(scene, DOOR_READER)


def relay_changes(scene: Scene) -> int:
    """Count the changes of the lock's line since the simulator started."""
    return int(ask(scene.layout, {"op": "history", "line": RELAY})["count"])


def released_since(scene: Scene, count: int) -> bool:
    """Say whether the lock was released after its ``count``-th change."""
    history = ask(scene.layout, {"op": "history", "line": RELAY, "since": count})
    return any(change["level"] == 1 for change in history["changes"])


def locked(scene: Scene) -> bool:
    """Say whether the lock's line is at rest now."""
    lines = ask(scene.layout, {"op": "lines"})["lines"]
    return all(line["level"] == 0 for line in lines if line["line"] == RELAY)

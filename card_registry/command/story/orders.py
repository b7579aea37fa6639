"""Orders in the story: the door is locked down and opens for no card, lets out all the same, and comes back.

What is replayed is the genuine order, put back into the door's folder by hand.
"""

import sqlite3
import time
from contextlib import closing
from dataclasses import replace

from card_registry import canonical
from card_registry.command.demo.layout import DOOR, DOOR_CONTROLLER
from card_registry.command.story import acts, hand
from card_registry.command.story.attacks import BUSY_SECONDS, door_refusals
from card_registry.command.story.scene import Failed, Scene, eventually
from card_registry.durable import write_whole
from card_registry.hint import send_hint
from card_registry.orders import OrderSheet
from card_registry.trust.slots import ORDERS, orders_slot
from card_registry.words import ControllerId, OrderKind, Reason

ANSWER_SECONDS = 8.0
"""How long an answer is waited for before the order is given again: a killed door has lost its nonce."""

SEEN_SECONDS = 1.2
"""Within this time a door looks into its folder, hint or not."""

WAITING = {"diajukan", "dikirim"}
STALE = ("give it again", "give the order again")
"""What signer and door say to an order for a status that is over."""

REX = "22"


def order(scene: Scene, login: str, kind: OrderKind, phrase: str = "") -> str:
    """Give the door an order through its two pages, until the door has obeyed; give the order's id.

    Raises:
        Failed: Console, signer or door refused it.
    """

    def attempt() -> str | None:
        browser = scene.browser(login)
        chosen = {"perintah": kind.value, "alasan": "Latihan penguncian.", "pemegang": ""}
        form = browser.open(f"/pintu/{DOOR}/perintah").form("/tinjau")
        page = browser.send(form, chosen)
        if page.marks.get("kind") != kind.value:
            raise Failed(f"{login} may not order {kind}: {page.refusal or page.status}")
        page = browser.send(page.form(f"/pintu/{DOOR}/perintah"), {"frasa": phrase} if phrase else {})
        if not page.marks.get("order"):
            raise Failed(f"the order {kind} was not taken: {page.refusal or page.status}")
        return _answer(scene, login, page.marks["order"])

    return eventually(f"the order {kind}", attempt)


def _answer(scene: Scene, login: str, id: str) -> str | None:
    """Wait for the door's answer to one order; None when another must be given.

    Raises:
        Failed: It was refused for good.
    """
    deadline = time.monotonic() + ANSWER_SECONDS
    while time.monotonic() < deadline:
        page = scene.browser(login).open(f"/perintah/{id}")
        state = page.marks.get("state", "")
        if state == "dipatuhi":
            return id
        if state not in WAITING:
            if any(one in page.refusal for one in STALE):
                return None
            raise Failed(f"the order was not obeyed ({state}): {page.refusal}")
        time.sleep(0.05)
    return None


def lock_down(scene: Scene) -> str:
    """The operator locks the door down; the door itself says that it obeyed."""
    order(scene, "operator", OrderKind.LOCKDOWN)
    scene.notes["lockdown"] = _sheet(scene).decode()
    return f"{DOOR_CONTROLLER} obeyed; mode {eventually('the mode', lambda: _mode(scene, 'lockdown'))}"


def _mode(scene: Scene, wanted: str) -> str | None:
    mode = str(acts.door_now(scene)["mode"])
    return mode if mode == wanted else None


def _sheet(scene: Scene) -> bytes:
    """Give the signed orders as the signer left them for the hub."""
    name = orders_slot(ControllerId(DOOR_CONTROLLER))
    with closing(sqlite3.connect(scene.layout.store("registry"), timeout=BUSY_SECONDS)) as registry:
        row = registry.execute("SELECT body FROM slot WHERE name = ?", (name,)).fetchone()
    return bytes(row[0])


def locked_out(scene: Scene) -> str:
    """The card that opened before is refused for the lockdown, and the lock stays at rest."""
    event, released = acts.tap(scene)
    if event["granted"] or released or event["reason"] != Reason.LOCKDOWN:
        raise Failed(f"the locked-down door answered {event['reason']}")
    return f"“{event['label']}”; the lock stayed at rest"


def let_out(scene: Scene) -> str:
    """The exit button releases the locked-down door: no mode blocks exit."""

    def attempt() -> bool | None:
        eventually("the lock at rest", lambda: hand.locked(scene) or None)
        count, browser = hand.relay_changes(scene), scene.browser(hand.HOLDER_OF_CARDS)
        page = browser.open("/simulator")
        button = next((form for form in page.forms if form.fields.get("line") == REX), None)
        if button is None:
            return None
        browser.send(button, {"level": ""})
        deadline = time.monotonic() + 2.0
        while time.monotonic() < deadline:
            if hand.released_since(scene, count):
                return True
            time.sleep(0.02)
        return None

    eventually("the exit button", attempt)
    return "the exit button released the lock"


def back_to_normal(scene: Scene) -> str:
    """Kabid signs the order that ends the lockdown, for the door's newest status."""
    order(scene, "kabid", OrderKind.NORMAL, scene.secrets.login("kabid").signing_passphrase or "")
    return f"signed by kabid; mode {eventually('the mode', lambda: _mode(scene, 'normal'))}"


def opens_again(scene: Scene) -> str:
    """The same card opens the door again."""

    def attempt() -> str | None:
        event, released = acts.tap(scene)
        if not event["granted"]:
            raise Failed(f"after the lockdown the door answered {event['reason']}")
        return str(event["label"]) if released else None

    return f"“{eventually('a tap that releases the lock', attempt)}”"


def replay(scene: Scene) -> str:
    """The obeyed lockdown is put into the door's folder again by hand: refused, and the mode stays.

    What stood in the folder before the door began is no delivery, so the sheet is taken away and put back.
    """
    folder = scene.layout.controller(DOOR_CONTROLLER)
    path, before = folder / "slots" / ORDERS, len(_replays(scene))
    shown = canonical.decode(scene.notes["lockdown"].encode(), OrderSheet, "the sheet")

    def put(sheet: OrderSheet) -> None:
        write_whole(path, canonical.encode(sheet))
        send_hint(folder / "run" / "door.sock")

    def attempt() -> str | None:
        put(replace(shown, orders=()))
        time.sleep(SEEN_SECONDS)
        put(shown)
        deadline = time.monotonic() + 2 * SEEN_SECONDS
        while time.monotonic() < deadline:
            if found := _replays(scene)[before:]:
                return found[0]
            time.sleep(0.05)
        return None

    sentence = eventually("the door's refusal of a replayed order", attempt)
    eventually("the mode", lambda: _mode(scene, "normal"))
    return f"“{sentence}”; the mode stays normal"


def _replays(scene: Scene) -> list[str]:
    return [said for said in door_refusals(scene.layout) if said.startswith("order ") and "not above" in said]

"""The main job, act by act: asked, disposed, approved, made, published, opened, recorded, taken away.

Each act looks where the case stands before it does something, so that a process killed in the middle of it
only makes it look again. Each gives one sentence of what was seen.
"""

import itertools
import time
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from card_registry.command.demo.layout import DOOR, DOOR_CONTROLLER
from card_registry.command.demo.provision import ZONE
from card_registry.command.story import hand
from card_registry.command.story.browser import Form, Page
from card_registry.command.story.scene import FORBIDDEN, Failed, Scene, eventually

MONTH = timedelta(days=30)
ASKING = "/permohonan/baru/S1.A"
"""Where the console asks for F01."""

TAP_SECONDS = 8.0
"""How long one tap may take to be seen at the server before the card is held to the reader again."""


def apply(scene: Scene, login: str = "pemohon") -> str:
    """File request S1.A step 1 and give the new case."""
    browser = scene.browser(login)
    today = datetime.now(ZoneInfo(ZONE)).date()
    filled = {
        "nama_pemegang": f"Pemegang {scene.label}",
        "unit": "Bidang Statistik",
        "jenis_akses": "tetap",
        "pintu": DOOR,
        "jadwal": "24-jam",
        "mulai": today.isoformat(),
        "sampai": (today + MONTH).isoformat(),
        "keperluan": "Pemeliharaan aplikasi statistik.",
        "pernyataan": "ya",
    }

    typed = {f"isian.{name}": text for name, text in filled.items()}

    def attempt() -> str | None:
        page = browser.send(browser.open(ASKING).form(ASKING), typed)
        if page.status == FORBIDDEN or not page.marks.get("case"):
            raise Failed(f"the request was not taken: {page.refusal or page.status}")
        return page.marks["case"]

    return eventually("filing the request", attempt)


def ask_access(scene: Scene) -> str:
    """The applicant's unit asks for access."""
    scene.case = apply(scene)
    return f"{_number(scene)} filed by pemohon"


def _number(scene: Scene) -> str:
    return str(scene.read_case("operator")["number"])


def press(scene: Scene, login: str, step: str, label: str = "", **typed: str) -> None:
    """Let a person answer a step through the case page's form, unless it is answered already.

    Raises:
        Failed: The console refused.
    """

    def attempt() -> bool | None:
        page = scene.open_case(login)
        if page.marks.get("step") != step or page.marks.get("state") == "menunggu":
            return True
        form = page.form("/langkah")
        answer = scene.browser(login).send(form, {"pilihan": label or only_choice(form), **typed})
        if answer.refusal:
            raise Failed(f"{login} was refused at step {step}: {answer.refusal}")
        return None

    eventually(f"step {step} by {login}", attempt)


def only_choice(form: Form) -> str:
    """Give the one answer a form offers."""
    offered = form.choices.get("pilihan") or [form.fields.get("pilihan", "")]
    return offered[0]


def dispose(scene: Scene) -> str:
    """Kadis passes the request on."""
    press(scene, "kadis", "2")
    return "passed to kabid by kadis"


def verify(scene: Scene) -> str:
    """Kabid verifies the request against the access list."""
    press(scene, "kabid", "3", "disetujui")
    return "found right by kabid"


def approve(scene: Scene) -> str:
    """Kabid approves, and signs the exact grant with a passphrase typed for this one signature."""
    phrase = scene.secrets.login("kabid").signing_passphrase or ""
    press(scene, "kabid", "4", frasa=phrase)

    def attempt() -> str | None:
        grants = scene.read_case("kabid")["grants"]
        if any(grant["sentence"] for grant in grants):
            raise Failed(f"the signer refused the grant: {grants[0]['sentence']}")
        return str(grants[0]["id"]) if grants else None

    return f"grant {eventually('the grant', attempt)[:8]}… signed by kabid"


def make_card(scene: Scene) -> str:
    """The operator has the desk make the card; the step waits until the door has it.

    A job that an earlier, broken story left at the desk takes the first card; this one then needs another.
    """
    numbers = itertools.count(1)

    def attempt() -> dict[str, Any] | None:
        case = scene.read_case("operator")
        if case["step"] != "5":
            return case
        if case["choices"]:
            scene.virtual = hand.make_card(scene, next(numbers))
            press(scene, "operator", "5")
        elif not any(card["tier"] is not None for card in case["cards"]):
            hand.hold_to_desk(scene)
        return None

    case = eventually("making the card and bringing it to the door", attempt)
    if case["step"] != "6":
        raise Failed(f"after the card was made the case stands at step {case['step']}")
    card = next(card for card in case["cards"] if card["status"] == "active")
    scene.card = card["id"]
    return f"card {card['number']}, tier {card['tier']}, read at the desk"


def reach_door(scene: Scene) -> str:
    """The door itself says, under its signature, that it decides by the new registry."""

    def attempt() -> str | None:
        needed = max(grant["needs"] or 0 for grant in scene.read_case("operator")["grants"])
        door = door_now(scene)
        if needed and (door["grants"] or 0) >= needed:
            return f"{DOOR_CONTROLLER} decides by grants {door['grants']}, {door['staleness']}"
        return None

    return eventually("the registry at the door", attempt)


def door_now(scene: Scene) -> dict[str, Any]:
    """Give the door as the console tells it to scripts."""
    doors = scene.browser("operator").json("/api/v1/doors")
    found: dict[str, Any] = next(door for door in doors["doors"] if door["id"] == DOOR)  # type: ignore[index]  # JSON
    return found


def newest_event(scene: Scene) -> int:
    """Give the id of the newest occurrence."""
    events = _events(scene, 0)
    return max((event["id"] for event in events), default=0)


def _events(scene: Scene, after: int) -> list[dict[str, Any]]:
    answer = scene.browser("operator").json(f"/api/v1/events?after={after}")
    events: list[dict[str, Any]] = answer["events"]  # type: ignore[index]  # JSON
    return events


def tap(scene: Scene) -> tuple[dict[str, Any], bool]:
    """Hold the card to the door until its event is at the server; give it, and whether the lock let go."""

    def attempt() -> tuple[dict[str, Any], bool] | None:
        eventually("the lock at rest", lambda: hand.locked(scene) or None)
        count, cursor = hand.relay_changes(scene), newest_event(scene)
        hand.hold_to_door(scene)
        deadline = time.monotonic() + TAP_SECONDS
        while time.monotonic() < deadline:
            for event in _events(scene, cursor):
                if event["kind"] == "tapped" and event["card"] == scene.card:
                    return event, hand.released_since(scene, count)
            time.sleep(0.02)
        return None

    return eventually("a tap at the door", attempt)


def open_door(scene: Scene) -> str:
    """The card opens the door: the relay's line itself moved, and the event is at the server."""

    def attempt() -> dict[str, Any] | None:
        event, released = tap(scene)
        if not event["granted"]:
            raise Failed(f"the door refused the card: {event['label']} ({event['reason']})")
        return event if released else None

    event = eventually("a tap that releases the lock", attempt)
    scene.notes["opened"] = f"{event['controller']} {event['epoch']}/{event['seq']}"
    return "the relay's line was released for the card"


def event_arrived(scene: Scene) -> str:
    """The same event stands at the server, under a root the hub recomputed, with the holder's name."""
    event = next(
        event
        for event in _events(scene, 0)
        if f"{event['controller']} {event['epoch']}/{event['seq']}" == scene.notes["opened"]
    )
    if scene.label not in event["holder_name"] or event["case"] != scene.case:
        raise Failed(f"row {scene.notes['opened']} does not name its holder and case")
    return f"row {scene.notes['opened']}: “{event['label']}”, of this request"


def tell(scene: Scene) -> str:
    """The operator tells the applicant, who closes the case."""
    press(scene, "operator", "6")
    press(scene, "pemohon", "7")
    state = eventually("the end of the case", lambda: _closed(scene))
    return f"request {state}"


def _closed(scene: Scene) -> str | None:
    case = scene.read_case("pemohon")
    return str(case["state"]) if case["state"] == "selesai" else None


def revoke(scene: Scene) -> str:
    """The operator takes the card away; the door says that it knows."""
    before = eventually("the door's status", lambda: door_now(scene))["deny"] or 0

    def attempt() -> Page | None:
        browser = scene.browser("operator")
        page = browser.open(f"/kartu/{scene.card}")
        ending = f"/kartu/{scene.card}/cabut"
        if not page.offers(ending):
            return page
        answer = browser.send(page.form(ending), {"alasan": "Kartu dikembalikan."})
        if answer.refusal:
            raise Failed(f"the card was not revoked: {answer.refusal}")
        return None

    eventually("the revocation", attempt)
    known = eventually("the denial at the door", lambda: _knows(scene, before))
    return f"{DOOR_CONTROLLER} knows denial list {known}"


def _knows(scene: Scene, before: int) -> int | None:
    deny: int = door_now(scene)["deny"] or 0
    return deny if deny > before else None


def denied(scene: Scene) -> str:
    """The next tap of the same card is refused, and the lock's line stays at rest."""
    event, released = tap(scene)
    if event["granted"] or released:
        raise Failed("the door opened for a revoked card")
    return f"“{event['label']}”; the lock stayed at rest"

"""What must be refused, tried for real: duties mixed, a verdict forged in the database, a slot edited.

An attack counts as refused only when the system says so in a sentence, which the act shows.
"""

import json
import secrets
import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from card_registry import canonical
from card_registry.command.demo.layout import DOOR_CONTROLLER, Layout
from card_registry.command.story import acts
from card_registry.command.story.browser import Form, Page
from card_registry.command.story.scene import FORBIDDEN, Failed, Scene, akses, eventually, parsed
from card_registry.durable import read_plain, write_whole
from card_registry.hint import send_hint
from card_registry.signing import Purpose, digest, public_hex
from card_registry.statements import GrantWarrant, Verdict
from card_registry.words import GrantId

BUSY_SECONDS = 10.0


def forced(scene: Scene, login: str, case: str, step: str, label: str) -> Page:
    """Send an answer to a step although the page offers this person no button for it."""
    browser = scene.browser(login)

    def attempt() -> Page | None:
        page = browser.open(f"/permohonan/{case}")
        if page.offers("/langkah"):
            raise Failed(f"the page offers {login} a button at step {step}")
        token = next(form.fields["csrf"] for form in page.forms if "csrf" in form.fields)
        form = Form(f"{scene.address}permohonan/{case}/langkah", "post", {"csrf": token})
        return browser.send(form, {"step": step, "attempt": "1", "pilihan": label, "catatan": ""})

    return eventually(f"the answer to {login} at step {step}", attempt)


def _refusal(page: Page, what: str) -> str:
    if page.status != FORBIDDEN or not page.refusal:
        raise Failed(f"{what} was not refused (status {page.status})")
    return f"“{page.refusal}”"


def not_their_step(scene: Scene) -> str:
    """The applicant answers the Kadis' step of the own request."""
    return _refusal(forced(scene, "pemohon", scene.case, "2", "selesai"), "the applicant at step 2")


def duties_apart(scene: Scene) -> str:
    """Kabid asks for access, and then wants to verify that very request."""
    case = acts.apply(scene, "kabid")
    first, scene.case = scene.case, case
    try:
        acts.press(scene, "kadis", "2")
    finally:
        scene.case = first
    return _refusal(forced(scene, "kabid", case, "3", "disetujui"), "Kabid verifying the own request")


@dataclass(frozen=True, slots=True)
class Forgery:
    """A warrant row put into the console's database by hand, and its serial there."""

    what: str
    serial: int


def forge(scene: Scene) -> str:
    """Verdicts are forged in the console's database; the signer, who trusts none of it, refuses both."""
    genuine = _newest_warrant(scene.layout)
    wider = canonical.encode(_wider(genuine)).decode()
    stranger = Ed25519PrivateKey.generate()
    signature = stranger.sign(digest(Purpose.VERDICT, wider.encode())).hex()
    strange = replace(genuine.proof, public=public_hex(stranger), signature=signature)
    forgeries = (
        _insert(scene.layout, "by a key that is nobody's", replace(genuine, verdict=wider, proof=strange)),
        _insert(scene.layout, "under Kabid's old signature", replace(genuine, verdict=wider)),
    )
    return "; ".join(f"{one.what}: “{_refused_by_signer(scene.layout, one)}”" for one in forgeries)


def _wider(genuine: GrantWarrant) -> Verdict:
    """Give the approved verdict, widened to another grant that nobody approved."""
    verdict = canonical.decode(genuine.verdict.encode(), Verdict, "a verdict")
    grant = replace(verdict.grant, id=GrantId(secrets.token_hex(16)), override=True)
    return replace(verdict, attempt=verdict.attempt + 1, grant=grant)


def _newest_warrant(layout: Layout) -> GrantWarrant:
    with closing(sqlite3.connect(layout.store("office"), timeout=BUSY_SECONDS)) as office:
        row = office.execute(
            "SELECT body FROM warrant WHERE kind = 'grant' ORDER BY serial DESC LIMIT 1"
        ).fetchone()
    return canonical.decode(row[0], GrantWarrant, "a warrant")


def _insert(layout: Layout, what: str, warrant: GrantWarrant) -> Forgery:
    body, made = canonical.encode(warrant), time.time_ns() // 1_000_000
    with closing(sqlite3.connect(layout.store("office"), timeout=BUSY_SECONDS)) as office, office:
        row = office.execute("INSERT INTO warrant (kind, body, made) VALUES ('grant', ?, ?)", (body, made))
        serial = row.lastrowid or 0
    send_hint(layout.run / "signer.sock")
    return Forgery(what, serial)


def _refused_by_signer(layout: Layout, forgery: Forgery) -> str:
    def attempt() -> str | None:
        told = akses("registry", "outcomes", "--registry", layout.url("registry"), "--json")
        for outcome in parsed(told):
            if (outcome["source"], outcome["reference"]) == ("warrant", str(forgery.serial)):
                if outcome["applied"]:
                    raise Failed(f"the signer applied a verdict forged {forgery.what}")
                return str(outcome["sentence"])
        return None

    return eventually("the signer's answer to a forged verdict", attempt)


def edit_slot(scene: Scene) -> str:
    """A grant in a slot at the door is widened by hand: refused, and the door keeps deciding."""
    folder = scene.layout.controller(DOOR_CONTROLLER)
    slot = _slot_of(folder / "slots", scene.card)
    genuine = read_plain(slot)
    try:
        sentence = _refused_slot(scene.layout, slot, genuine.replace(b'"override":false', b'"override":true'))
        event, _ = acts.tap(scene)
    finally:
        write_whole(slot, genuine)
        send_hint(folder / "run" / "door.sock")
    if not event["granted"]:
        raise Failed(f"with an edited slot beside it the door no longer decides: {event['label']}")
    return f"“{sentence}”; the door keeps deciding"


def _refused_slot(layout: Layout, slot: Path, edited: bytes) -> str:
    """Edit a slot, again where the bridge has healed it meanwhile, until the door has refused it by name."""
    name, before = slot.name.replace(".", "/"), len(door_refusals(layout))

    def attempt() -> str | None:
        if read_plain(slot) != edited:
            write_whole(slot, edited)
            send_hint(slot.parent.parent / "run" / "door.sock")
        return next((why for why in door_refusals(layout)[before:] if name in why), None)

    return eventually("the door's refusal of an edited slot", attempt)


def _slot_of(folder: Path, card: str) -> Path:
    """Find the shard that holds a card."""
    for slot in sorted(folder.glob(f"d.{DOOR_CONTROLLER}.[0-9a-f][0-9a-f]")):
        if card.encode() in read_plain(slot):
            return slot
    raise Failed("the card is in no shard at the door")


def door_refusals(layout: Layout) -> list[str]:
    """Give what the door refused so far, in its own words, as the server stored them."""
    with closing(sqlite3.connect(layout.store("ledger"), timeout=BUSY_SECONDS)) as ledger:
        rows = ledger.execute(
            "SELECT body FROM event WHERE controller = ? ORDER BY epoch, seq", (DOOR_CONTROLLER,)
        ).fetchall()
    events = (json.loads(row[0]) for row in rows)
    return [
        f"{event['body']['what']}: {event['body']['why']}" for event in events if event["kind"] == "refused"
    ]

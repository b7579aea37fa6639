"""Records what a real browser answers, as vectors: ``python -m tests.card_registry.passkey_recording``.

The answers differ at each run (keys are new); what is expected of them does not.
"""

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext

from card_registry.passkey import challenge_of
from tests.card_registry.chromium import SIGN, authenticator, blank, chromium

FILE = Path(__file__).parents[1] / "vectors" / "passkey.json"
ORIGIN = "https://konsol.contoh.go.id"
PORT = "https://konsol.contoh.go.id:8443"
TWIN = "https://konsol.contoh.example"
SIGNED = hashlib.sha256(b"a verdict").digest()
OTHER = hashlib.sha256(b"another verdict").digest()
ALGORITHMS = {"ed25519": -8, "p256": -7, "rsa": -257}


def record(browser: BrowserContext) -> dict[str, Any]:
    """Give every key and every case."""
    page = browser.new_page()
    blank(page)
    one = authenticator(page, defaultBackupEligibility=True, defaultBackupState=True)
    keys = {name: one.make(ORIGIN, number) for name, number in ALGORITHMS.items()}
    ask = challenge_of(SIGNED)
    cases = [
        {"name": name, "key": name, "sentence": "", **one.sign(ORIGIN, keys[name]["id"], ask)}
        for name in keys
    ]
    p256 = keys["p256"]["id"]
    wrong = [
        (
            "another challenge",
            "something else than exactly this",
            one.sign(ORIGIN, p256, challenge_of(OTHER)),
        ),
        ("another port", "on another page than", one.sign(PORT, p256, ask)),
    ]
    one.verifies(verified=False)
    wrong.append(("nobody verified", "did not see its owner", one.sign(ORIGIN, p256, ask, "discouraged")))
    one.verifies(verified=True)
    keys["twin"] = one.make(TWIN, -7)
    wrong.append(("another site", "on another page than", one.sign(TWIN, keys["twin"]["id"], ask)))
    wrong.append(("in a frame", "on another page than", framed(browser, keys)))
    named = {"another site": "twin", "in a frame": "framed"}
    cases += [
        {"name": name, "key": named.get(name, "p256"), "sentence": sentence, **answer}
        for name, sentence, answer in wrong
    ]
    version = browser.browser.version if browser.browser else ""
    return {"browser": f"Chromium {version}", "origin": ORIGIN, "signed": SIGNED.hex(), "keys": keys,
            "cases": cases}  # fmt: skip


def framed(browser: BrowserContext, keys: dict[str, dict[str, str]]) -> dict[str, str]:
    """Sign in a frame of the console that a foreign page holds."""
    page = browser.new_page()
    allow = "publickey-credentials-get; publickey-credentials-create"
    blank(page, f'<iframe src="{ORIGIN}/" allow="{allow}"></iframe>')
    other = authenticator(page)
    keys["framed"] = other.make(ORIGIN, -7)
    page.goto(f"{TWIN}/bingkai")
    frame = next(frame for frame in page.frames if frame.url.startswith(ORIGIN))
    ask = [keys["framed"]["id"], challenge_of(SIGNED), "required"]
    given: dict[str, str] = frame.evaluate(SIGN, ask)
    return given


if __name__ == "__main__":
    with chromium() as running:
        text = json.dumps(record(running), indent=1, sort_keys=True)
    FILE.write_text(f"{text}\n", encoding="utf-8")
    sys.stdout.write(f"{FILE.name} is written\n")

"""A real Chromium with a virtual authenticator: both parts of a passkey's assertion are genuine.

Pages are given by the caller, so any origin may be played without a network.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from playwright.sync_api import BrowserContext, CDPSession, Page, Route, sync_playwright

CHROMIUM = "/usr/bin/chromium"
INTERNAL = {
    "protocol": "ctap2",
    "ctap2Version": "ctap2_1",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
}
"""A platform's own authenticator: Windows Hello, a telephone, a laptop's finger reader."""

MAKE = """async ([algorithm]) => {
  const hex = (part) => [...new Uint8Array(part)].map((one) => one.toString(16).padStart(2, "0")).join("");
  const made = await navigator.credentials.create({ publicKey: {
    rp: { id: location.hostname, name: "Akses Ruang Server" },
    user: { id: new Uint8Array(16), name: "kabid", displayName: "Kabid" },
    challenge: new Uint8Array(32), pubKeyCredParams: [{ type: "public-key", alg: algorithm }],
    authenticatorSelection: { userVerification: "discouraged" } } });
  return { id: made.id, public: hex(made.response.getPublicKey()),
    authenticator_data: hex(made.response.getAuthenticatorData()) };
}"""

SIGN = """async ([id, challenge, verification]) => {
  const raw = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")),
    (one) => one.charCodeAt(0));
  const hex = (part) => [...new Uint8Array(part)].map((one) => one.toString(16).padStart(2, "0")).join("");
  const given = (await navigator.credentials.get({ publicKey: { rpId: location.hostname,
    challenge: raw(challenge), userVerification: verification,
    allowCredentials: [{ type: "public-key", id: raw(id) }] } })).response;
  return { client_data: new TextDecoder().decode(given.clientDataJSON),
    authenticator_data: hex(given.authenticatorData), signature: hex(given.signature) };
}"""


@dataclass(frozen=True, slots=True)
class Authenticator:
    """One virtual authenticator of a page."""

    page: Page
    wire: CDPSession
    id: str

    def make(self, origin: str, algorithm: int) -> dict[str, str]:
        """Make a passkey on a page of ``origin``."""
        self.page.goto(origin)
        made: dict[str, str] = self.page.evaluate(MAKE, [algorithm])
        return made

    def sign(self, origin: str, id: str, challenge: str, verification: str = "required") -> dict[str, str]:
        """Sign a challenge with a passkey on a page of ``origin``."""
        if self.page.url.rstrip("/") != origin:
            self.page.goto(origin)
        given: dict[str, str] = self.page.evaluate(SIGN, [id, challenge, verification])
        return given

    def verifies(self, *, verified: bool) -> None:
        """Let its owner give the right finger from here on, or a wrong one."""
        self.wire.send("WebAuthn.setUserVerified", {"authenticatorId": self.id, "isUserVerified": verified})


@contextmanager
def chromium() -> Iterator[BrowserContext]:
    """Run Chromium without a screen."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM)
        try:
            yield browser.new_context()
        finally:
            browser.close()


def authenticator(page: Page, **options: bool) -> Authenticator:
    """Give a page an authenticator."""
    wire = page.context.new_cdp_session(page)
    wire.send("WebAuthn.enable")
    added = wire.send("WebAuthn.addVirtualAuthenticator", {"options": INTERNAL | options})
    return Authenticator(page, wire, added["authenticatorId"])


def blank(page: Page, frame: str = "") -> None:
    """Answer every address with an empty page, which holds ``frame`` where the address ends with /bingkai."""

    def fill(route: Route) -> None:
        body = frame if route.request.url.endswith("/bingkai") else ""
        route.fulfill(status=200, content_type="text/html", body=f"<!doctype html><title>x</title>{body}")

    page.route("**/*", fill)

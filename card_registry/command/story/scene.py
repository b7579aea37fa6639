"""What every act of a story shares: the running demo, its people at their browsers, and bounded waiting.

Nothing here knows the job; it opens, polls and gives up with a sentence.
"""

import json
import os
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self, TypeVar

from card_registry.command.demo.layout import Layout
from card_registry.command.demo.programs import command
from card_registry.command.demo.secrets import Secrets
from card_registry.command.story.browser import Browser, Page, Unexpected, Unsure

T = TypeVar("T")
PATIENCE = 60.0
"""The longest any one thing may take, in seconds; a killed process comes back well within it."""
PAUSE = 0.05
COMMAND_SECONDS = 60.0


class Failed(Exception):
    """An act did not come out as it must; the text says what was seen instead."""


@dataclass(slots=True)
class Scene:
    """One story on its way: where it plays, and what it has found out so far."""

    layout: Layout
    secrets: Secrets
    address: str
    label: str
    """A word of this story alone, so that two stories on the same data do not meet."""
    case: str = ""
    card: str = ""
    holder: str = ""
    virtual: str = ""
    notes: dict[str, str] = field(default_factory=dict)
    _browsers: dict[str, Browser] = field(default_factory=dict)

    def browser(self, login: str) -> Browser:
        """Give a person's browser, signing in through the form the first time."""
        if login not in self._browsers:
            self._browsers[login] = sign_in(self, login)
        return self._browsers[login]

    def open_case(self, login: str, case: str = "") -> Page:
        """Open the page of a case."""
        return self.browser(login).open(f"/permohonan/{case or self.case}", PATIENCE)

    def read_case(self, login: str, case: str = "") -> dict[str, Any]:
        """Read a case as the console tells it to scripts."""
        answer = self.browser(login).json(f"/api/v1/cases/{case or self.case}")
        return expect_object(answer)

    def __enter__(self) -> Self:
        """Play within a ``with`` block."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close every browser."""
        for browser in self._browsers.values():
            browser.__exit__(kind, error, trace)


def expect_object(answer: object) -> dict[str, Any]:
    """Give a JSON object.

    Raises:
        Unexpected: It is something else.
    """
    if not isinstance(answer, dict):
        message = "the console answered something else than a JSON object"
        raise Unexpected(message)
    return answer


def eventually(what: str, attempt: Callable[[], T | None], seconds: float = PATIENCE) -> T:
    """Try until there is an answer; a console that is just being started again is asked again.

    Raises:
        Failed: There was none in time.
    """
    deadline = time.monotonic() + seconds
    last = ""
    while True:
        try:
            answer = attempt()
        except Unsure as error:
            answer, last = None, f" ({error})"
        if answer is not None:
            return answer
        if time.monotonic() > deadline:
            message = f"{what} did not happen within {seconds:.0f} s{last}"
            raise Failed(message)
        time.sleep(PAUSE)


def sign_in(scene: Scene, login: str) -> Browser:
    """Sign a person in through the form.

    Raises:
        Failed: The console did not let them in.
    """
    browser = Browser(scene.address)

    def attempt() -> Browser | None:
        form = browser.open("/masuk", PATIENCE).form("/masuk")
        password = scene.secrets.login(login).password
        page = browser.send(form, {"login": login, "password": password})
        if page.status != OK or page.offers("/masuk"):
            message = f"{login} could not sign in: {page.refusal or page.status}"
            raise Failed(message)
        return browser

    return eventually(f"signing in as {login}", attempt)


OK = 200
FORBIDDEN = 403


@dataclass(frozen=True, slots=True)
class Told:
    """What one `akses` command answered."""

    code: int
    out: str
    err: str

    @property
    def sentence(self) -> str:
        """Give its last line."""
        lines = (self.err.strip() or self.out.strip()).splitlines()
        return lines[-1].strip().removeprefix("Error: ") if lines else ""


def akses(*words: str) -> Told:
    """Run one `akses` command to its end."""
    done = subprocess.run(
        command(*words),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=COMMAND_SECONDS,
        check=False,
        env={**os.environ, "LC_ALL": "C.UTF-8"},
    )
    return Told(done.returncode, done.stdout, done.stderr)


def parsed(told: Told) -> list[dict[str, Any]]:
    """Give the JSON objects a command printed, one a line.

    Raises:
        Failed: It printed something else.
    """
    try:
        return [expect_object(json.loads(line)) for line in told.out.splitlines()]
    except ValueError as error:
        message = f"a command answered no JSON: {told.sentence}"
        raise Failed(message) from error

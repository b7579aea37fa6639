"""Virtual cards, readers and lines: only for a console started with the simulator's socket."""

from pathlib import Path

from fastapi.responses import RedirectResponse, Response

from review.web.console import Console, Here
from review.web.screen import page
from review.web.simulator_client import SimulatorAway, ask
from review.web.visitor import Form, Me, NotFound, Visitor

HOLD = 1_500
"""Milliseconds that a card is held before a door's reader."""


def desk(console: Here, me: Me) -> Response:
    """Show the cards, where they can be held, and the lines."""
    return _desk(console, me, "", 200)


def _desk(console: Console, me: Visitor, refusal: str, status: int) -> Response:
    path = _path(console)
    shown: dict[str, object] = {"cards": [], "readers": []}
    lines: object = []
    try:
        shown |= ask(path, {"op": "cards"})
        lines = ask(path, {"op": "lines"}).get("lines", [])
    except SimulatorAway as away:
        refusal = refusal or str(away)
    return page(console, "simulator.html", me, status, shown=shown, lines=lines, refusal=refusal)


def _path(console: Console) -> Path:
    if console.simulator is None:
        raise NotFound
    return console.simulator


def _do(console: Console, me: Visitor, request: dict[str, object]) -> Response:
    try:
        ask(_path(console), request)
    except SimulatorAway as away:
        return _desk(console, me, str(away), 403)
    return RedirectResponse("/simulator", 303)


def new_card(console: Here, me: Me, form: Form) -> Response:
    """Make a virtual card."""
    return _do(console, me, {"op": "new-card", "label": form.one("label").strip()})


def present(console: Here, me: Me, form: Form) -> Response:
    """Hold a card before a reader for a moment, or until it is taken away."""
    request: dict[str, object] = {"op": "present", "card": form.one("card"), "reader": form.one("reader")}
    if not form.one("tahan"):
        request["hold_ms"] = HOLD
    return _do(console, me, request)


def remove(console: Here, me: Me, form: Form) -> Response:
    """Take the card away from a reader."""
    return _do(console, me, {"op": "remove", "reader": form.one("reader")})


def line(console: Here, me: Me, form: Form) -> Response:
    """Press a button or move a contact."""
    number, level = form.one("line"), form.one("level")
    if not (number.isascii() and number.isdigit() and len(number) < 3):  # noqa: PLR2004 - two digits
        raise NotFound
    if level in {"0", "1"}:
        return _do(console, me, {"op": "set", "line": int(number), "level": int(level)})
    return _do(console, me, {"op": "press", "line": int(number), "ms": 600})

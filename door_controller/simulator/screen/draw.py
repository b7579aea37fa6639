"""The panel's pictures and words as rich markup, from a scene alone.

Pure.
"""

import re
from collections.abc import Sequence

from door_controller.simulator.screen.scene import Scene

_GOOD, _BAD, _DIM, _WARN = "#7fd18b", "#ff7b72", "#8b949e", "#e3b341"
_CALM = frozenset({"closed", "open", "locked", "released", "normal", "fresh"})

KEYS: Sequence[tuple[str, str]] = (
    ("1-9", "card"),
    ("t", "tap in"),
    ("o", "tap out"),
    ("u", "unproven"),
    ("c", "contact"),
    ("r", "exit"),
    ("b", "bolt"),
    ("m", "tamper"),
    ("f", "fire"),
    ("v", "mains"),
    ("x", "unplug"),
    ("h", "hang"),
    ("p", "power"),
    ("k", "kill"),
    ("j", "clock +1h"),
    ("s", "sync"),
    ("d", "disk"),
    ("n", "link"),
    ("l", "lockdown"),
    ("e", "free"),
    ("y", "deny"),
    ("q", "quit"),
)
"""Every key and what it does, as the foot shows them."""

SHUT = ("┌───────────┐", "│           │", "│         {} │", "│           │", "└───────────┘")
WIDE = ("┌──┐────────┐", "│  │        │", "│ {}│        │", "│  │        │", "└──┘────────┘")


def head(scene: Scene) -> str:
    """Give the first line."""
    power = "" if scene.running else ("  program down" if scene.powered else "  no power")
    return f"[b]{scene.door}[/]  {scene.clock}[{_BAD}]{power}[/]"


def door(scene: Scene) -> str:
    """Give the door's picture, the lights beside it, and what its machine says."""
    knob = _coloured("●", _GOOD if scene.relay else _DIM)
    picture = [line.format(knob) for line in (WIDE if scene.open else SHUT)]
    lamps = (
        _lamp(scene.green, _GOOD, "green"),
        _lamp(scene.red, _BAD, "red"),
        _lamp(scene.buzzer, _WARN, "♪"),
    )
    facts = (
        " ".join(lamps),
        f"leaf   {_word(scene.state)}",
        f"lock   {_word(scene.lock)}",
        f"relay  {_coloured('released', _GOOD) if scene.relay else 'locked'}",
        f"mode   {_word(scene.mode)}",
    )
    lines = [f"{left}  {right}" for left, right in zip(picture, facts, strict=True)]
    bolt = {None: "?", True: "locked", False: "released"}[scene.bolted]
    button = _coloured("pressed", _GOOD) if scene.pressed else "up"
    inputs = f"bolt {bolt} · exit {button} · {_word(scene.registry or 'none')}"
    return "\n".join([*lines, inputs])


def alarms(scene: Scene) -> str:
    """Give the alarms that stand, and what the panel's user broke."""
    standing = [_coloured(f"▲ {alarm}", _BAD) for alarm in scene.alarms]
    broken = [_coloured(f"  {wrong}", _WARN) for wrong in scene.wrong]
    return "\n".join(standing + broken) or _coloured("no alarm", _DIM)


def cards(scene: Scene) -> str:
    """Give the cards with their numbers; the chosen one stands out."""
    return "  ".join(
        f"[reverse] {number} {_plain(name)} [/]" if number == scene.card + 1 else f"{number} {_plain(name)}"
        for number, name in enumerate(scene.cards, start=1)
    )


def rows(scene: Scene, height: int, width: int) -> str:
    """Give the journal's last rows, as many as there is room for, the newest below."""
    last = scene.rows[-height:] if height > 0 else ()
    return "\n".join(_row(row, width) for row in last)


def keys(width: int) -> str:
    """Give the foot: each key with its word, as many a line as fit."""
    lines, used = [""], 0
    for key, word in KEYS:
        length = len(key) + len(word) + 3
        if used + length > width:
            lines, used = [*lines, ""], 0
        lines[-1] += f"[b {_WARN}]{key}[/] {word}  "
        used += length
    return "\n".join(lines)


def _row(row: str, width: int) -> str:
    colour = _DIM
    if "denied" in row or "raised" in row or "refused" in row:
        colour = _BAD
    elif "granted" in row or "cleared" in row:
        colour = _GOOD
    return _coloured(_plain(row if len(row) <= width else f"{row[: max(0, width - 1)]}…"), colour)


def _lamp(on: bool, colour: str, name: str) -> str:  # noqa: FBT001 - reads as a sentence at its call
    return _coloured(f"● {name}", colour) if on else _coloured(f"○ {name}", _DIM)


def _word(word: str) -> str:
    return word if word in _CALM else _coloured(_plain(word), _BAD)


def _coloured(text: str, colour: str) -> str:
    return f"[{colour}]{text}[/]"


def _plain(text: str) -> str:
    """Keep what others wrote from being read as markup."""
    return re.sub(r"\[", r"\\[", text)

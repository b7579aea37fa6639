"""What the panel shows of one door at one moment.

Pure.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Scene:
    """One door as a person beside it and an engineer behind it would see it; None is not known.

    ``rows`` are the journal's last, oldest first; ``said`` is the panel's own last word.
    """

    door: str
    clock: str
    powered: bool = True
    running: bool = True
    state: str = "closed"
    lock: str = "locked"
    mode: str = "normal"
    relay: bool = False
    bolted: bool | None = None
    open: bool = False
    pressed: bool = False
    green: bool = False
    red: bool = False
    buzzer: bool = False
    registry: str = ""
    alarms: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()
    cards: tuple[str, ...] = ()
    card: int = 0
    rows: tuple[str, ...] = field(default=())
    said: str = ""

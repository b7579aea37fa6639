"""A virtual door in its frame: what the relay does to the bolt, what a hand does to the leaf, what is shown.

It decides what the hardware does and how long that takes. What any of it means is left to the machine. The
bolt follows the relay after ``BOLT_MS`` unless it is jammed; without power the relay drops to the side of the
door's fail mode. A line that a dead program drove stays driven until something else drives it, as on a Pi.
"""

from collections.abc import Callable
from dataclasses import dataclass

from firmware_config.model import FailMode

BOLT_MS = 150
"""How long the bolt needs to follow the relay (assumed: a motor lock; a strike is faster)."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What the reader shows."""

    green: bool = False
    red: bool = False
    buzzer: bool = False

    def __str__(self) -> str:
        """Name what is on."""
        names = ("green", "red", "buzzer")
        return "+".join(name for name in names if getattr(self, name)) or "dark"


DARK = Shown()


class Wiring:
    """One door's hardware, as the daemon's ``Wires`` and as the hands that move it."""

    def __init__(self, fail_mode: FailMode, now: Callable[[], int], tell: Callable[[str, str], None]) -> None:
        """Stand shut and locked, and unpowered; ``tell`` takes what changes (what, how)."""
        self._fail_mode, self._now, self._tell = fail_mode, now, tell
        self.powered = False
        self.driven = False
        self.bolted = True
        self.jammed = False
        self.open = self.down = self.uncovered = False
        self.shows = DARK
        self.moved_at: int | None = None

    # What the program does.

    def release(self) -> None:
        """Drive the relay to released."""
        self._drive(released=True)

    def lock(self) -> None:
        """Drive the relay to locked."""
        self._drive(released=False)

    def opened(self) -> bool | None:
        """Give the contact."""
        return self.open

    def pressed(self) -> bool | None:
        """Give the exit button."""
        return self.down

    def feedback(self) -> bool | None:
        """Give what the bolt says of itself."""
        return self.bolted

    def tampered(self) -> bool | None:
        """Give the cover."""
        return self.uncovered

    def light(self, *, green: bool, red: bool, buzzer: bool) -> None:
        """Show this."""
        shown = Shown(green, red, buzzer)
        if shown != self.shows:
            self.shows = shown
            self._tell("light", str(shown))

    def watch(self, changed: Callable[[], None]) -> None:
        """Remember nothing: whoever moves an input calls the latch."""

    def close(self) -> None:
        """Lock."""
        self.lock()

    # What the world does.

    @property
    def released(self) -> bool:
        """Say whether the relay releases the lock, power considered."""
        return self.driven if self.powered else self._fail_mode is FailMode.SAFE

    def power(self, *, on: bool) -> None:
        """Give or take power; a relay comes up locked."""
        before = self.released
        self.powered, self.driven = on, False
        self.shows = DARK
        self._follow(before)

    def due(self) -> int | None:
        """Give when the bolt has followed."""
        return self.moved_at

    def follow(self) -> bool:
        """Let the bolt be where the relay sent it; say whether it moved or should have."""
        due = self.moved_at is not None and self._now() >= self.moved_at
        if due:
            self.moved_at = None
            if not self.jammed and self.bolted == self.released:
                self.bolted = not self.released
                self._tell("bolt", "locked" if self.bolted else "released")
        return due

    def jam(self, *, jammed: bool) -> None:
        """Jam the bolt where it is, or free it."""
        self.jammed = jammed
        if not jammed:
            self.moved_at = self._now() + BOLT_MS

    @property
    def levels(self) -> tuple[bool, ...]:
        """Give every input's level."""
        return self.open, self.down, self.bolted, self.uncovered

    @property
    def passable(self) -> bool:
        """Say whether the leaf can be opened without force."""
        return not self.bolted or self.open

    def _drive(self, *, released: bool) -> None:
        before = self.released
        self.driven = released
        self._follow(before)

    def _follow(self, before: bool) -> None:  # noqa: FBT001 - the relay as it was
        if self.released != before:
            self._tell("relay", "released" if self.released else "locked")
            self.moved_at = self._now() + BOLT_MS

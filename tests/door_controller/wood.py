"""A door of wood: the wires of a door, driven and set by hand."""

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass
class Wood:
    """A door of wood: remembers how it was driven; its inputs are set by hand."""

    driven: list[str] = field(default_factory=list)
    moved: Callable[[str], None] = lambda _: None
    open: bool | None = False
    down: bool | None = False

    def release(self) -> None:
        """Drive the lock to released."""
        self._drive("released")

    def lock(self) -> None:
        """Drive the lock to locked."""
        self._drive("locked")

    def _drive(self, state: str) -> None:
        self.driven.append(state)
        self.moved(state)

    def opened(self) -> bool | None:
        """Give the contact."""
        return self.open

    def pressed(self) -> bool | None:
        """Give the exit button."""
        return self.down

    def feedback(self) -> bool | None:
        """Give no feedback."""
        return None

    def tampered(self) -> bool | None:
        """Have no cover."""
        return None

    def light(self, *, green: bool, red: bool, buzzer: bool) -> None:
        """Show nothing."""

    def watch(self, changed: Callable[[], None]) -> None:
        """Remember nothing."""

    def close(self) -> None:
        """Do nothing."""

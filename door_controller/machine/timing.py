"""The times of one door, in milliseconds, each with its bounds and its default.

What a site file calls them, and in which unit, is ``firmware_config.model``'s; that two of them fit together
(a warning before the alarm, feedback before the release ends) is judged there too, and held here whatever it
says: a warning never begins before the leaf stands open with the lock locked.

Pure.
"""

from dataclasses import dataclass

RELEASE_MS = (3_000, 60_000)
HELD_MS = (5_000, 600_000)
DEBOUNCE_MS = (0, 400)
"""Inputs that last over 400 ms are always seen (DESIGN §5), so no filter may be longer."""
WARN_MS = (0, 300_000)
REX_STUCK_MS = (5_000, 600_000)
FOLLOW_MS = (200, 10_000)
STUCK_AFTER = (0, 1_000)

BOUNDS = (
    ("release_ms", RELEASE_MS, "milliseconds"),
    ("held_ms", HELD_MS, "milliseconds"),
    ("debounce_ms", DEBOUNCE_MS, "milliseconds"),
    ("warn_ms", WARN_MS, "milliseconds"),
    ("rex_stuck_ms", REX_STUCK_MS, "milliseconds"),
    ("follow_ms", FOLLOW_MS, "milliseconds"),
    ("stuck_after", STUCK_AFTER, "unused releases"),
)
"""Each bounded number, with its bounds and its unit."""


@dataclass(frozen=True, slots=True)
class Timing:
    """One door's times (milliseconds) and which inputs it has, each number within its bounds.

    ``release_ms``: how long a card releases, and the exit button after it was let go. ``held_ms``: how long
    the leaf may stand open after the release; ``warn_ms``: how long before that alarm the warning begins, 0
    for none. ``debounce_ms``: how long a level of contact or cover must stand. ``rex_stuck_ms``: how long a
    pressed exit button is believed, if that is longer than a release. ``follow_ms``: how long the lock may
    take to follow; a release it must follow before half of it is over, or a lock that never does would not be
    found. ``stuck_after``: how many releases in a row may go unused before the contact is called stuck, 0 for
    any number. ``contact``, ``feedback``, ``tamper``: whether the door has that input; one it has not is not
    listened to.
    """

    release_ms: int = 5_000
    held_ms: int = 20_000
    debounce_ms: int = 50
    warn_ms: int = 10_000
    rex_stuck_ms: int = 30_000
    follow_ms: int = 2_000
    relock_on_close: bool = False
    contact: bool = True
    feedback: bool = False
    tamper: bool = False
    stuck_after: int = 20

    def __post_init__(self) -> None:
        """Refuse a number that would leave a door open, or nobody through it.

        Raises:
            ValueError: A number is out of its bounds.
        """
        for name, (least, most), unit in BOUNDS:
            if not least <= getattr(self, name) <= most:
                message = f"{name} must be {least} to {most} {unit}, not {getattr(self, name)}"
                raise ValueError(message)

    def patience(self, *, released: bool) -> int:
        """Give how long the lock may take to follow, in milliseconds."""
        return min(self.follow_ms, self.release_ms // 2) if released else self.follow_ms

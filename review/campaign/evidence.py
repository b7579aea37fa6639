"""What is known of one right when a campaign opens: its use at the doors, its cards, what it was given for.

Pure.
"""

from dataclasses import dataclass

from card_registry.instant import DAY
from card_registry.words import CardStatus, Tier


@dataclass(frozen=True, slots=True)
class HeldCard:
    """A card of the holder: its printed number, how it stands, how hard it is to copy (None: never made)."""

    number: str
    status: CardStatus
    tier: Tier | None


@dataclass(frozen=True, slots=True)
class Evidence:
    """The numbers of one right at the moment of the snapshot ``at``; all moments in milliseconds.

    ``entries``, ``denials`` and ``outside_hours`` (entries outside office hours) are those of the campaign's
    span; ``last`` is the last entry by this right ever. ``servers`` counts the devices that the holder's unit
    keeps in the room; None where the unit is the office itself, whose rights rest on no server.
    """

    at: int
    begins: int
    ends: int
    entries: int
    denials: int
    outside_hours: int
    last: int | None
    cards: tuple[HeldCard, ...] = ()
    escort: bool = False
    servers: int | None = None

    def __post_init__(self) -> None:
        """Refuse numbers that cannot be."""
        if not 0 <= self.outside_hours <= self.entries or self.denials < 0:
            message = "entries outside office hours are among the entries, and no count is negative"
            raise ValueError(message)

    def days_held(self) -> int:
        """Give the whole days since the right began; 0 before that."""
        return max(0, self.at - self.begins) // DAY

    def days_unused(self) -> int:
        """Give the whole days since its last use, or since it began where it was never used."""
        return max(0, self.at - max(self.begins, self.last or 0)) // DAY

    def outside_percent(self) -> int:
        """Give the share of entries outside office hours, rounded down; 0 where there are none."""
        return 100 * self.outside_hours // self.entries if self.entries else 0

    def denied_percent(self) -> int:
        """Give the share of taps that were denied, rounded down; 0 where there were none."""
        taps = self.entries + self.denials
        return 100 * self.denials // taps if taps else 0

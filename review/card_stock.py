"""The stock of cards: blanks by the book, cards with people, cards that came back, cards that are lost.

The book follows what is entered and what the desks made; a count sets it right, and the difference stays on
record. A card that is denied everywhere opens nothing, but the plastic is still somewhere: until a receipt
(F15) says it came back, it is *out*.

Pure.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

from card_registry.words import CardStatus


class Entered(StrEnum):
    """What people enter about plastic that the program cannot see."""

    RECEIVED = "diterima"
    SPOILED = "rusak"
    DIFFERENCE = "selisih"
    DESTROYED = "dimusnahkan"


@dataclass(frozen=True, slots=True)
class Plastic:
    """One card as far as its plastic goes: state, whether a desk made it, and whether it is for visitors."""

    id: str
    status: CardStatus
    made: bool
    guest: bool = False


@dataclass(frozen=True, slots=True)
class Stock:
    """How many cards are where: ``blank`` by the book, ``made`` ever, and where those are now.

    ``out`` are denied and not yet back; ``returned`` came back, of which ``destroyed`` are gone for good.
    """

    blank: int
    received: int
    spoiled: int
    difference: int
    made: int
    held: int
    guest: int
    out: int
    returned: int
    lost: int
    destroyed: int

    @property
    def to_destroy(self) -> int:
        """Count what came back and lies in the drawer."""
        return max(0, self.returned - self.destroyed)

    def lines(self) -> tuple[tuple[str, int], ...]:
        """Name the figures as pages and receipts print them."""
        return (
            ("Kartu kosong dalam persediaan", self.blank),
            ("Dibuat seluruhnya", self.made),
            ("Pada pemegang", self.held),
            ("Kartu tamu", self.guest),
            ("Dicabut, belum kembali", self.out),
            ("Kembali", self.returned),
            ("Hilang", self.lost),
            ("Dimusnahkan", self.destroyed),
        )


GONE = frozenset({CardStatus.REVOKED, CardStatus.EXPIRED, CardStatus.DESTROYED})
"""The states of a card that should be in the office's hands again."""


def count(entries: Iterable[tuple[Entered, int]], cards: Iterable[Plastic], back: Collection[str]) -> Stock:
    """Count the stock; ``back`` names the cards that a receipt says came back."""
    sums = dict.fromkeys(Entered, 0)
    for kind, number in entries:
        sums[kind] += number
    made = [one for one in cards if one.made]
    standing = [one for one in made if one.status not in GONE | {CardStatus.LOST} and one.id not in back]
    gone = [one for one in made if one.status in GONE and one.id not in back]
    blank = sums[Entered.RECEIVED] - sums[Entered.SPOILED] + sums[Entered.DIFFERENCE] - len(made)
    return Stock(
        blank,
        sums[Entered.RECEIVED],
        sums[Entered.SPOILED],
        sums[Entered.DIFFERENCE],
        len(made),
        sum(not one.guest for one in standing),
        sum(one.guest for one in standing),
        len(gone),
        sum(one.id in back and one.status is not CardStatus.LOST for one in made),
        sum(one.status is CardStatus.LOST for one in made),
        sums[Entered.DESTROYED],
    )

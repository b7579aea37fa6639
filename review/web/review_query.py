"""Which rows of a review somebody wants to see: of a list, a unit, an advice, an outcome, with a word."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from review.campaign import Outcome, Recommendation
from review.people import Person
from review.store.campaigns import Kept
from review.web.visitor import plain

LONGEST = 80
UNIT = 120


class Shown(StrEnum):
    """Which rows a page shows."""

    MINE = "bagian-saya"
    SILENT = "belum-dijawab"
    OPEN = "belum-diputus"
    AGAINST = "perlu-perhatian"
    ALL = "semua"


SHOWN_WORDS: Mapping[Shown, str] = {
    Shown.MINE: "Menunggu saya",
    Shown.SILENT: "Belum dijawab",
    Shown.OPEN: "Belum diputus",
    Shown.AGAINST: "Periksa atau cabut",
    Shown.ALL: "Semua",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address asks for; empty restricts nothing."""

    shown: str = ""
    unit: str = ""
    advice: str = ""
    outcome: str = ""
    text: str = ""
    page: int = 1

    def terms(self, **changed: object) -> dict[str, str]:
        """Give the address's terms, some of them changed."""
        own = {
            "tampil": self.shown,
            "unit": self.unit,
            "rekomendasi": self.advice,
            "putusan": self.outcome,
            "cari": self.text,
            "halaman": str(self.page) if self.page > 1 else "",
        }
        both = {**own, **{name: str(value) for name, value in changed.items()}}
        return {name: value for name, value in both.items() if value}


def asked_of(given: Mapping[str, str]) -> Asked:
    """Read what an address asks for; what is not known restricts nothing."""
    page = given.get("halaman", "")
    return Asked(
        _known(given.get("tampil", ""), Shown),
        plain(given.get("unit", ""))[:UNIT],
        _known(given.get("rekomendasi", ""), Recommendation),
        _known(given.get("putusan", ""), Outcome),
        plain(given.get("cari", ""))[:LONGEST],
        max(1, int(page)) if page.isascii() and page.isdigit() and len(page) < 6 else 1,  # noqa: PLR2004 - digits
    )


def _known(text: str, words: type[StrEnum]) -> str:
    return text if text in set(words) else ""


@dataclass(frozen=True, slots=True)
class Line:
    """One row, whose it is, and whether this reader may answer or decide it now."""

    kept: Kept
    name: str
    answers: bool
    decides: bool

    @property
    def waits(self) -> bool:
        """Say whether the row waits for this reader."""
        item = self.kept.item
        return (self.answers and item.answer() is None) or (self.decides and item.outcome() is None)

    def fits(self, asked: Asked) -> bool:
        """Say whether the row is of the unit, advice, outcome and word that were asked for."""
        item, word = self.kept.item, asked.text.casefold()
        told = (self.name, item.unit, *(card.number for card in self.kept.evidence.cards))
        return (
            asked.unit.casefold() in {"", item.unit.casefold()}
            and asked.advice in {"", item.advice.recommendation.value}
            and (not asked.outcome or item.outcome() == asked.outcome)
            and any(word in text.casefold() for text in told)
        )

    def stands(self, shown: Shown) -> bool:
        """Say whether the row stands on a list."""
        item = self.kept.item
        match shown:
            case Shown.ALL:
                return True
            case Shown.MINE:
                return self.waits
            case Shown.SILENT:
                return item.answer() is None and not item.has_ended()
            case Shown.OPEN:
                return item.outcome() is None
            case Shown.AGAINST:
                return item.advice.recommendation is not Recommendation.KEEP


def is_near(person: Person, unit: str) -> bool:
    """Say whether a person belongs to a unit."""
    return person.unit.casefold() == unit.casefold()

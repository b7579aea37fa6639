"""What the rules advise on one right: keep, check or remove, each with its rule and its numbers.

The rules are few, named and tunable; ``RULES`` explains each for the page where a reviewer asks why. A rule
that cannot know (a right younger than the term it looks at) says nothing.

Pure.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from card_registry.words import CardStatus, Tier
from review.campaign.evidence import Evidence

USABLE = frozenset({CardStatus.ACTIVE, CardStatus.BLANK})
PERCENT = 100


class Recommendation(StrEnum):
    """What the rules advise, in the words of form F03, from the mildest to the strictest."""

    KEEP = "pertahankan"
    CHECK = "periksa"
    REMOVE = "cabut"


STRICTNESS = tuple(Recommendation)


class RuleName(StrEnum):
    """The rules."""

    NEVER_USED = "tidak-pernah-dipakai"
    UNUSED = "tidak-dipakai"
    NO_CARD = "tanpa-kartu"
    CARD_LOST = "kartu-hilang"
    WEAK_CARD = "kartu-mudah-disalin"
    OUTSIDE_HOURS = "di-luar-jam"
    DENIED = "sering-ditolak"
    NO_SERVER = "tanpa-server"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The numbers an office may tune; days and percents.

    ``unused`` days without an entry advise removal; a right younger than ``young`` days is not judged by its
    use; shares count from ``least`` taps on.
    """

    unused: int = 90
    young: int = 30
    outside_percent: int = 30
    denied_percent: int = 30
    least: int = 5

    def __post_init__(self) -> None:
        """Refuse numbers under which a rule would always or never speak."""
        days = 1 <= self.young <= self.unused
        shares = all(0 < share <= PERCENT for share in (self.outside_percent, self.denied_percent))
        if not days or not shares or self.least < 1:
            message = "thresholds are at least one day or tap, shares 1 to 100 percent, young within unused"
            raise ValueError(message)


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule found: the rule, what it advises, and the sentence with its numbers."""

    rule: RuleName
    advises: Recommendation
    sentence: str


@dataclass(frozen=True, slots=True)
class Advice:
    """What all rules together advise: the strictest of the findings, which stand in the rules' order."""

    recommendation: Recommendation
    findings: tuple[Finding, ...]
    summary: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: what it advises, how it is explained, and the sentence it finds (empty: nothing)."""

    advises: Recommendation
    explained: Callable[[Thresholds], str]
    finds: Callable[[Evidence, Thresholds], str]


def _never_used(seen: Evidence, known: Thresholds) -> str:
    if seen.last is not None or seen.days_held() < known.young:
        return ""
    return f"Belum pernah dipakai sejak berlaku {seen.days_held()} hari yang lalu."


def _unused(seen: Evidence, known: Thresholds) -> str:
    if seen.last is None or seen.days_unused() < known.unused:
        return ""
    return f"Tidak dipakai selama {seen.days_unused()} hari (batas {known.unused} hari)."


def _no_card(seen: Evidence, known: Thresholds) -> str:
    if any(card.status in USABLE for card in seen.cards) or seen.days_held() < known.young:
        return ""
    return "Pemegang tidak mempunyai kartu yang dapat dipakai."


def _card_lost(seen: Evidence, _: Thresholds) -> str:
    lost = [card.number for card in seen.cards if card.status is CardStatus.LOST]
    return f"Kartu dilaporkan hilang: {', '.join(lost)}." if lost else ""


def _weak_card(seen: Evidence, _: Thresholds) -> str:
    weak = [card.number for card in seen.cards if card.status in USABLE and card.tier is Tier.CLONABLE]
    return f"Kartu mudah disalin: {', '.join(weak)}." if weak else ""


def _outside_hours(seen: Evidence, known: Thresholds) -> str:
    if seen.entries < known.least or seen.outside_percent() < known.outside_percent:
        return ""
    return (
        f"{seen.outside_hours} dari {seen.entries} kali masuk di luar jam kerja ({seen.outside_percent()} %, "
        f"batas {known.outside_percent} %)."
    )


def _denied(seen: Evidence, known: Thresholds) -> str:
    if seen.denials < known.least or seen.denied_percent() < known.denied_percent:
        return ""
    return (
        f"Ditolak pintu {seen.denials} kali dari {seen.entries + seen.denials} percobaan "
        f"({seen.denied_percent()} %, batas {known.denied_percent} %)."
    )


def _no_server(seen: Evidence, _: Thresholds) -> str:
    return "Unit kerja tidak mempunyai server di ruang server." if seen.servers == 0 else ""


RULES: Mapping[RuleName, Rule] = {
    RuleName.NEVER_USED: Rule(
        Recommendation.REMOVE,
        lambda known: f"Hak yang berlaku sedikitnya {known.young} hari dan belum pernah dipakai masuk.",
        _never_used,
    ),
    RuleName.UNUSED: Rule(
        Recommendation.REMOVE,
        lambda known: f"Hak yang tidak dipakai masuk selama {known.unused} hari atau lebih.",
        _unused,
    ),
    RuleName.NO_CARD: Rule(
        Recommendation.CHECK,
        lambda known: (
            f"Hak yang berlaku sedikitnya {known.young} hari, sedangkan pemegangnya tidak mempunyai kartu."
        ),
        _no_card,
    ),
    RuleName.CARD_LOST: Rule(
        Recommendation.CHECK, lambda _: "Pemegang mempunyai kartu yang dilaporkan hilang.", _card_lost
    ),
    RuleName.WEAK_CARD: Rule(
        Recommendation.CHECK, lambda _: "Kartu yang dipakai dapat disalin dengan mudah.", _weak_card
    ),
    RuleName.OUTSIDE_HOURS: Rule(
        Recommendation.CHECK,
        lambda known: (
            f"Sedikitnya {known.outside_percent} % dari sedikitnya {known.least} kali masuk terjadi di luar "
            "jam kerja."
        ),
        _outside_hours,
    ),
    RuleName.DENIED: Rule(
        Recommendation.CHECK,
        lambda known: (
            f"Sedikitnya {known.least} kali ditolak pintu, yaitu sedikitnya {known.denied_percent} % dari "
            "semua percobaan."
        ),
        _denied,
    ),
    RuleName.NO_SERVER: Rule(
        Recommendation.CHECK,
        lambda _: "Unit kerja pemegang tidak mempunyai server di ruang server.",
        _no_server,
    ),
}
"""Every rule, in the order in which findings are printed."""


def advise(seen: Evidence, known: Thresholds) -> Advice:
    """Judge one right by every rule."""
    findings = tuple(
        Finding(name, rule.advises, sentence)
        for name, rule in RULES.items()
        if (sentence := rule.finds(seen, known))
    )
    strictest = max((STRICTNESS.index(one.advises) for one in findings), default=0)
    summary = " ".join(one.sentence for one in findings) or _used(seen, known)
    return Advice(STRICTNESS[strictest], findings, summary)


def _used(seen: Evidence, known: Thresholds) -> str:
    """Say why nothing speaks against a right."""
    if seen.last is None or not seen.entries:
        young = seen.days_held() < known.young
        return "Hak ini masih baru." if young else f"Terakhir dipakai {_ago(seen)}."
    return f"Dipakai masuk {seen.entries} kali, terakhir {_ago(seen)}."


def _ago(seen: Evidence) -> str:
    return f"{seen.days_unused()} hari yang lalu" if seen.days_unused() else "kurang dari sehari yang lalu"

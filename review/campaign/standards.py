"""The numbers of a review that an office tunes, each with its bounds and its words: thresholds and limits.

Pure.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field

from review.access import Refused
from review.campaign.advice import Recommendation, Thresholds, advise
from review.campaign.evidence import Evidence
from review.campaign.silence import LIMITS, Limits


@dataclass(frozen=True, slots=True)
class Standards:
    """What the rows of a review are judged by, and what silence may take."""

    thresholds: Thresholds = field(default_factory=Thresholds)
    limits: Limits = LIMITS


@dataclass(frozen=True, slots=True)
class Number:
    """One tunable number: its words, and the least and most that make sense."""

    words: str
    least: int
    most: int


NUMBERS: Mapping[str, Number] = {
    "unused": Number("Hari tanpa dipakai masuk sampai disarankan dicabut", 1, 730),
    "young": Number("Hari sejak berlaku sampai pemakaian dan kartu dinilai", 1, 365),
    "outside_percent": Number("Persen masuk di luar jam kerja sampai disarankan diperiksa", 1, 100),
    "denied_percent": Number("Persen tempelan yang ditolak sampai disarankan diperiksa", 1, 100),
    "least": Number("Jumlah tempelan paling sedikit agar suatu persen dinilai", 1, 1000),
    "grace": Number("Hari kerja dari dibekukan sampai dicabut bila tetap tidak dijawab", 1, 60),
    "operators": Number("Operator yang paling sedikit harus tetap dapat masuk", 1, 20),
}
"""Every number, in the order in which the page shows them; the names are those of the values' fields."""


def values(known: Standards) -> dict[str, int]:
    """Give every number by its name."""
    return {**asdict(known.thresholds), **asdict(known.limits)}


def read(given: Mapping[str, int]) -> Standards | Refused:
    """Make standards of numbers by name; what is not named stays as shipped.

    Refused with a sentence where a number is out of its bounds, or "young" is beyond "unused".
    """
    named = {**values(Standards()), **given}
    for name, value in named.items():
        number = NUMBERS[name]
        if not number.least <= value <= number.most:
            return Refused(f"{number.words}: isi {number.least} sampai {number.most}.")
    if named["young"] > named["unused"]:
        return Refused("Hari sejak berlaku tidak boleh lebih dari hari tanpa dipakai masuk.")
    limits = Limits(named.pop("grace"), named.pop("operators"))
    return Standards(Thresholds(**named), limits)


def advised(seen: Iterable[Evidence], known: Thresholds) -> dict[Recommendation, int]:
    """Count what the rules would advise on these rights, so that numbers can be tried before they count."""
    found = dict.fromkeys(Recommendation, 0)
    for one in seen:
        found[advise(one, known).recommendation] += 1
    return found

"""How fast the registry reaches the doors: from an answer to the moment each controller had it.

Pure.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from card_registry.instant import DAY, HOUR, MINUTE, SECOND
from card_registry.statements import WarrantKind
from review.indonesian import brisk_text
from review.pictures.steps import rank
from review.pictures.values import Bars, Picture, Series, Spell, Spells
from review.pictures.words import number_text, share_text

STANDARD = MINUTE
"""A lost card must be dead at every door within this time."""

SPANS = (
    (SECOND, "di bawah 1 detik"),
    (5 * SECOND, "1–5 detik"),
    (15 * SECOND, "5–15 detik"),
    (MINUTE, "15–60 detik"),
    (10 * MINUTE, "1–10 menit"),
    (HOUR, "10–60 menit"),
    (None, "1 jam ke atas"),
)

KINDS = {WarrantKind.GRANT.value: "Pemberian hak", WarrantKind.WITHDRAW.value: "Pencabutan dan pembekuan"}


@dataclass(frozen=True, slots=True)
class Reached:
    """One answer at one controller: which kind of warrant, the words for its doors, the time it took."""

    kind: str
    label: str
    span: int


def pictures(reached: Sequence[Reached]) -> tuple[Picture, ...]:
    """Give the pictures: how long it took, and how long to each door."""
    known = [one for one in reached if one.kind in KINDS]
    return _spans(known), _doors(known)


def _spans(reached: Sequence[Reached]) -> Picture:
    counts = Counter((one.kind, _place(one.span)) for one in reached)
    series = tuple(
        Series(name, tuple(counts[kind, place] for place in range(len(SPANS))))
        for kind, name in KINDS.items()
    )
    taken = sorted(one.span for one in reached if one.kind == WarrantKind.WITHDRAW.value)
    within = sum(span <= STANDARD for span in taken)
    sentence = (
        f"{share_text(within, len(taken))} dari {number_text(len(taken))} pencabutan dan pembekuan sampai "
        f"pada pintunya dalam satu menit; yang paling lama {brisk_text(taken[-1])}."
        if taken
        else "Tidak ada hak atau kartu yang dicabut pada masa ini."
    )
    chart = Bars("Waktu tempuh", tuple(words for _, words in SPANS), series, lying=True)
    return Picture("Waktu dari putusan sampai pintu", sentence, chart)


def _place(span: int) -> int:
    return next(place for place, (below, _) in enumerate(SPANS) if below is None or span < below)


def _doors(reached: Sequence[Reached]) -> Picture:
    labels = sorted({one.label for one in reached})
    spells = tuple(_spell(label, [one.span for one in reached if one.label == label]) for label in labels)
    sentence = (
        "Waktu sejak putusan sampai pintu itu sendiri mengonfirmasinya; waktu baku satu menit."
        if spells
        else "Tidak ada putusan yang dikirim ke pintu pada masa ini."
    )
    return Picture("Waktu tempuh menurut pintu", sentence, Spells("Pintu", spells, DAY))


def _spell(label: str, spans: Sequence[int]) -> Spell:
    known = sorted(max(0, span) for span in spans)
    within = sum(span <= STANDARD for span in known)
    return Spell(label, "", len(known), rank(known, 5), rank(known, 9), STANDARD, within)

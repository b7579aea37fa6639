"""The pictures of what passed at the doors: when, where, of which unit, how long, and why not.

Pure.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from card_registry.labels import label_of
from card_registry.words import Reason
from review.indonesian import DAYS, MONTHS
from review.pictures.period import Period
from review.pictures.values import Bars, Heat, Picture, Series
from review.pictures.words import number_text, share_text

HOURS = 24
MOST = 12
"""How many names one picture shows; those with the smallest numbers are added up in one bar."""

REST = "Lainnya"
REFUSED = "Ditolak – "
UNKNOWN = "Unit tidak diketahui"

STAYS = (
    (15, "di bawah 15 menit"),
    (30, "15–30 menit"),
    (60, "30–60 menit"),
    (120, "1–2 jam"),
    (240, "2–4 jam"),
    (480, "4–8 jam"),
    (None, "8 jam ke atas"),
)
"""The lengths that times inside are sorted by: below so many minutes, and in words."""


@dataclass(frozen=True, slots=True)
class Hour:
    """What passed at all doors together in one hour of one day."""

    day: date
    hour: int
    entries: int
    denials: int


@dataclass(frozen=True, slots=True)
class Gate:
    """What passed at one door: its sign, entries, exits by card or button, denials."""

    label: str
    entries: int
    exits: int
    denials: int


@dataclass(frozen=True, slots=True)
class Traffic:
    """Everything counted of a period; ``stays`` by place in ``STAYS``, ``denials`` by reason."""

    period: Period
    hours: Sequence[Hour]
    gates: Sequence[Gate]
    units: Mapping[str, int]
    stays: Mapping[int, int]
    denials: Mapping[str, int]


def pictures(told: Traffic) -> tuple[Picture, ...]:
    """Give the pictures of a period, in the order in which they are looked at."""
    return (_week(told), _course(told), _gates(told), _units(told), _stays(told), _denials(told))


def _week(told: Traffic) -> Picture:
    counts = [[0] * HOURS for _ in DAYS]
    for one in told.hours:
        counts[one.day.weekday()][one.hour] += one.entries
    most = max((count, -day, -hour) for day, row in enumerate(counts) for hour, count in enumerate(row))
    sentence = (
        f"Paling sering pada {DAYS[-most[1]]} pukul {-most[2]:02}.00: {number_text(most[0])} kali masuk."
        if most[0]
        else "Tidak ada yang masuk pada masa ini."
    )
    hours = tuple(f"{hour:02}" for hour in range(HOURS))
    return Picture("Masuk menurut jam dan hari", sentence, Heat(DAYS, hours, _frozen(counts), "Pukul"))


def _frozen(counts: Iterable[Iterable[int]]) -> tuple[tuple[int, ...], ...]:
    return tuple(map(tuple, counts))


def _course(told: Traffic) -> Picture:
    """Show the days of a month, or the months of a longer time."""
    by_day, period = told.period.is_month(), told.period
    entries, denials = Counter[str](), Counter[str]()
    for one in told.hours:
        key = one.day.isoformat() if by_day else f"{one.day:%Y-%m}"
        entries[key] += one.entries
        denials[key] += one.denials
    keys = _days(period) if by_day else _months(period)
    labels = tuple(_label(key) for key in keys)
    series = (
        Series("Masuk", tuple(entries[key] for key in keys)),
        Series("Ditolak", tuple(denials[key] for key in keys)),
    )
    whole, refused = sum(entries.values()), sum(denials.values())
    sentence = (
        f"{number_text(whole)} kali masuk dan {number_text(refused)} kali ditolak ({_share(refused, whole)})."
    )
    title = "Masuk dan ditolak per hari" if by_day else "Masuk dan ditolak per bulan"
    return Picture(title, sentence, Bars("Tanggal" if by_day else "Bulan", labels, series))


def _share(refused: int, whole: int) -> str:
    return f"{share_text(refused, whole + refused)} dari semua tempelan" if whole + refused else "nihil"


def _days(period: Period) -> tuple[str, ...]:
    count = (period.ends - period.begins).days
    return tuple((period.begins + timedelta(days=day)).isoformat() for day in range(count))


def _months(period: Period) -> tuple[str, ...]:
    return tuple(sorted({day[:7] for day in _days(period)}))


def _label(key: str) -> str:
    """Write a day of a month as its number, a month as its first letters."""
    return str(int(key[8:])) if len(key) > len("2026-11") else MONTHS[int(key[5:]) - 1][:3]


def _gates(told: Traffic) -> Picture:
    gates = sorted(told.gates, key=lambda one: (-one.entries, one.label))
    labels = tuple(one.label for one in gates)
    series = (
        Series("Masuk", tuple(one.entries for one in gates)),
        Series("Keluar", tuple(one.exits for one in gates)),
        Series("Ditolak", tuple(one.denials for one in gates)),
    )
    first = gates[0] if gates else None
    sentence = (
        f"{first.label} paling sering dilewati: {number_text(first.entries)} kali masuk."
        if first and first.entries
        else "Tidak ada yang masuk pada masa ini."
    )
    if any(one.exits for one in gates):
        sentence += " Keluar dihitung dari tempelan kartu dan tombol keluar."
    return Picture(
        "Masuk, keluar, dan ditolak menurut pintu", sentence, Bars("Pintu", labels, series, lying=True)
    )


def _units(told: Traffic) -> Picture:
    ranked = _ranked({name or UNKNOWN: count for name, count in told.units.items()})
    whole = sum(count for _, count in ranked)
    sentence = (
        f"{number_text(whole)} kali masuk oleh pemegang dari {len(told.units)} unit kerja."
        if whole
        else "Tidak ada yang masuk pada masa ini."
    )
    return _named("Masuk menurut unit kerja", sentence, "Unit kerja", ("Masuk", ranked))


def _ranked(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """Put names in the order of their numbers; beyond ``MOST`` the rest is one."""
    ranked = sorted(
        ((name, count) for name, count in counts.items() if count), key=lambda one: (-one[1], one[0])
    )
    if len(ranked) <= MOST:
        return ranked
    return [*ranked[: MOST - 1], (REST, sum(count for _, count in ranked[MOST - 1 :]))]


def _named(title: str, sentence: str, heading: str, told: tuple[str, Sequence[tuple[str, int]]]) -> Picture:
    name, ranked = told
    series = Series(name, tuple(count for _, count in ranked))
    return Picture(title, sentence, Bars(heading, tuple(label for label, _ in ranked), (series,), lying=True))


def _stays(told: Traffic) -> Picture:
    counts = [told.stays.get(place, 0) for place in range(len(STAYS))]
    whole, short = sum(counts), sum(counts[:3])
    sentence = (
        f"{number_text(whole)} kali berada di dalam; {share_text(short, whole)} di antaranya kurang dari "
        "satu jam. Dihitung pada pintu yang mencatat masuk dan keluar dengan kartu."
        if whole
        else "Tidak ada pintu yang mencatat masuk dan keluar dengan kartu pada masa ini."
    )
    labels = tuple(label for _, label in STAYS)
    return Picture(
        "Lama di dalam", sentence, Bars("Lama", labels, (Series("Jumlah", tuple(counts)),), lying=True)
    )


def stay_place(span: int) -> int:
    """Give the place in ``STAYS`` of a time inside (milliseconds)."""
    minutes = span / 60_000
    return next(place for place, (below, _) in enumerate(STAYS) if below is None or minutes < below)


def _denials(told: Traffic) -> Picture:
    ranked = _ranked({_reason(code): count for code, count in told.denials.items()})
    whole = sum(count for _, count in ranked)
    sentence = (
        f"{number_text(whole)} kali ditolak; paling sering: {ranked[0][0].lower()}."
        if whole
        else "Tidak ada yang ditolak pada masa ini."
    )
    return _named("Penolakan menurut alasan", sentence, "Alasan", ("Ditolak", ranked))


def _reason(code: str) -> str:
    """Give a reason's words without the one that every refusal begins with."""
    words = label_of(Reason(code)) if code in set(Reason) else code or "tanpa alasan"
    return words.removeprefix(REFUSED).capitalize()

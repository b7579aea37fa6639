"""Numbers of pictures as people read them, and the table beside each picture.

Pure.
"""

from dataclasses import dataclass
from typing import assert_never

from card_registry.instant import HOUR, MINUTE, SECOND
from review.indonesian import brisk_text
from review.pictures.values import Bars, Chart, Heat, Spell, Spells

PERCENT = 100
NONE = "–"


@dataclass(frozen=True, slots=True)
class Listing:
    """A picture's numbers as a table: captions and rows of words; ``texts`` columns hold no numbers."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    texts: int = 1


def number_text(number: int) -> str:
    """Write a number with dots between thousands."""
    return f"{number:,}".replace(",", ".")


def share_text(part: int, whole: int) -> str:
    """Write a share in percent; a dash where there is no whole."""
    return f"{PERCENT * part // whole} %" if whole else NONE


def worked_text(span: int, day: int) -> str:
    """Write working time (milliseconds): working days of ``day`` milliseconds, hours, minutes, seconds."""
    days, rest = divmod(span, day)
    hours, minutes = rest // HOUR, rest % HOUR // MINUTE
    if days:
        return f"{days} hari {hours} jam" if hours else f"{days} hari"
    if hours:
        return f"{hours} jam {minutes} menit" if minutes else f"{hours} jam"
    if minutes:
        return f"{minutes} menit"
    return brisk_text(span) if 0 < span < 10 * SECOND else f"{span // SECOND} detik"


def listing(chart: Chart) -> Listing:
    """Give the table of a picture: the same numbers, with their sums."""
    match chart:
        case Heat():
            return _heat(chart)
        case Bars():
            return _bars(chart)
        case Spells():
            return _spells(chart)
        case _:
            assert_never(chart)


def _heat(chart: Heat) -> Listing:
    """Lay a map on its side: its longer scale runs down the page."""
    down = tuple(
        (label, *(number_text(row[place]) for row in chart.counts), number_text(_sum(chart, place)))
        for place, label in enumerate(chart.columns)
    )
    sums = tuple(number_text(sum(row)) for row in chart.counts)
    whole = number_text(sum(map(sum, chart.counts)))
    return Listing((chart.corner, *chart.rows, "Jumlah"), (*down, ("Jumlah", *sums, whole)))


def _sum(chart: Heat, place: int) -> int:
    return sum(row[place] for row in chart.counts)


def _bars(chart: Bars) -> Listing:
    rows = tuple(
        (label, *(number_text(one.counts[place]) for one in chart.series))
        for place, label in enumerate(chart.labels)
    )
    sums = ("Jumlah", *(number_text(sum(one.counts)) for one in chart.series))
    return Listing((chart.heading, *(one.name for one in chart.series)), (*rows, sums))


def _spells(chart: Spells) -> Listing:
    whose = any(one.by for one in chart.spells)
    columns = (
        chart.heading,
        "Pelaksana",
        "Jumlah",
        "Waktu baku",
        "Nilai tengah",
        "90 % selesai dalam",
        "Dalam waktu",
    )
    rows = tuple(_spell(one, chart.day) for one in chart.spells)
    return Listing(columns, rows, 2) if whose else Listing(_apart(columns), tuple(map(_apart, rows)))


def _apart(row: tuple[str, ...]) -> tuple[str, ...]:
    """Leave out whose work it is."""
    return (row[0], *row[2:])


def _spell(one: Spell, day: int) -> tuple[str, ...]:
    standard = worked_text(one.standard, day) if one.standard else NONE
    if not one.times:
        return (one.label, one.by, "0", standard, NONE, NONE, NONE)
    within = share_text(one.within, one.times) if one.standard else NONE
    return (
        one.label,
        one.by,
        number_text(one.times),
        standard,
        worked_text(one.middle, day),
        worked_text(one.most, day),
        within,
    )

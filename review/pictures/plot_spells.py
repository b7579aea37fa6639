"""Durations on a growing scale, beside their standard. Needs the extra ``pictures``."""

from collections.abc import Callable
from math import log10

from card_registry.instant import HOUR, MINUTE, SECOND
from review.pictures.canvas import DARK, GRID, INK, LETTER, MIDDLE, WIDE, Canvas, names_in, wide
from review.pictures.values import Spells
from review.pictures.words import worked_text

LINE = 28.0
KEY = 22.0
NAMES = 140.0


def spells(chart: Spells) -> Canvas:
    """Draw each duration from its middle to the nine tenth, with the standard as a stroke."""
    names, room = names_in((one.label for one in chart.spells), NAMES)
    canvas = Canvas.of(KEY + LINE * len(names) + 18)
    left, foot, marks = 10 + room, KEY + LINE * len(names), _marks(chart)
    first, last = log10(marks[0]), log10(marks[-1])

    def right(time: int) -> float:
        return left + 4 + (log10(max(time, marks[0])) - first) / (last - first) * (WIDE - left - 30)

    canvas.lines([((right(mark), KEY), (right(mark), foot)) for mark in marks], GRID, 0.6)
    _written(canvas, chart, (foot, right))
    for place, name in enumerate(names):
        canvas.name(name, (left - 2, KEY + (place + 0.5) * LINE))
    _drawn(canvas, chart, right)
    _key(canvas, left)
    return canvas


def _written(canvas: Canvas, chart: Spells, where: tuple[float, Callable[[int], float]]) -> None:
    """Write the scale's marks, leaving out one that would touch the one before it."""
    foot, right = where
    free = 0.0
    for mark in _marks(chart):
        text, at = worked_text(mark, chart.day), right(mark)
        if at - wide(text) / 2 >= free:
            canvas.words(text, (at, foot + LETTER), "center")
            free = at + wide(text) / 2 + 4


def _drawn(canvas: Canvas, chart: Spells, right: Callable[[int], float]) -> None:
    rows = [(KEY + (place + 0.5) * LINE, one) for place, one in enumerate(chart.spells)]
    bound = [(y, right(one.standard)) for y, one in rows if one.standard]
    done = [(y, right(one.middle), right(one.most)) for y, one in rows if one.times]
    canvas.lines([((x, y - 10), (x, y + 10)) for y, x in bound], INK, 2.2)
    canvas.lines([((begins, y), (ends, y)) for y, begins, ends in done], MIDDLE, 6)
    canvas.dots([(begins, y) for y, begins, _ in done], DARK)


def _key(canvas: Canvas, left: float) -> None:
    """Say what dot, band and stroke mean."""
    middle, most, standard = ("nilai tengah", "sampai 90 % selesai", "waktu baku")
    y, gap = KEY / 2 - 2, 12
    x = max(4.0, min(left, WIDE - 41 - 2 * gap - sum(map(wide, (middle, most, standard)))))
    canvas.dots([(x + 4, y)], DARK)
    canvas.words(middle, (x + 12, y))
    x += 12 + wide(middle) + gap
    canvas.lines([((x, y), (x + 16, y))], MIDDLE, 6)
    canvas.words(most, (x + 21, y))
    x += 21 + wide(most) + gap
    canvas.lines([((x, y - 6), (x, y + 6))], INK, 2.2)
    canvas.words(standard, (x + 6, y))


def _marks(chart: Spells) -> list[int]:
    """Choose the marks of the scale: it begins below the shortest time and ends beyond the longest."""
    day = chart.day
    known = [SECOND // 10, SECOND, 10 * SECOND, MINUTE, 10 * MINUTE, HOUR, day, 5 * day, 20 * day, 100 * day]
    times = [time for one in chart.spells for time in (one.middle, one.most, one.standard) if time]
    first = max((place for place, mark in enumerate(known) if mark <= min(times, default=HOUR)), default=0)
    beyond = (place for place, mark in enumerate(known) if mark > max(times, default=HOUR))
    last = next(beyond, len(known) - 1)
    return known[min(first, last - 1) : last + 1]

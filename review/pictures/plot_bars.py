"""Counts as bars: lying where their labels are names, standing along a scale. Needs extra ``pictures``."""

from collections.abc import Iterator, Sequence
from math import floor, log10

from review.pictures.canvas import GRID, LETTER, WIDE, Box, Canvas, names_in, wide
from review.pictures.values import Bars
from review.pictures.words import number_text

LINE, SEVERAL = 26.0, 16.0
"""Height of a label's row with one bar, and of each bar where there are several."""

KEY = 22.0
"""Height of the line that names the series."""

NAMES = 125.0
STANDING = 140.0
"""Height of standing bars."""

FEW = 5
"""How many lines measure standing bars, at most."""


def bars(chart: Bars) -> Canvas:
    """Draw bars as their chart wants them."""
    return _lying(chart) if chart.lying else _standing(chart)


def _tops(chart: Bars) -> list[int]:
    """Give how far the bars reach, label by label."""
    across = list(zip(*(one.counts for one in chart.series), strict=True))
    return [sum(row) if chart.stacked else max(row) for row in across]


def _side_by_side(chart: Bars) -> int:
    return 1 if chart.stacked else len(chart.series)


def _begins(chart: Bars, number: int, place: int) -> int:
    """Give where a bar begins: after those before it where they are stacked."""
    return sum(one.counts[place] for one in chart.series[:number]) if chart.stacked else 0


def _lying(chart: Bars) -> Canvas:
    """Draw bars from the left, each with its name before it and its number after it."""
    names, room = names_in(chart.labels, NAMES)
    beside = _side_by_side(chart)
    step = LINE if beside == 1 else SEVERAL * beside + 8
    top = KEY if len(chart.series) > 1 else 2.0
    canvas = Canvas.of(top + step * len(names) + 2)
    left, most = 10 + room, max(1, *_tops(chart))
    scale = (WIDE - left - 12 - wide(number_text(most))) / most
    thick = 15.0 if beside == 1 else SEVERAL - 2
    for number in range(len(chart.series)):
        off = step / 2 + (0 if beside == 1 else (number - (beside - 1) / 2) * SEVERAL)
        rows = [top + place * step + off for place in range(len(names))]
        canvas.boxes(_bars_at(chart, number, rows, (left, scale, thick)), number)
        for place, row in enumerate(rows):
            end = _begins(chart, number, place) + chart.series[number].counts[place]
            if beside > 1 or number == len(chart.series) - 1:
                canvas.words(number_text(end), (left + end * scale + 4, row))
    for place, name in enumerate(names):
        canvas.name(name, (left - 4, top + (place + 0.5) * step))
    canvas.lines([((left, top), (left, top + step * len(names)))], GRID, 0.8)
    _key(canvas, chart, left)
    return canvas


def _bars_at(
    chart: Bars, number: int, rows: Sequence[float], look: tuple[float, float, float]
) -> Iterator[Box]:
    left, scale, thick = look
    for place, row in enumerate(rows):
        count = chart.series[number].counts[place]
        yield left + _begins(chart, number, place) * scale, row - thick / 2, count * scale, thick


def _key(canvas: Canvas, chart: Bars, left: float) -> None:
    if len(chart.series) > 1:
        names = [one.name for one in chart.series]
        need = sum(29 + wide(name) for name in names)
        canvas.key(names, (max(4.0, min(left, WIDE - need)), KEY / 2 - 2))


def _standing(chart: Bars) -> Canvas:
    """Draw bars along a scale, with lines that measure them."""
    top = KEY if len(chart.series) > 1 else 6.0
    canvas = Canvas.of(top + STANDING + 20)
    marks = _marks(max(1, *_tops(chart)))
    left, foot = 10 + wide(number_text(marks[-1])), top + STANDING
    scale, step = STANDING / marks[-1], (WIDE - left - 4) / len(chart.labels)
    canvas.lines(
        [((left, foot - mark * scale), (WIDE - 4, foot - mark * scale)) for mark in marks], GRID, 0.6
    )
    for mark in marks:
        canvas.words(number_text(mark), (left - 4, foot - mark * scale), "right")
    beside = _side_by_side(chart)
    thick = 0.82 * step / beside
    for number, one in enumerate(chart.series):
        off = 0.09 * step + (0 if beside == 1 else number * thick)
        tops = [_begins(chart, number, place) + count for place, count in enumerate(one.counts)]
        canvas.boxes(
            (
                (left + place * step + off, foot - end * scale, thick, one.counts[place] * scale)
                for place, end in enumerate(tops)
            ),
            number,
        )
    every = -(-len(chart.labels) // max(1, int((WIDE - left) / (max(map(wide, chart.labels)) + 3))))
    for place in range(0, len(chart.labels), every):
        canvas.words(chart.labels[place], (left + (place + 0.5) * step, foot + LETTER), "center")
    _key(canvas, chart, left)
    return canvas


def _marks(most: int) -> list[int]:
    """Give the numbers at which standing bars are measured, from 0 to beyond the largest."""
    power = 10 ** floor(log10(most))
    steps = sorted({max(1, power * part // 10) for part in (1, 2, 5, 10, 20, 50)})
    step = next(one for one in steps if -(-most // one) <= FEW)
    return [number * step for number in range(-(-most // step) + 1)]

"""The drawing itself, by matplotlib: each kind of chart on a figure of its own, written as SVG.

Nothing is kept between pictures and no window system is asked for (``Figure`` with the SVG canvas, never
pyplot). Shades run from light to dark and series differ in lightness and hatching, so a grey print says the
same. The same numbers give the same bytes. Needs the extra ``pictures``.
"""

import io
import threading
from collections.abc import Callable, Sequence
from typing import Any
from xml.etree.ElementTree import Element, fromstring

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullLocator

from card_registry.instant import HOUR, MINUTE, SECOND
from review.drawing.measure import width as width_of
from review.drawing.measure import wrap
from review.pictures.values import Bars, Chart, Heat, Spell, Spells
from review.pictures.words import number_text, worked_text

mpl.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "akses", "hatch.linewidth": 0.6})

WIDE = 400.0
"""Width of every picture, in points: a telephone's screen shows its letters at reading size."""

SMALL = 9.0
LINE = 22.0
"""Height of one lying bar and of the gap after it."""

LINES = 2
"""How many lines a name may take."""

INK, GRID = "#16232d", "#c9d2d8"
DARK, MIDDLE, LIGHT = "#12486b", "#7ba7c4", "#dbe8f0"
SHADES = LinearSegmentedColormap.from_list("akses", ["#f1f6f9", MIDDLE, DARK, "#04182a"])
FILLS = ((DARK, ""), (LIGHT, "////"), (MIDDLE, ""), ("#ffffff", "...."))
"""How the series of a picture differ: by lightness and by hatching."""

PER_INCH = 72
MILLIMETRES = 25.4 / PER_INCH

_TURN = threading.Lock()
"""Matplotlib is drawn with by one thread at a time."""


def drawn(chart: Chart) -> Element:
    """Draw a chart and give its SVG as a tree."""
    with _TURN:
        figure = KINDS[type(chart)](chart)
        out = io.BytesIO()
        unsaid = dict.fromkeys(("Creator", "Date", "Format", "Type"))
        figure.savefig(out, format="svg", metadata=unsaid, transparent=True)
    return fromstring(out.getvalue())  # noqa: S314 - written a line ago, by the library that we call


def _figure(tall: float) -> Figure:
    figure = Figure(figsize=(WIDE / PER_INCH, tall / PER_INCH))
    FigureCanvasSVG(figure)
    return figure


def _axes(figure: Figure, left: float, below: float, right: float, above: float) -> Axes:
    """Give axes that leave so many points free on each side."""
    tall = figure.get_figheight() * PER_INCH
    room = (WIDE - left - right) / WIDE, (tall - below - above) / tall
    axes: Axes = figure.add_axes((left / WIDE, below / tall, *room))
    axes.tick_params(length=0, labelsize=SMALL, labelcolor=INK, pad=3)
    for side in axes.spines.values():
        side.set_visible(False)
    axes.set_axisbelow(True)
    return axes


def _heat(chart: Heat) -> Figure:
    figure = _figure(34.0 + 17.0 * len(chart.rows) + 34)
    left = 8 + max(map(_wide, chart.rows))
    axes = _axes(figure, left, 52, 4, 6)
    most = max(1, *(max(row) for row in chart.counts))
    axes.pcolormesh(chart.counts, cmap=SHADES, vmin=0, vmax=most, edgecolors="#ffffff", linewidth=0.8)
    axes.invert_yaxis()
    axes.yaxis.set_major_locator(FixedLocator([place + 0.5 for place in range(len(chart.rows))]))
    axes.set_yticklabels(chart.rows)
    every = 3 if len(chart.columns) > 12 else 1  # noqa: PLR2004 - twelve labels fit beside each other
    shown = range(0, len(chart.columns), every)
    axes.xaxis.set_major_locator(FixedLocator([place + 0.5 for place in shown]))
    axes.set_xticklabels([chart.columns[place] for place in shown])
    _scale(figure, left, most)
    return figure


def _scale(figure: Figure, left: float, most: int) -> None:
    """Show which shade is how many."""
    tall = figure.get_figheight() * PER_INCH
    axes: Axes = figure.add_axes((left / WIDE, 18 / tall, 120 / WIDE, 8 / tall))
    axes.pcolormesh([list(range(12))], cmap=SHADES, edgecolors="#ffffff", linewidth=0.5)
    axes.set_axis_off()
    axes.text(0, -0.25, "0", fontsize=SMALL, color=INK, va="top", ha="center")
    axes.text(12, -0.25, number_text(most), fontsize=SMALL, color=INK, va="top", ha="center")


def _bars(chart: Bars) -> Figure:
    return _lying(chart) if chart.lying else _standing(chart)


def _lying(chart: Bars) -> Figure:
    """Draw bars from the left, each with its name before it and its number after it."""
    room, many = 130.0, len(chart.series) > 1
    names = [_lines(label, room) for label in chart.labels]
    step = LINE if not many or chart.stacked else LINE * 0.75 * len(chart.series) + 4
    figure = _figure(step * len(names) + 12 + (LINE if many else 0))
    numbers = 12 + max(_wide(number_text(most)) for most in _tops(chart))
    left = 10 + min(room, max(_wide(line) for lines in names for line in lines))
    axes = _axes(figure, left, 4, numbers, LINE if many else 4)
    places = range(len(names))
    _lay(axes, chart, places)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.set_xlim(0, max(1, *_tops(chart)))
    axes.yaxis.set_major_locator(FixedLocator(list(places)))
    axes.set_yticklabels(["\n".join(lines) for lines in names], linespacing=0.95)
    axes.xaxis.set_major_locator(NullLocator())
    _legend(axes, chart)
    return figure


def _tops(chart: Bars) -> list[int]:
    """Give how far the bars reach, label by label."""
    across = list(zip(*(one.counts for one in chart.series), strict=True))
    return [sum(row) if chart.stacked else max(row) for row in across]


def _lay(axes: Axes, chart: Bars, places: Sequence[int]) -> None:
    before = [0] * len(places)
    thick = 0.62 if chart.stacked or len(chart.series) == 1 else 0.78 / len(chart.series)
    for number, one in enumerate(chart.series):
        off = 0.0 if chart.stacked else (number - (len(chart.series) - 1) / 2) * thick
        at = [place + off for place in places]
        axes.barh(at, one.counts, thick * 0.94, left=before, **_fill(number))
        ends = [first + count for first, count in zip(before, one.counts, strict=True)]
        if not chart.stacked or number == len(chart.series) - 1:
            for place, end in zip(at, ends, strict=True):
                _note(axes, number_text(end), (end, place))
        before = ends if chart.stacked else before


def _note(axes: Axes, text: str, at: tuple[float, float]) -> None:
    axes.annotate(
        text,
        at,
        (4, 0),
        textcoords="offset points",
        va="center",
        fontsize=SMALL,
        color=INK,
        annotation_clip=False,
    )


def _fill(number: int) -> dict[str, Any]:
    colour, hatch = FILLS[number % len(FILLS)]
    return {"facecolor": colour, "hatch": hatch, "edgecolor": DARK, "linewidth": 0.6}


def _standing(chart: Bars) -> Figure:
    """Draw bars along a scale."""
    many = len(chart.series) > 1
    figure = _figure(190)
    tops = _tops(chart)
    axes = _axes(figure, 12 + _wide(number_text(max(tops))), 20, 6, LINE if many else 8)
    thick = 0.8 if chart.stacked or not many else 0.84 / len(chart.series)
    before = [0] * len(chart.labels)
    for number, one in enumerate(chart.series):
        off = 0.0 if chart.stacked else (number - (len(chart.series) - 1) / 2) * thick
        at = [place + off for place in range(len(chart.labels))]
        axes.bar(at, one.counts, thick, bottom=before, **_fill(number))
        before = [a + b for a, b in zip(before, one.counts, strict=True)] if chart.stacked else before
    axes.set_xlim(-0.6, len(chart.labels) - 0.4)
    axes.set_ylim(0, max(1, *tops) * 1.04)
    axes.yaxis.set_major_locator(MaxNLocator(5, integer=True))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: number_text(round(value))))
    axes.grid(axis="y", color=GRID, linewidth=0.6)
    shown = _few(chart.labels)
    axes.xaxis.set_major_locator(FixedLocator(shown))
    axes.set_xticklabels([chart.labels[place] for place in shown])
    _legend(axes, chart)
    return figure


def _few(labels: Sequence[str]) -> list[int]:
    """Choose the labels that fit beside each other."""
    fit = max(1, int((WIDE - 50) / (max(map(_wide, labels)) + 6)))
    every = -(-len(labels) // fit)
    return list(range(0, len(labels), every))


def _legend(axes: Axes, chart: Bars) -> None:
    if len(chart.series) > 1:
        patches = [axes.containers[number] for number in range(len(chart.series))]
        axes.legend(
            patches,
            [one.name for one in chart.series],
            loc="lower left",
            bbox_to_anchor=(0, 1),
            ncols=len(chart.series),
            frameon=False,
            fontsize=SMALL,
            labelcolor=INK,
            borderpad=0,
            borderaxespad=0.2,
            handlelength=1.2,
            columnspacing=1.2,
        )


def _spells(chart: Spells) -> Figure:
    """Draw durations on a growing scale: from the middle to the nine tenth, with the standard as a stroke."""
    room = 150.0
    names = [_lines(one.label, room) for one in chart.spells]
    figure = _figure((LINE + 4) * len(names) + 22 + LINE)
    left = 10 + min(room, max(_wide(line) for lines in names for line in lines))
    axes = _axes(figure, left, 20, 14, LINE)
    axes.set_xscale("log")
    ticks = _ticks(chart)
    axes.set_xlim(ticks[0], ticks[-1])
    for place, one in enumerate(chart.spells):
        _spell(axes, one, place, ticks[0])
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.yaxis.set_major_locator(FixedLocator(list(range(len(names)))))
    axes.set_yticklabels(["\n".join(lines) for lines in names], linespacing=0.95)
    axes.xaxis.set_major_locator(FixedLocator(ticks))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_xticklabels([worked_text(tick, chart.day) for tick in ticks])
    axes.grid(axis="x", color=GRID, linewidth=0.6)
    _key(figure, left)
    return figure


def _ticks(chart: Spells) -> list[int]:
    """Choose the marks of the scale: it begins below the shortest time and ends beyond the longest."""
    day = chart.day
    known = [SECOND // 10, SECOND, 10 * SECOND, MINUTE, 10 * MINUTE, HOUR, day, 5 * day, 20 * day, 100 * day]
    times = [time for one in chart.spells for time in (one.middle, one.most, one.standard) if time]
    first = max((place for place, mark in enumerate(known) if mark <= min(times, default=HOUR)), default=0)
    last = next(
        (place for place, mark in enumerate(known) if mark > max(times, default=HOUR)), len(known) - 1
    )
    return known[min(first, last - 1) : last + 1]


def _spell(axes: Axes, one: Spell, place: int, least: float) -> None:
    if one.standard:
        axes.plot(
            [one.standard] * 2, [place - 0.4, place + 0.4], color=INK, linewidth=2.2, solid_capstyle="butt"
        )
    if one.times:
        ends = [max(one.middle, least), max(one.most, least)]
        axes.plot(ends, [place] * 2, color=MIDDLE, linewidth=6, solid_capstyle="butt")
        axes.plot(ends[:1], [place], "o", color=DARK, markersize=6.5, clip_on=False)


def _key(figure: Figure, left: float) -> None:
    """Say what dot, band and stroke mean."""
    tall = figure.get_figheight() * PER_INCH
    axes: Axes = figure.add_axes((0, 1 - LINE / tall, 1, LINE / tall))
    axes.set_axis_off()
    axes.set_xlim(0, WIDE)
    axes.set_ylim(0, LINE)
    at, middle = min(left, WIDE - 290), LINE / 2 + 2
    axes.plot([at + 3], [middle], "o", color=DARK, markersize=6.5)
    axes.plot([at + 82, at + 98], [middle] * 2, color=MIDDLE, linewidth=6, solid_capstyle="butt")
    axes.plot([at + 222] * 2, [middle - 6, middle + 6], color=INK, linewidth=2.2, solid_capstyle="butt")
    for place, words in ((10, "nilai tengah"), (102, "sampai 90 % selesai"), (227, "waktu baku")):
        axes.text(at + place, middle, words, fontsize=SMALL, color=INK, va="center")


def _lines(label: str, room: float) -> tuple[str, ...]:
    """Break a name into at most two lines; what is left out shows as an ellipsis."""
    lines = wrap(label, room * MILLIMETRES, SMALL)
    return lines if len(lines) <= LINES else (lines[0], f"{lines[1]} …")


def _wide(text: str) -> float:
    """Give about how wide a text is, in points."""
    return width_of(text, SMALL) / MILLIMETRES


KINDS: dict[type[Chart], Callable[[Any], Figure]] = {Heat: _heat, Bars: _bars, Spells: _spells}
"""What draws each kind of chart."""

"""A matplotlib figure to draw on, in points: bars, lines and words where we say, without axes.

Axes, ticks, legends and layouts of the library are left aside: they cost ten times what they show here, and a
year has two dozen pictures. Needs the extra ``pictures``.
"""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from xml.etree.ElementTree import Element, fromstring

import matplotlib as mpl
from matplotlib.artist import Artist
from matplotlib.backend_bases import RendererBase
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.collections import LineCollection, PatchCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.text import Text
from matplotlib.transforms import Affine2D, Transform

from review.drawing.measure import width as width_of
from review.drawing.measure import wrap

mpl.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "akses", "hatch.linewidth": 0.6})

WIDE = 340.0
"""Width of every picture, in points: about a telephone's, so that its letters stay legible there."""

LETTER = 10.0
LINES = 2
"""How many lines a name may take."""

LEADING = 11.5
"""Distance of two lines of a name."""

INK, GRID = "#16232d", "#c9d2d8"
DARK, MIDDLE, LIGHT = "#12486b", "#7ba7c4", "#dbe8f0"
FILLS = ((DARK, ""), (LIGHT, "////"), (MIDDLE, ""), ("#ffffff", "...."))
"""How the series of a picture differ: by lightness and by hatching, so that a grey print says the same."""

PER_INCH = 72
MILLIMETRES = 25.4 / PER_INCH

Box = tuple[float, float, float, float]
"""Left, top, width, height in points; down is positive."""

Place = tuple[float, float]
"""Right and down from the upper left corner, in points."""


class Word(Text):
    """A line of words at its baseline: the library would measure each to place it, SVG needs no measure."""

    def draw(self, renderer: RendererBase) -> None:
        """Write it where it stands."""
        right, up = self.get_transform().transform(self.get_unitless_position())
        _, tall = renderer.get_canvas_width_height()
        context = renderer.new_gc()
        context.set_foreground(INK)
        text, font = self.get_text(), self.get_fontproperties()
        renderer.draw_text(context, right, tall - up, text, font, 0, ismath=False, mtext=self)
        context.restore()


@dataclass(frozen=True, slots=True)
class Canvas:
    """A figure of a height in points, with one coordinate system over all of it: right and down."""

    figure: Figure
    down: Transform

    @classmethod
    def of(cls, tall: float) -> "Canvas":
        """Make an empty one."""
        figure = Figure(figsize=(WIDE / PER_INCH, tall / PER_INCH))
        FigureCanvasSVG(figure)
        figure.patch.set_visible(False)
        inches = Affine2D().scale(1 / PER_INCH, -1 / PER_INCH).translate(0, tall / PER_INCH)
        return cls(figure, inches + figure.dpi_scale_trans)

    def _put(self, artist: Artist) -> None:
        artist.set_transform(self.down)
        artist.set_zorder(1)
        self.figure.add_artist(artist)

    def boxes(self, boxes: Iterable[Box], number: int) -> None:
        """Draw boxes as the series of that number is drawn; what has no size is left out."""
        colour, hatch = FILLS[number % len(FILLS)]
        patches = [Rectangle((x, y), w, h) for x, y, w, h in boxes if w > 0 and h > 0]
        look: dict[str, Any] = {
            "facecolor": colour,
            "edgecolor": DARK,
            "linewidth": 0.6,
            "hatch": hatch or None,
        }
        self._put(PatchCollection(patches, **look))

    def cells(self, boxes: Iterable[Box], colours: Sequence[Any]) -> None:
        """Draw boxes without a border, each in a colour of its own."""
        patches = [Rectangle((x, y), w, h) for x, y, w, h in boxes]
        self._put(PatchCollection(patches, facecolor=colours, linewidth=0))

    def lines(self, ends: Iterable[tuple[Place, Place]], colour: str, width: float) -> None:
        """Draw straight lines."""
        lines = LineCollection(list(ends), colors=colour, linewidths=width, capstyle="butt")
        self._put(lines)

    def dots(self, places: Sequence[Place], colour: str) -> None:
        """Draw round marks."""
        x, y = [one[0] for one in places], [one[1] for one in places]
        self._put(Line2D(x, y, linestyle="", marker="o", color=colour, markersize=6.5))

    def words(self, text: str, at: Place, where: Literal["left", "center", "right"] = "left") -> None:
        """Write one line of words, its middle at this height."""
        self._put(Word(at[0], at[1] + LETTER * 0.36, text, fontsize=LETTER, ha=where))

    def name(self, lines: Sequence[str], at: Place) -> None:
        """Write a name of one or two lines, ending at this place."""
        top = at[1] - LEADING * (len(lines) - 1) / 2
        for number, line in enumerate(lines):
            self.words(line, (at[0], top + number * LEADING), "right")

    def key(self, names: Sequence[str], at: Place) -> None:
        """Say which series is which, beside each other."""
        x = at[0]
        for number, name in enumerate(names):
            self.boxes([(x, at[1] - 4, 12, 8)], number)
            self.words(name, (x + 17, at[1]))
            x += 17 + wide(name) + 12

    def svg(self) -> Element:
        """Write it as SVG and give the tree."""
        out = io.BytesIO()
        unsaid = dict.fromkeys(("Creator", "Date", "Format", "Type"))
        self.figure.savefig(out, format="svg", metadata=unsaid)
        return fromstring(out.getvalue())  # noqa: S314 - written a line ago, by the library that we call


def wide(text: str) -> float:
    """Give about how wide a text is, in points."""
    return width_of(text, LETTER) / MILLIMETRES


def names_in(labels: Iterable[str], room: float) -> tuple[list[tuple[str, ...]], float]:
    """Break names into lines of at most ``room`` points; give them with the width that they need."""
    names = [_lines(label, room) for label in labels]
    return names, min(room, max((wide(line) for lines in names for line in lines), default=0))


def _lines(label: str, room: float) -> tuple[str, ...]:
    """Break a name into at most two lines; what is left out shows as an ellipsis."""
    lines = wrap(label, room * MILLIMETRES, LETTER)
    return lines if len(lines) <= LINES else (lines[0], f"{lines[1]} …")

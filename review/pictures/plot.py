"""The drawing itself, by matplotlib: each kind of chart on a canvas of its own.

Nothing is kept between pictures and no window system is asked for (``Figure`` with the SVG canvas, never
pyplot). The same numbers give the same bytes. Needs the extra ``pictures``.
"""

import threading
from typing import assert_never
from xml.etree.ElementTree import Element

from review.pictures.canvas import Canvas
from review.pictures.plot_bars import bars
from review.pictures.plot_heat import heat
from review.pictures.plot_spells import spells
from review.pictures.values import Bars, Chart, Heat, Spells

_TURN = threading.Lock()
"""Matplotlib is drawn with by one thread at a time."""


def drawn(chart: Chart) -> Element:
    """Draw a chart and give its SVG as a tree."""
    with _TURN:
        return _canvas(chart).svg()


def _canvas(chart: Chart) -> Canvas:
    match chart:
        case Heat():
            return heat(chart)
        case Bars():
            return bars(chart)
        case Spells():
            return spells(chart)
        case _:
            assert_never(chart)

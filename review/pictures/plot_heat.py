"""A map of counts over two scales, in shades from light to dark. Needs the extra ``pictures``."""

from matplotlib.colors import LinearSegmentedColormap

from review.pictures.canvas import DARK, LETTER, MIDDLE, WIDE, Canvas, wide
from review.pictures.values import Heat
from review.pictures.words import number_text

SHADES = LinearSegmentedColormap.from_list("akses", ["#eff4f8", MIDDLE, DARK, "#04182a"])
"""Growing darkness alone, so that a grey print says the same."""

CELL, GAP = 17.0, 1.0
TOP = 4.0
STEPS = 12
"""How many shades the scale below the map shows."""

MANY = 12
"""More labels than this do not fit beside each other; then every third is written."""


def heat(chart: Heat) -> Canvas:
    """Draw a map with its scale below."""
    left = 10 + max(map(wide, chart.rows))
    across = (WIDE - left - 4) / len(chart.columns)
    bottom = TOP + CELL * len(chart.rows)
    canvas = Canvas.of(bottom + 46)
    most = max(1, *(max(row) for row in chart.counts))
    places = [
        (left + column * across, TOP + row * CELL, across - GAP, CELL - GAP)
        for row in range(len(chart.rows))
        for column in range(len(chart.columns))
    ]
    canvas.cells(places, [SHADES(count / most) for row in chart.counts for count in row])
    for row, name in enumerate(chart.rows):
        canvas.words(name, (left - 4, TOP + (row + 0.5) * CELL), "right")
    for column in range(0, len(chart.columns), 3 if len(chart.columns) > MANY else 1):
        canvas.words(chart.columns[column], (left + (column + 0.5) * across, bottom + LETTER), "center")
    _scale(canvas, (left, bottom + 22), most)
    return canvas


def _scale(canvas: Canvas, at: tuple[float, float], most: int) -> None:
    """Show which shade is how many."""
    x, y = at
    canvas.cells(
        [(x + step * 11, y, 10, 8) for step in range(STEPS)],
        [SHADES(step / (STEPS - 1)) for step in range(STEPS)],
    )
    canvas.words("0", (x, y + 8 + LETTER), "left")
    canvas.words(number_text(most), (x + STEPS * 11, y + 8 + LETTER), "right")

"""The five symbols of an SOP AP flowchart, and the ways of its arrows, as SVG.

Pure.
"""

from html import escape

INK = "#1a1a1a"
LINE = 0.35
"""Width of a line, in millimetres."""

WIDE, TALL = 13.0, 7.0
"""Width and height of a symbol; a narrow lane makes it narrower."""

TIP = 1.4
"""Length of an arrow's head."""

Point = tuple[float, float]


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def points(*places: Point) -> str:
    """Write places as SVG does."""
    return " ".join(f"{_number(x)},{_number(y)}" for x, y in places)


def box(at: Point, wide: float) -> str:
    """Draw an activity."""
    x, y = at
    where = f'x="{_number(x - wide / 2)}" y="{_number(y - TALL / 2)}"'
    return f'<rect {where} width="{_number(wide)}" height="{_number(TALL)}" class="s"/>'


def capsule(at: Point, wide: float, tall: float = TALL) -> str:
    """Draw the first or the last activity."""
    x, y = at
    where = f'x="{_number(x - wide / 2)}" y="{_number(y - tall / 2)}" rx="{_number(tall / 2)}"'
    return f'<rect {where} width="{_number(wide)}" height="{_number(tall)}" class="s"/>'


def diamond(at: Point, wide: float) -> str:
    """Draw a decision."""
    x, y = at
    corners = ((x, y - TALL / 2 - 1), (x + wide / 2, y), (x, y + TALL / 2 + 1), (x - wide / 2, y))
    return f'<polygon points="{points(*corners)}" class="s"/>'


def pentagon(at: Point) -> str:
    """Draw the connector to another page, its tip downwards."""
    x, y = at
    corners = ((x - 2.2, y - 2), (x + 2.2, y - 2), (x + 2.2, y + 0.6), (x, y + 2.4), (x - 2.2, y + 0.6))
    return f'<polygon points="{points(*corners)}" class="s"/>'


def arrow(*way: Point) -> str:
    """Draw an arrow along a way; its head lies at the last place."""
    (x, y), (from_x, from_y) = way[-1], way[-2]
    length = max(abs(x - from_x) + abs(y - from_y), 1e-6)
    dx, dy = (x - from_x) / length, (y - from_y) / length
    back = (x - dx * TIP, y - dy * TIP)
    wings = (
        (back[0] - dy * TIP / 2, back[1] + dx * TIP / 2),
        (back[0] + dy * TIP / 2, back[1] - dx * TIP / 2),
    )
    head = f'<polygon points="{points((x, y), *wings)}" class="h"/>'
    return f'<polyline points="{points(*way[:-1], back)}" class="l"/>{head}'


def words(text: str, at: Point, size: float, where: str = "start", *, bold: bool = False) -> str:
    """Write one line of text."""
    x, y = at
    weight = ' font-weight="bold"' if bold else ""
    place = f'x="{_number(x)}" y="{_number(y)}" font-size="{_number(size * 0.3528)}" text-anchor="{where}"'
    return f"<text {place}{weight}>{escape(text)}</text>"


def rule(start: Point, end: Point) -> str:
    """Draw a line of the table."""
    (x1, y1), (x2, y2) = start, end
    ends = f'x1="{_number(x1)}" y1="{_number(y1)}" x2="{_number(x2)}" y2="{_number(y2)}"'
    return f'<line {ends} class="t"/>'


STYLE = (
    f"text{{font-family:Arial,'Liberation Sans',Helvetica,sans-serif;fill:{INK}}}"
    f".s{{fill:#fff;stroke:{INK};stroke-width:{LINE}}}"
    f".l{{fill:none;stroke:{INK};stroke-width:{LINE}}}"
    f".h{{fill:{INK}}}"
    f".t{{stroke:{INK};stroke-width:0.2}}"
)

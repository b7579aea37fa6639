"""How much room text takes: widths of a sans-serif's letters, and text wrapped into a column.

Pure.
"""

NARROW = frozenset("iljtfrI.,:;'|!()[]/ -")
WIDE = frozenset("mwMW@%—")
POINT = 0.3528
"""Millimetres of one typographic point."""

LEADING = 1.2
"""Distance of two lines, in letter heights."""


def width(text: str, points: float) -> float:
    """Give the width of a line in millimetres, rounded up a little."""
    return sum(_letter(sign) for sign in text) * points * POINT


def _letter(sign: str) -> float:
    if sign in NARROW:
        return 0.37
    if sign in WIDE:
        return 0.98
    return 0.74 if sign.isupper() else 0.62


def wrap(text: str, room: float, points: float) -> tuple[str, ...]:
    """Break text into lines of at most ``room`` millimetres; a word that is longer is broken itself."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for word in (part for whole in paragraph.split() for part in _broken(whole, room, points)):
            longer = f"{line} {word}".strip()
            if line and width(longer, points) > room:
                lines.append(line)
                line = word
            else:
                line = longer
        lines.append(line)
    return tuple(lines)


def _broken(word: str, room: float, points: float) -> tuple[str, ...]:
    if width(word, points) <= room:
        return (word,)
    pieces, piece = [], ""
    for sign in word:
        if piece and width(piece + sign, points) > room:
            pieces.append(piece)
            piece = ""
        piece += sign
    return (*pieces, piece)


def height(lines: int, points: float) -> float:
    """Give the height of so many lines, in millimetres."""
    return lines * points * POINT * LEADING

"""How large a picture may be: what a decoder would have to hold, known from the header alone.

Pure.
"""

from dataclasses import dataclass

SIDE = 20_000
"""The longest side, in pixels."""

DECODED = 160 * 1024 * 1024
"""The most bytes that a decoded picture may take: some 50 million pixels of a photo."""


@dataclass(frozen=True, slots=True)
class Size:
    """A picture's width and height in pixels, and the bytes it takes when decoded."""

    wide: int
    high: int
    decoded: int


def too_large(size: Size) -> str:
    """Say in Indonesian that a picture is too large; empty when it is not."""
    if max(size.wide, size.high) <= SIDE and size.decoded <= DECODED:
        return ""
    return f"Gambar {size.wide} × {size.high} piksel terlalu besar. Perkecil gambar, lalu kirim lagi."

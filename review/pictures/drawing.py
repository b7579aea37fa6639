"""A picture drawn: an SVG element for pages and documents, or what is said where there is none."""

from functools import lru_cache

from review.pictures.svg import inlined
from review.pictures.values import Picture

EMPTY = "Tidak ada yang dapat digambar pada masa ini."
MISSING = (
    "Gambar tidak dapat dibuat: server ini belum memasang tambahan “pictures”. Angkanya ada pada tabelnya."
)
"""What stands in a picture's place where matplotlib is not installed."""


@lru_cache(maxsize=64)
def draw(picture: Picture, key: str) -> str | None:
    """Draw a picture as an SVG element: empty where there is nothing to draw, None without the extra.

    ``key`` sets its ids apart from those of other pictures on the page. The same picture gives the same
    bytes.
    """
    if picture.empty():
        return ""
    try:
        from review.pictures.plot import drawn  # noqa: PLC0415 - matplotlib is loaded when somebody looks
    except ImportError:
        return None
    return inlined(drawn(picture.chart), picture.title, picture.sentence, key)

"""Pictures for people who would rather look: what the doors wrote and how long the steps took, as SVG.

``values`` is a picture as numbers, ``words`` its table, ``plot`` the drawing (extra ``pictures``), ``svg``
makes it fit for a page. ``traffic`` and ``steps`` choose what is shown of which sums. What is read from the
stores is ``store.figures``'; pages are ``web.reports``'.

Decisions:

* 2026-11-21: a document keeps a picture's numbers, not its drawing: the hash then stands over what is said,
  and a server without matplotlib prints the same document with its tables and a sentence.
* 2026-11-21: every picture has its table beside it, made from the same value, because a picture alone can be
  neither checked nor read aloud.
* 2026-11-21: matplotlib writes styles into its SVG, which the console's policy forbids; they become
  attributes (``svg``), and only elements and attributes known there are passed on.
* 2026-11-21: pictures are of whole months, quarters and years, because by right and by unit the sums are kept
  by month; days of one month stand in its picture.
"""

from functools import lru_cache

from review.pictures.svg import inlined
from review.pictures.values import Bars, Chart, Heat, Picture, Series, Spell, Spells
from review.pictures.words import Listing, listing

__all__ = [
    "EMPTY",
    "MISSING",
    "Bars",
    "Chart",
    "Heat",
    "Listing",
    "Picture",
    "Series",
    "Spell",
    "Spells",
    "draw",
    "listing",
]

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

"""The name under which a file is kept: what was sent, without a path, signs that mislead, or a false ending.

Pure.
"""

import unicodedata

from review.attachment.kinds import ENDINGS, Kind

LONGEST = 80
"""The longest name, in characters, its ending included."""

_MARKS = frozenset(" .,-_()+&")


def clean(name: str, kind: Kind) -> str:
    """Give a name that every system can store and that says what the file is."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    kept = "".join(sign if _harmless(sign) else "_" for sign in last)
    words = " ".join(kept.split()).strip(" ._-")
    stem, dot, ending = words.rpartition(".")
    ending = f".{ending.casefold()}" if dot and stem else ""
    if ending not in ENDINGS[kind]:
        stem, ending = words, ENDINGS[kind][0]
    stem = stem[: LONGEST - len(ending)].strip(" ._-")
    return (stem or "lampiran") + ending


def _harmless(sign: str) -> bool:
    """Say whether a sign may stand in a name: letters, digits and a few marks, no controls, no directions."""
    return sign in _MARKS or unicodedata.category(sign)[0] in {"L", "M", "N"}

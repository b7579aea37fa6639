"""Whether a PDF looks like one and names nothing that acts: a look at its bytes before a library reads them.

A reader that finds a file's index damaged searches the whole file for objects; so this looks at every byte,
used or not, for the words that make a PDF act. What compressed objects hold is ``opening``'s to look at.

Pure.
"""

import re

NEAR = 1024
"""Within how many bytes of the file its beginning and its end must stand."""

ACTS = frozenset(
    {
        b"JavaScript",
        b"EmbeddedFile",
        b"EmbeddedFiles",
        b"Launch",
        b"RichMedia",
        b"RichMediaContent",
        b"RichMediaExecute",
        b"ImportData",
        b"SubmitForm",
        b"Rendition",
        b"GoToE",
        b"GoToR",
        b"FileAttachment",
    }
)
"""Names of actions and of files within the file; all too long to come about by chance."""

SHORT = frozenset({b"JS", b"EF", b"XFA"})
"""Keys that mean the same and are looked for only where there is nothing but objects."""

PLAYS = frozenset({b"3D", b"Movie", b"Sound", b"Screen"})
"""Actions and annotations that play something."""

CUT = "PDF ini terpotong atau rusak. Simpan ulang sebagai PDF, lalu kirim lagi."
ACTING = (
    "PDF ini memuat skrip, perintah, atau berkas lain di dalamnya. Cetak ulang menjadi PDF biasa, lalu kirim "
    "lagi."
)
_VERSION = re.compile(rb"%PDF-(1\.[0-7]|2\.0)\s")
_INDEX = re.compile(rb"startxref\s+(\d{1,10})\s+%%EOF\s*\Z")
_NAME = re.compile(rb"/((?:[A-Za-z0-9]|#[0-9A-Fa-f]{2}){2,60})(?![^\s/<>\[\](){}%])")
_SUBTYPE = re.compile(rb"/S(?:ubtype)?\s*/(\w+)")
_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_LOCKED = re.compile(rb"/Encrypt\s*(\d+\s+\d+\s+R|<<)")


def fault(body: bytes) -> str:
    """Say in Indonesian what is wrong with a PDF; empty when nothing is seen."""
    index = _INDEX.search(body[-NEAR:].rstrip(b"\0"))
    if _VERSION.match(body) is None or index is None or int(index[1]) >= len(body):
        return CUT
    if _LOCKED.search(body):
        return "PDF ini dikunci dengan sandi sehingga isinya tidak dapat diperiksa. Kirim PDF tanpa sandi."
    return ACTING if not ACTS.isdisjoint(names(body)) else ""


def names(text: bytes) -> frozenset[bytes]:
    """Give the names in a text as a reader reads them: ``#4a`` stands for ``J``."""
    return frozenset(_plain(found) for found in set(_NAME.findall(text)))


def acts(objects: bytes) -> bool:
    """Say whether a text of nothing but objects names an action, a file within the file, or what plays."""
    if not (ACTS | SHORT).isdisjoint(names(objects)):
        return True
    return any(found[1] in PLAYS for found in _SUBTYPE.finditer(_plain(objects)))


def _plain(text: bytes) -> bytes:
    return _ESCAPE.sub(lambda found: bytes([int(found[1], 16)]), text)

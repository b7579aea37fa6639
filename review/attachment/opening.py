"""Opening a file that passed its inspection: an image must decode, a PDF must read and do nothing by itself.

An image is decoded by typst (extra ``documents``), whose decoders are written in a language without stray
pointers; a PDF is read by pyHanko (extra ``tte``) within its limits for files from strangers.
"""

import io
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from review.attachment.kinds import Kind
from review.attachment.portable import CUT, acting

if TYPE_CHECKING:
    from pyhanko.pdf_utils.reader import PdfFileReader

OBJECTS, REVISIONS, PAGES = 20_000, 20, 200
"""The most objects, revisions and pages of a PDF."""

MISSING = (
    "Berkas ini tidak dapat diperiksa pada pemasangan ini, sehingga tidak diterima. Pasang tambahan "
    "documents dan tte."
)
LARGE = "PDF ini terlalu rumit untuk diperiksa. Cetak ulang menjadi PDF biasa, lalu kirim lagi."

KEYS = frozenset({"/JS", "/JavaScript", "/EF", "/EmbeddedFiles", "/XFA", "/RichMediaContent"})
NAMES = frozenset(
    {
        "/EmbeddedFile",
        "/JavaScript",
        "/Launch",
        "/ImportData",
        "/SubmitForm",
        "/GoToE",
        "/GoToR",
        "/Rendition",
        "/RichMediaExecute",
        "/Movie",
        "/Sound",
    }
)
SUBTYPES = frozenset({"/FileAttachment", "/RichMedia", "/3D", "/Movie", "/Sound", "/Screen"})

_PAGE = '#set page(width: 10mm, height: 10mm, margin: 0pt)\n#image("x", format: "{format}", width: 5mm)\n'
_FORMATS = {Kind.JPEG: "jpg", Kind.PNG: "png"}


def fault(kind: Kind, body: bytes) -> str:
    """Say in Indonesian why a file cannot be opened; empty when it can."""
    try:
        return _unread(body) if kind is Kind.PDF else _undecoded(kind, body)
    except ModuleNotFoundError:
        return MISSING


def _undecoded(kind: Kind, body: bytes) -> str:
    """Decode an image."""
    import typst  # noqa: PLC0415 - 80 MB that only who attaches a file needs

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "x").write_bytes(body)
        (folder / "main.typ").write_text(_PAGE.format(format=_FORMATS[kind]), encoding="utf-8")
        try:
            typst.compile(folder / "main.typ", root=folder, format="svg", ignore_system_fonts=True)
        except RuntimeError:
            return "Gambar ini tidak dapat dibuka. Periksa berkasnya, lalu kirim lagi."
    return ""


def _unread(body: bytes) -> str:
    """Read a PDF with every object of every revision, and look for what acts."""
    from pyhanko.pdf_utils.reader import PdfFileReader  # noqa: PLC0415 - of an extra

    try:
        reader = PdfFileReader(io.BytesIO(body), strict=False)
        if reader.encrypt_dict is not None:
            return CUT
        if not 1 <= int(reader.root["/Pages"]["/Count"]) <= PAGES or reader.total_revisions > REVISIONS:
            return LARGE
        return _walked(reader)
    except Exception:  # noqa: BLE001 - whatever a library says of a stranger's file, it is not taken
        return CUT


def _walked(reader: "PdfFileReader") -> str:
    for number, thing in enumerate(_objects(reader)):
        if number > OBJECTS:
            return LARGE
        if _acts(thing):
            return acting()
    return ""


def _objects(reader: "PdfFileReader") -> Iterator[object]:
    """Give every object that any revision names, as it was then and as it is now, the trailer included."""
    yield reader.trailer_view
    last = reader.total_revisions - 1
    for revision in range(last + 1):
        for reference in reader.get_historical_resolver(revision).explicit_refs_in_revision():  # type: ignore[no-untyped-call]
            of = None if revision == last else revision
            yield reader.get_object(reference, revision=of)  # type: ignore[no-untyped-call]


def _acts(thing: object) -> bool:
    """Say whether an object, or anything written within it, acts or carries a file."""
    from pyhanko.pdf_utils.generic import NameObject  # noqa: PLC0415 - of an extra

    rest = [thing]
    while rest:
        one = rest.pop()
        if isinstance(one, NameObject) and one in NAMES:
            return True
        if isinstance(one, dict):
            if not KEYS.isdisjoint(one) or dict.get(one, "/Subtype") in SUBTYPES:
                return True
            # The values as they are written: a reference is looked at where its object is.
            rest.extend(dict.values(one))
        elif isinstance(one, list):
            rest.extend(list.__iter__(one))
    return False

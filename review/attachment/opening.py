"""Opening a file that passed its inspection: an image must decode, a PDF must read and do nothing by itself.

An image is decoded by typst (extra ``documents``), whose decoders are written in a language without stray
pointers; a PDF is read by pyHanko (extra ``tte``) within its limits for files from strangers.
"""

import io
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from review.attachment.kinds import Kind
from review.attachment.portable import ACTING, CUT, acts

if TYPE_CHECKING:
    from pyhanko.pdf_utils.reader import PdfFileReader


@dataclass(frozen=True, slots=True)
class Bounds:
    """The most pages, objects and revisions of a PDF, and how often its reader may ask for bytes.

    The reader asks for most of what it reads sign by sign.
    """

    pages: int = 200
    objects: int = 20_000
    revisions: int = 20
    reads: int = 4_000_000


BOUNDS = Bounds()

MISSING = (
    "Berkas ini tidak dapat diperiksa pada pemasangan ini, sehingga tidak diterima. Pasang tambahan "
    "documents dan tte."
)
UNDECODED = "Gambar ini tidak dapat dibuka. Periksa berkasnya, lalu kirim lagi."
LARGE = "PDF ini terlalu rumit untuk diperiksa. Cetak ulang menjadi PDF biasa, lalu kirim lagi."

_PAGE = '#set page(width: 10mm, height: 10mm, margin: 0pt)\n#image("x", format: "{format}", width: 5mm)\n'
_FORMATS = {Kind.JPEG: "jpg", Kind.PNG: "png"}


def fault(kind: Kind, body: bytes, bounds: Bounds = BOUNDS) -> str:
    """Say in Indonesian why a file cannot be opened; empty when it can."""
    try:
        return _unread(body, bounds) if kind is Kind.PDF else _undecoded(kind, body)
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
            return UNDECODED
    return ""


class _Metered(io.BytesIO):
    """A file that is read only so often, whatever it makes its reader do."""

    def __init__(self, body: bytes, reads: int) -> None:
        super().__init__(body)
        self._left = reads

    def read(self, size: int | None = -1, /) -> bytes:
        """Read on, or say that the file ends where it has been read too often."""
        self._left -= 1
        if self._left < 0:
            raise EOFError
        return super().read(size)


def _unread(body: bytes, bounds: Bounds) -> str:
    """Read a PDF with every object of every revision, and look for what acts."""
    from pyhanko.pdf_utils.reader import PdfFileReader  # noqa: PLC0415 - of an extra

    try:
        reader = PdfFileReader(_Metered(body, bounds.reads), strict=False)
        if reader.encrypt_dict is not None:
            return CUT
        pages = int(reader.root["/Pages"]["/Count"])
        if not 1 <= pages <= bounds.pages or reader.total_revisions > bounds.revisions:
            return LARGE
        return _walked(reader, bounds.objects)
    except EOFError:
        return LARGE
    except Exception:  # noqa: BLE001 - whatever a library says of a stranger's file, it is not taken
        return CUT


def _walked(reader: "PdfFileReader", most: int) -> str:
    for number, thing in enumerate(_objects(reader)):
        if number > most:
            return LARGE
        if _acts(thing):
            return ACTING
    return ""


def _objects(reader: "PdfFileReader") -> Iterator[object]:
    """Give every object that stands in the file by itself, each once, in every revision; the trailer first.

    What stands in a stream of objects is looked at with that stream: a reader unpacks it for each of them.
    """
    yield reader.trailer_view
    seen: set[int] = set()
    for revision in range(reader.total_revisions):
        for reference in reader.get_historical_resolver(revision).explicit_refs_in_revision():  # type: ignore[no-untyped-call]
            place = reader.xrefs.get_historical_ref(reference, revision)
            if isinstance(place, int) and place not in seen:
                seen.add(place)
                yield reader.get_object(reference, revision=revision)  # type: ignore[no-untyped-call]


def _acts(thing: object) -> bool:
    """Say whether an object, or anything written within it, acts or carries a file."""
    from pyhanko.pdf_utils.decode_limits import DecodePurpose  # noqa: PLC0415 - of an extra
    from pyhanko.pdf_utils.generic import NameObject, StreamObject  # noqa: PLC0415 - the same

    if isinstance(thing, StreamObject) and dict.get(thing, "/Type") == "/ObjStm":
        return acts(thing.read_data(DecodePurpose.OBJECT_STREAM))
    rest, found = [thing], list[str]()
    while rest:
        one = rest.pop()
        if isinstance(one, dict):
            # The values as they are written: a reference is looked at where its object is.
            found.extend(f"{key} 0" for key in one)
            found.extend(f"{key} {dict.get(one, key)}" for key in ("/S", "/Subtype") if key in one)
            rest.extend(dict.values(one))
        elif isinstance(one, list):
            rest.extend(list.__iter__(one))
        elif isinstance(one, NameObject):
            found.append(one)
    return acts(" ".join(found).encode(errors="replace"))

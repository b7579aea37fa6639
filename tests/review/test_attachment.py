"""What may be attached: files that are what they say, bounded before anything decodes them, and inert."""

import struct
import sys
import threading
import zlib

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from review.attachment import LARGEST, Kind, Sound, Unfit, apart, clean, inspect, opening
from review.attachment.kinds import ENDINGS
from review.attachment.naming import LONGEST
from review.attachment.opening import Bounds
from review.documents.building import build
from review.documents.copies import Copy
from review.documents.pdf import pdf as set_pdf
from tests.review.files import FRAME, JPEG_PARTS, chunk, jpeg, packed, pdf, png, segment
from tests.review.test_printing import COVER, SHELF, full

ACTS = "memuat skrip"
HEAD = struct.Struct(">IIBBBBB")


def why(body: bytes) -> str:
    """Give the sentence of a refusal, by the inspection or by the opening; empty when a file is taken."""
    found = inspect(body)
    return found.why if isinstance(found, Unfit) else opening.fault(found.kind, body)


def drawn(head: tuple[int, ...], data: bytes, rows: bytes | None = None) -> bytes:
    """Give a PNG of one header and its rows, compressed here or by the caller."""
    rows = zlib.compress(data) if rows is None else rows
    picture = chunk(b"IHDR", HEAD.pack(*head)) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + picture


@pytest.mark.parametrize(("body", "kind"), [(png(), "png"), (jpeg(), "jpeg"), (pdf(), "pdf")])
def test_a_whole_file_is_taken_by_its_content(body: bytes, kind: str) -> None:
    """Each kind is recognised and opens; its hash is that of its bytes."""
    found = inspect(body)
    assert isinstance(found, Sound)
    assert found.kind is Kind(kind)
    assert opening.fault(found.kind, body) == ""


def test_what_our_own_printer_makes_is_taken() -> None:
    """A PDF with compressed objects, as typst writes it, is read whole and found inert."""
    assert why(set_pdf(Copy(build(SHELF["F07"], full(SHELF["F07"]), COVER)))) == ""
    assert why(packed({4: b"<< /Kind (letter) >>", 5: b"[1 2]"})) == ""


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "kosong"),
        (b"PK\3\4", "Jenis berkas"),
        (b"<svg/>", "Jenis berkas"),
        (b"GIF89a", "Jenis berkas"),
        (b"MZ", "Jenis berkas"),
        (png() + bytes(LARGEST), "terlalu besar"),
    ],
)
def test_other_kinds_and_sizes_are_refused(body: bytes, said: str) -> None:
    """What is empty, of another kind or too large is answered with a sentence."""
    assert said in why(body)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (png()[:-1], "terpotong"),
        (png() + b"PK", "terpotong"),
        (png()[:8], "terpotong"),
        (png()[:20] + b"?" + png()[21:], "terpotong"),
        (png(extra=((b"IHDR", b"\0" * 13),)), "Susunan"),
        (png(extra=((b"CgBI", b""),)), "tidak dikenal"),
        (png(extra=((b"IDAT", b""), (b"tEXt", b"a\0b"))), "Susunan"),
        (drawn((4, 3, 7, 0, 0, 0, 0), b""), "Kepala"),
        (drawn((4, 3, 8, 1, 0, 0, 0), b""), "Kepala"),
        (drawn((4, 3, 8, 0, 1, 0, 0), b""), "Kepala"),
        (drawn((4, 3, 8, 0, 0, 0, 2), b""), "Kepala"),
        (drawn((0, 3, 8, 0, 0, 0, 0), b""), "Kepala"),
        (drawn((20_001, 1, 8, 0, 0, 0, 0), b""), "terlalu besar"),
        (drawn((20_000, 20_000, 16, 6, 0, 0, 0), b""), "terlalu besar"),
        (png(data=b"\0" * 14), "tidak sesuai"),
        (drawn((4, 3, 8, 0, 0, 0, 0), b"", zlib.compress(b"\0" * 15)[:-5]), "tidak sesuai"),
        (png(data=b"\0" * 16), "tidak sesuai"),
        (png(data=(b"\x09" + b"\0" * 4) * 3), "tidak dapat dibuka"),
    ],
)
def test_a_broken_png_is_refused(body: bytes, said: str) -> None:
    """Cut, followed by something, wrongly built, too large, or not the size of its header."""
    assert said in why(body)


@pytest.mark.parametrize("depth", [1, 2, 4, 8, 16])
@pytest.mark.parametrize("colour", [0, 2, 3, 4, 6])
@pytest.mark.parametrize("interlaced", [0, 1])
def test_the_size_of_a_picture_is_known_from_its_header(depth: int, colour: int, interlaced: int) -> None:
    """Every depth, colour and interlacing is as large as a decoder finds it; others are refused."""
    exists = depth in {0: {1, 2, 4, 8, 16}, 3: {1, 2, 4, 8}}.get(colour, {8, 16})
    bits = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colour] * depth
    wide, high = 5, 3
    passes = (
        (0, 0, 8, 8),
        (4, 0, 8, 8),
        (0, 4, 4, 8),
        (2, 0, 4, 4),
        (0, 2, 2, 4),
        (1, 0, 2, 2),
        (0, 1, 1, 2),
    )
    parts = passes if interlaced else ((0, 0, 1, 1),)
    rows = b"".join(
        b"\0" + bytes((len(range(left, wide, right)) * bits + 7) // 8)
        for left, top, right, down in parts
        for _ in range(top, high, down)
        if range(left, wide, right)
    )
    head = chunk(b"IHDR", HEAD.pack(wide, high, depth, colour, 0, 0, interlaced))
    palette = chunk(b"PLTE", bytes(6)) if colour == 3 else b""
    body = b"\x89PNG\r\n\x1a\n" + head + palette + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    assert bool(why(body)) is not exists


@pytest.mark.parametrize(
    "extra",
    [
        ((b"iCCP", b"x\0\0" + zlib.compress(bytes(40_000_000), 9)),),
        ((b"zTXt", b"x\0\0" + zlib.compress(bytes(40_000_000), 9)),),
        ((b"iTXt", b"x\0\1\0id\0x\0" + zlib.compress(bytes(40_000_000), 9)),),
        tuple((b"zTXt", b"x\0\0" + zlib.compress(bytes(300_000), 9)) for _ in range(5)),
    ],
)
def test_texts_that_grow_are_stopped_before_they_are_decoded(extra: tuple[tuple[bytes, bytes], ...]) -> None:
    """A profile or text that inflates beyond a megabyte, alone or together, is refused."""
    assert "Keterangan" in why(png(extra=extra))


def test_small_texts_and_profiles_stay() -> None:
    """A compressed text, a plain one and a broken one do no harm."""
    small = zlib.compress(b"Foto rak")
    extra = (
        (b"zTXt", b"x\0\0" + small),
        (b"iTXt", b"x\0\0\0id\0x\0Rak"),
        (b"iTXt", b"x\0\1\0id\0x\0" + small),
    )
    assert why(png(extra=extra)) == ""
    assert isinstance(inspect(png(extra=((b"zTXt", b"x\0\0broken"), (b"zTXt", b"x\0\0")))), Sound)


def test_a_picture_that_grows_beyond_its_header_is_stopped() -> None:
    """Rows that inflate to gigabytes are counted no further than the header allows."""
    assert "tidak sesuai" in why(png(data=bytes(80_000_000)))


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"end": b""}, "terpotong"),
        ({"end": b"\xff\xd9PK\3\4"}, "data lain"),
        ({"scan": b"", "picture": b""}, "terpotong"),
        ({"picture": b""}, "terpotong"),
        ({"frame": b""}, "Susunan"),
        ({"direct": b"", "changes": b""}, "Susunan"),
        ({"frame": JPEG_PARTS["frame"] * 2}, "lebih dari satu"),
        ({"frame": segment(0xC3, FRAME)}, "tidak didukung"),
        ({"frame": segment(0xC0, FRAME[:-1])}, "Kepala"),
        ({"frame": segment(0xC0, b"\x08")}, "Kepala"),
        ({"frame": segment(0xC0, b"\x0c" + FRAME[1:])}, "Kepala"),
        ({"frame": segment(0xC0, b"\x08\0\0" + FRAME[3:])}, "Kepala"),
        ({"frame": segment(0xC0, struct.pack(">BHHB", 8, 20_000, 20_000, 1) + FRAME[6:])}, "terlalu besar"),
        ({"scan": segment(0xDA, bytes((1, 9, 0, 0, 63, 0)))}, "terpotong"),
        ({"scan": segment(0xDA, b"")}, "terpotong"),
        ({"scan": JPEG_PARTS["scan"], "picture": b"?" + (JPEG_PARTS["scan"] + b"?") * 64}, "Susunan"),
        ({"app": b"\xff\xe0\0\1"}, "terpotong"),
        ({"app": b"\xff\xe0\xff\xff"}, "terpotong"),
        ({"quantisation": b"xx"}, "terpotong"),
    ],
)
def test_a_broken_jpeg_is_refused(parts: dict[str, bytes], said: str) -> None:
    """Cut, followed by something, wrongly built or too large."""
    assert said in why(jpeg(**parts))


@pytest.mark.parametrize("rest", [b"\0\0", jpeg(), b"samsung\0SEFT", b""])
def test_what_cameras_write_behind_an_image_may_stay(rest: bytes) -> None:
    """A further picture, zeros and one maker's trailer are no reason to refuse a photo."""
    assert why(jpeg() + rest) == ""


@pytest.mark.parametrize(
    "objects",
    [
        {4: b"<< /S /JavaScript /JS (app.alert\\(1\\)) >>"},
        {4: b"<< /S /Java#53cript >>"},
        {4: b"<< /S /Launch /F (a.exe) >>"},
        {4: b"<< /Type /EmbeddedFile >>"},
        {4: b"<< /JS (x) >>"},
        {4: b"<< /S 5 0 R >>", 5: b"/Launch"},
        {4: b"<< /S /Movie >>"},
        {4: b"<< /Subtype /Screen >>"},
        {4: b"[<< /Subtype /FileAttachment >>]"},
        {4: b"<< /A << /B [<< /XFA 1 >>] >> >>"},
    ],
)
@pytest.mark.parametrize("made", [pdf, packed])
def test_a_pdf_that_acts_is_refused(made: object, objects: dict[int, bytes]) -> None:
    """Scripts, commands and files inside are found written plainly, with escapes, indirectly, or packed."""
    assert callable(made)
    assert ACTS in why(made(objects))


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (pdf()[:-8], "terpotong"),
        (b"%PDF-9.9\n" + pdf()[9:], "terpotong"),
        (pdf() + b"trailing", "terpotong"),
        (pdf().replace(b"startxref\n", b"startxref\n9999"), "terpotong"),
        (b"%PDF-1.7\nstartxref\n3\n%%EOF", "terpotong"),
        (pdf({1: b"<< /Type /Catalog >>"}), "terpotong"),
        (pdf(trailer=b"/Encrypt << /Filter /Standard >>"), "sandi"),
        (pdf(trailer=b"/Encr#79pt << /Filter /Standard >>"), "terpotong"),
        (pdf({2: b"<< /Type /Pages /Kids [] /Count 0 >>"}), "terlalu rumit"),
        (pdf({2: b"<< /Type /Pages /Kids [3 0 R] /Count 201 >>"}), "terlalu rumit"),
    ],
)
def test_a_pdf_that_cannot_be_read_is_refused(body: bytes, said: str) -> None:
    """Cut, of no known version, locked, without pages or with too many parts."""
    assert said in why(body)


def test_objects_that_grow_are_not_decoded() -> None:
    """An object stream that inflates to a hundred megabytes is refused within the reader's limits."""
    assert why(packed({4: b"(" + bytes(100_000_000) + b")"})) != ""


@pytest.mark.parametrize(
    ("bounds", "taken"),
    [
        (Bounds(), True),
        (Bounds(pages=0), False),
        (Bounds(objects=3), True),
        (Bounds(objects=2), False),
        (Bounds(revisions=0), False),
        (Bounds(reads=50), False),
    ],
)
def test_a_pdf_is_looked_at_within_bounds(bounds: Bounds, *, taken: bool) -> None:
    """Pages, objects, revisions and reading are counted; beyond that the file is too much, not trusted."""
    said = opening.fault(Kind.PDF, pdf(), bounds)
    assert said == ("" if taken else opening.LARGE)


def test_packed_objects_are_unpacked_once() -> None:
    """A stream of many thousand objects is looked at as a whole, not once for each of them."""
    many: dict[int, bytes] = dict.fromkeys(range(4, 15_000), b"1")
    assert why(packed(many)) == ""
    assert ACTS in why(packed({**many, 15_000: b"<< /S /Launch >>"}))
    assert ACTS in why(packed({**many, 15_000: b"<< /Subtype /Scre#65n >>"}))
    assert why(packed({4: b"<< /BM /Screen /JS_a 1 /EFG 2 >>"})) == ""


def test_a_wall_of_fill_bytes_is_read_once() -> None:
    """Megabytes of the sign that begins a marker cost no more than their length."""
    assert "terpotong" in why(jpeg(picture=b"\xff" * (LARGEST - 1000) + b"\0", end=b""))


def test_an_earlier_revision_that_acted_is_found() -> None:
    """What a later revision replaced is still in the file."""
    first = packed({4: b"<< /S /JavaScript /JS (x) >>"})
    start, before = len(first), first.rindex(b"startxref\n") + 10
    again = b"4 0 obj\n<< /A 1 >>\nendobj\n"
    table = (
        b"xref\n4 1\n%010d 00000 n \ntrailer\n<< /Size 7 /Root 1 0 R /Prev %d >>\nstartxref\n%d\n%%%%EOF\n"
    )
    prev = int(first[before:].split()[0])
    assert why(first + again + table % (start, prev, start + len(again))) != ""


@given(st.binary(max_size=400), st.sampled_from([png(), jpeg(), pdf()]), st.integers(0, 400))
def test_no_bytes_bring_the_inspection_down(noise: bytes, body: bytes, at: int) -> None:
    """Whatever is sent, the answer is a sound file or a sentence."""
    for sent in (
        noise,
        body[:at] + noise + body[at:],
        body[:at] + noise + body[at + len(noise) :],
        body[:8] + noise,
    ):
        found = inspect(sent)
        assert isinstance(found, Sound) or found.why


@given(st.text(), st.sampled_from(Kind))
@example("..\\..\\etc/passwd", Kind.PDF)
@example("\u202egpj.exe", Kind.JPEG)
@example("foto.JPG", Kind.JPEG)
@example("x" * 300 + ".png", Kind.PNG)
@example('";\r\nSet-Cookie: a=b.pdf', Kind.PDF)
def test_a_name_is_safe_everywhere_and_says_the_kind(name: str, kind: Kind) -> None:
    """No path, no control or direction sign, no quote; a true ending, and never too long."""
    cleaned = clean(name, kind)
    assert 0 < len(cleaned) <= LONGEST
    assert cleaned.casefold().endswith(ENDINGS[kind])
    assert not set(cleaned) & set("/\\\"'<>:|?*;\r\n\0\u202e")
    assert not cleaned.startswith((".", "-", " "))
    assert clean(cleaned, kind) == cleaned


def test_names_people_use_stay() -> None:
    """A usual name is kept as it was; its ending is put right where it says something else."""
    assert clean("Surat Tugas 05-2026 (final).pdf", Kind.PDF) == "Surat Tugas 05-2026 (final).pdf"
    assert clean("foto.jpeg", Kind.JPEG) == "foto.jpeg"
    assert clean("foto.png", Kind.JPEG) == "foto.png.jpg"
    assert clean("", Kind.PNG) == "lampiran.png"


def test_without_the_libraries_nothing_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where an extra is missing, its kinds are refused with what to install."""
    for name in ("typst", "pyhanko.pdf_utils.reader"):
        monkeypatch.setitem(sys.modules, name, None)
    assert "tambahan documents dan tte" in opening.fault(Kind.PNG, png())
    assert "tambahan documents dan tte" in opening.fault(Kind.PDF, pdf())


@pytest.mark.parametrize(("body", "kind"), [(png(), Kind.PNG), (jpeg(), Kind.JPEG), (pdf(), Kind.PDF)])
def test_a_file_is_opened_in_a_process_of_its_own(body: bytes, kind: Kind) -> None:
    """What that process says is what comes of it, for what is whole as for what is not."""
    assert apart.fault(kind, body) == ""
    assert apart.fault(kind, body[:60]) == opening.fault(kind, body[:60]) != ""


def test_the_largest_picture_fits_the_process() -> None:
    """What its header may promise can be decoded within the memory that the process has."""
    wide, high = 12_000, 13_900
    body = png(wide, high)
    assert isinstance(inspect(body), Sound)
    assert apart.fault(Kind.PNG, body) == ""


def test_a_file_that_takes_too_long_is_given_up() -> None:
    """The process is ended, and the sentence says that the file is too much."""
    assert apart.fault(Kind.PDF, pdf(), 0.001) == opening.LARGE
    assert apart.fault(Kind.PNG, png(), 0.001) == opening.UNDECODED


def test_a_file_waits_for_its_turn_and_not_for_ever() -> None:
    """While as many files are opened as may be, the next is asked to come again; then it is taken."""
    turn = threading.BoundedSemaphore(1)
    with turn:
        assert apart.fault(Kind.PNG, png(), 0.001, turn) == apart.BUSY
    assert apart.fault(Kind.PNG, png(), turn=turn) == ""


def test_a_process_that_falls_over_a_file_refuses_it() -> None:
    """Whatever ended it, the file is not taken."""
    assert "tidak dapat dibuka" in apart.fault(Kind.JPEG, b"")
    assert "terpotong" in apart.fault(Kind.PDF, b"")

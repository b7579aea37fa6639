"""Files to attach, made from nothing: a PNG by its rows, a JPEG of one grey block, a PDF by its objects."""

import struct
import zlib
from collections.abc import Mapping
from itertools import accumulate

Chunk = tuple[bytes, bytes]


def png(wide: int = 4, high: int = 3, extra: tuple[Chunk, ...] = (), data: bytes | None = None) -> bytes:
    """Give a grey PNG; ``extra`` chunks stand before the picture, ``data`` replaces its rows."""
    rows = (b"\0" + b"\x80" * wide) * high if data is None else data
    head = struct.pack(">IIBBBBB", wide, high, 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", head), *extra, (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*one) for one in chunks)


def chunk(name: bytes, data: bytes) -> bytes:
    """Give a chunk of a PNG with its checksum."""
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def segment(marker: int, data: bytes) -> bytes:
    """Give a segment of a JPEG."""
    return bytes((0xFF, marker)) + struct.pack(">H", len(data) + 2) + data


FRAME = struct.pack(">BHHB", 8, 8, 8, 1) + bytes((1, 0x11, 0))
JPEG_PARTS: Mapping[str, bytes] = {
    "begin": b"\xff\xd8",
    "app": segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0"),
    "quantisation": segment(0xDB, b"\0" + b"\1" * 64),
    "frame": segment(0xC0, FRAME),
    "direct": segment(0xC4, b"\0\1" + b"\0" * 15 + b"\0"),
    "changes": segment(0xC4, b"\x10\1" + b"\0" * 15 + b"\0"),
    "scan": segment(0xDA, bytes((1, 1, 0, 0, 63, 0))),
    "picture": b"\x3f",
    "end": b"\xff\xd9",
}


def jpeg(**parts: bytes) -> bytes:
    """Give a grey JPEG of eight by eight pixels; any part may be another, or empty."""
    return b"".join({**JPEG_PARTS, **parts}.values())


PAGE = {
    1: b"<< /Type /Catalog /Pages 2 0 R >>",
    2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>",
}


def pdf(objects: Mapping[int, bytes] | None = None, trailer: bytes = b"") -> bytes:
    """Give a PDF of one empty page; ``objects`` replace or follow the three it has."""
    body, places = b"%PDF-1.7\n", dict[int, int]()
    for number, text in {**PAGE, **(objects or {})}.items():
        places[number] = len(body)
        body += b"%d 0 obj\n%s\nendobj\n" % (number, text)
    table = b"0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % places[one] for one in sorted(places))
    size, start = len(places) + 1, len(body)
    ends = b"xref\n0 %d\n%strailer\n<< /Size %d /Root 1 0 R %s >>\n" % (size, table, size, trailer)
    return body + ends + b"startxref\n%d\n%%%%EOF\n" % start


def packed(objects: Mapping[int, bytes]) -> bytes:
    """Give a PDF of one page whose other objects stand compressed in an object stream, as writers do."""
    numbers = sorted(objects)
    texts = [objects[number] for number in numbers]
    places = [0, *accumulate(len(text) + 1 for text in texts)][:-1]
    index = b" ".join(b"%d %d" % pair for pair in zip(numbers, places, strict=True)) + b" "
    inner = zlib.compress(index + b" ".join(texts))
    holder = max(numbers) + 1
    stream = b"<< /Type /ObjStm /N %d /First %d /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream" % (
        len(numbers),
        len(index),
        len(inner),
        inner,
    )
    body, rows = b"%PDF-1.7\n", {0: (0, 0, 65535)}
    for number, text in {**PAGE, holder: stream}.items():
        rows[number] = (1, len(body), 0)
        body += b"%d 0 obj\n%s\nendobj\n" % (number, text)
    rows |= {number: (2, holder, place) for place, number in enumerate(numbers)}
    start, last = len(body), holder + 1
    rows[last] = (1, start, 0)
    table = zlib.compress(b"".join(struct.pack(">BIH", *rows[number]) for number in range(last + 1)))
    head = b"<< /Type /XRef /W [1 4 2] /Size %d /Root 1 0 R /Filter /FlateDecode /Length %d >>"
    xref = head % (last + 1, len(table)) + b"\nstream\n" + table + b"\nendstream"
    return body + b"%d 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF\n" % (last, xref, start)

"""Whether a JPEG is whole: its segments, its header, its scans up to the end of the image.

After ITU-T T.81. Taken are the kinds that cameras and scanners write: 8 bit, Huffman-coded, sequential or
progressive. Behind the image only what cameras put there may follow: a further JPEG (CIPA DC-007), zeros, or
the trailer of one maker (``SEFT``).

Pure.
"""

import re
from dataclasses import dataclass

from review.attachment.size import Size, too_large

SOI, EOI, SOS, DHT = 0xD8, 0xD9, 0xDA, 0xC4
FRAMES = frozenset({0xC0, 0xC1, 0xC2})
TABLES = frozenset({DHT, 0xDB, 0xDD, 0xFE, *range(0xE0, 0xF0)})
"""Tables, restart interval, comments and what applications add."""

SCANS = 64
"""The most scans of one image: each may touch every pixel again."""

CUT = "Gambar JPEG ini terpotong atau rusak."
_MARKER = re.compile(rb"\xff+([^\x00\xff\xd0-\xd7])")
_NEXT = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
"""A marker where one must stand, with what fills the space before it; and the next one behind a scan."""


@dataclass(slots=True)
class _Seen:
    frame: bytes = b""
    tables: int = 0
    scans: int = 0


def fault(body: bytes) -> str:
    """Say in Indonesian what is wrong with a JPEG; empty when nothing is."""
    seen, place = _Seen(), 2
    while (found := _MARKER.match(body, place)) is not None:
        marker, place = found[1][0], found.end()
        if marker == EOI:
            return _ended(seen, body[place:])
        length = int.from_bytes(body[place : place + 2])
        data, place = body[place + 2 : place + length], place + length
        if length < 2 or place > len(body):  # noqa: PLR2004 - the length counts itself
            return CUT
        wrong = _segment(seen, marker, data)
        if wrong:
            return wrong
        if marker == SOS:
            after = _NEXT.search(body, place)
            if after is None or after.start() == place:
                return CUT
            place = after.start()
    return CUT


def _segment(seen: _Seen, marker: int, data: bytes) -> str:
    if marker in FRAMES:
        wrong = "Gambar JPEG ini memuat lebih dari satu kepala." if seen.frame else _frame(data)
        seen.frame = data
        return wrong
    if marker == SOS:
        seen.scans += 1
        return _scan(seen, data)
    seen.tables += marker == DHT
    return "" if marker in TABLES else "Jenis JPEG ini tidak didukung. Simpan ulang sebagai JPEG biasa."


def _frame(data: bytes) -> str:
    """Say what is wrong with a frame's header: its depth, size and components."""
    high, wide = int.from_bytes(data[1:3]), int.from_bytes(data[3:5])
    parts = data[5] if len(data) > 5 else 0  # noqa: PLR2004 - the place of the number of components
    if parts not in {1, 3, 4} or len(data) != 6 + 3 * parts or data[0] != 8 or not wide * high:  # noqa: PLR2004
        return "Kepala gambar JPEG ini tidak sah."
    return too_large(Size(wide, high, wide * high * parts))


def _scan(seen: _Seen, data: bytes) -> str:
    """Say what is wrong with a scan: it comes after header and tables, and names components of the header."""
    if not seen.frame or not seen.tables or seen.scans > SCANS:
        return "Susunan gambar JPEG ini tidak sah."
    known = set(seen.frame[6::3])
    named = set(data[1:-3:2])
    count = data[0] if data else 0
    return "" if len(data) == 4 + 2 * count and named and named <= known else CUT


def _ended(seen: _Seen, rest: bytes) -> str:
    if not seen.scans:
        return CUT
    if not rest.strip(b"\0") or rest.startswith(b"\xff\xd8\xff") or rest.rstrip(b"\0").endswith(b"SEFT"):
        return ""
    return "Gambar JPEG ini memuat data lain sesudah akhirnya."

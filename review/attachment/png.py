"""Whether a PNG is whole: every chunk with its checksum, the picture exactly as large as its header says.

After the PNG specification, third edition (W3C). Compressed parts are never grown beyond what is allowed.

Pure.
"""

import struct
import zlib
from collections.abc import Iterator
from itertools import pairwise

from review.attachment.size import Size, too_large

FIRST = 8
"""The bytes before the first chunk."""

TEXTS = 1024 * 1024
"""What compressed texts and colour profiles may grow to altogether, in bytes."""

STEP = 1024 * 1024

CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
DEPTHS = {0: {1, 2, 4, 8, 16}, 2: {8, 16}, 3: {1, 2, 4, 8}, 4: {8, 16}, 6: {8, 16}}
PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
"""Where each pass of an interlaced picture begins and how far it steps: x, y, x, y."""

CRITICAL = {b"IHDR", b"PLTE", b"IDAT", b"IEND"}

Chunk = tuple[bytes, bytes]


def fault(body: bytes) -> str:
    """Say in Indonesian what is wrong with a PNG; empty when nothing is."""
    chunks = list(_chunks(body))
    if not chunks or chunks[-1] != (b"IEND", b""):
        return "Gambar PNG ini terpotong atau memuat data lain sesudah akhirnya."
    wrong = _order(chunks)
    if wrong:
        return wrong
    wide, high, depth, colour, *methods = struct.unpack(">IIBBBBB", chunks[0][1])
    if depth not in DEPTHS.get(colour, ()) or methods[:2] != [0, 0] or methods[2] > 1 or not wide * high:
        return "Kepala gambar PNG ini tidak sah."
    bits = CHANNELS[colour] * depth
    large = too_large(Size(wide, high, wide * high * bits // 8))
    if large:
        return large
    if _overgrown(chunks):
        return "Keterangan di dalam gambar PNG ini terlalu besar."
    picture = b"".join(data for name, data in chunks if name == b"IDAT")
    expected = _expected((wide, high), bits, interlaced=methods[2] == 1)
    return "" if _inflated(picture, expected) == expected else "Isi gambar PNG ini tidak sesuai ukurannya."


def _chunks(body: bytes) -> Iterator[Chunk]:
    """Give the chunks; stop where one is broken, and after one that names something behind the end."""
    place = FIRST
    while place < len(body):
        head = body[place : place + 8]
        length = int.from_bytes(head[:4])
        data = body[place + 8 : place + 8 + length]
        total = body[place + 8 + length : place + 12 + length]
        if len(total) != 4 or zlib.crc32(head[4:] + data) != int.from_bytes(total):  # noqa: PLR2004 - of a sum
            yield b"", b""
            return
        yield head[4:], data
        place += 12 + length


def _order(chunks: list[Chunk]) -> str:
    """Say what is wrong with which chunks there are, and in which order."""
    names = [name for name, _ in chunks]
    once = names.count(b"IHDR") == names.count(b"IEND") == 1 and names.count(b"PLTE") <= 1
    starts = sum(after == b"IDAT" and before != b"IDAT" for before, after in pairwise(names))
    if names[0] != b"IHDR" or len(chunks[0][1]) != 13 or not once or starts != 1:  # noqa: PLR2004 - IHDR's length
        return "Susunan gambar PNG ini tidak sah."
    if any(name[:1].isupper() and name not in CRITICAL for name in names):
        return "Gambar PNG ini memuat bagian yang tidak dikenal."
    return ""


def _expected(size: tuple[int, int], bits: int, *, interlaced: bool) -> int:
    """Give the bytes of a picture before its compression: every row with one byte for its filter."""
    wide, high = size
    if not interlaced:
        return high * (1 + (wide * bits + 7) // 8)
    total = 0
    for left, top, right, down in PASSES:
        columns, rows = -((left - wide) // right), -((top - high) // down)
        total += rows * (1 + (columns * bits + 7) // 8) if columns > 0 and rows > 0 else 0
    return total


def _overgrown(chunks: list[Chunk]) -> bool:
    """Say whether the compressed texts and profiles grow beyond what is allowed, and stop there."""
    total = 0
    for name, data in chunks:
        total += _grown(name, data)
        if total > TEXTS:
            return True
    return False


def _grown(name: bytes, data: bytes) -> int:
    """Give what a compressed text or profile grows to, one byte beyond the limit at most."""
    packed = b""
    if name in {b"iCCP", b"zTXt"}:
        packed = data.partition(b"\0")[2][1:]
    elif name == b"iTXt" and data.partition(b"\0")[2][:1] == b"\1":
        packed = data.partition(b"\0")[2][2:].partition(b"\0")[2].partition(b"\0")[2]
    return max(_inflated(packed, TEXTS), 0) if packed else 0


def _inflated(packed: bytes, limit: int) -> int:
    """Give the size of a compressed part, ``limit`` + 1 for any larger, -1 for what is no such part."""
    stream, found = zlib.decompressobj(), 0
    try:
        while not stream.eof and found <= limit:
            grown = len(stream.decompress(packed, min(STEP, limit + 1 - found)))
            packed, found = stream.unconsumed_tail, found + grown
            if not grown and not packed:
                break
    except zlib.error:
        return -1
    return found if found > limit or (stream.eof and not stream.unused_data) else -1

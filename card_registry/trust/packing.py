"""A slot on its way: packed where that makes it smaller, and unpacked within a slot's limit by its receiver.

Signed metadata is JSON full of equal words, so a revocation at a site of two hundred controllers packs to a
quarter; what is stored, hashed and verified is always the unpacked bytes. Nothing is believed of what comes
in: unpacking never gives more than a slot may hold, whatever the sender says.

A packed slot begins with the byte of a zlib stream (0x78); every slot of ours begins with another.

Pure.
"""

import zlib

from card_registry.canonical import LIMIT
from card_registry.errors import Malformed

MARK = b"\x78"
EFFORT = 6


def pack(body: bytes) -> bytes:
    """Give the bytes to send for a slot: packed where that is shorter."""
    packed = zlib.compress(body, EFFORT)
    return packed if len(packed) < len(body) or body.startswith(MARK) else body


def unpack(data: bytes, what: str) -> bytes:
    """Give a slot as it was before it was packed; one that was not packed is given as it is.

    Raises:
        Malformed: It is damaged, goes on behind its end, or would be larger than a slot may be.
    """
    if not data.startswith(MARK):
        return data
    stream = zlib.decompressobj()
    try:
        body = stream.decompress(data, LIMIT)
    except zlib.error as error:
        message = f"{what} is packed and cannot be unpacked: it is damaged"
        raise Malformed(message) from error
    if not stream.eof or stream.unused_data:
        message = f"{what} is packed and not one whole slot of at most {LIMIT} bytes"
        raise Malformed(message)
    return body

"""The frames between a PN532 and its host on a serial line (PN532 user manual, 6.2.1).

It decides where a frame begins and ends and whether its checksums hold; what it says is left to ``pn532``.

Pure.
"""

from dataclasses import dataclass

ACK = bytes.fromhex("0000FF00FF00")
SYNTAX_ERROR = bytes.fromhex("0000FF01FF7F8100")
_START = b"\x00\xff"
_TO_CHIP = 0xD4
_TO_HOST = 0xD5
_BYTE = 0xFF
_LONG = b"\xff\xff"
_MARKERS = {b"\x00\xff": "ack", b"\xff\x00": "nack"}


@dataclass(frozen=True, slots=True)
class Command:
    """A command of the host: its code, its parameters, and how many bytes it took on the wire."""

    code: int
    data: bytes
    wire: int


@dataclass(frozen=True, slots=True)
class Abort:
    """An ACK or NACK of the host: whatever the chip is doing is to end."""


def wrap(code: int, data: bytes) -> bytes:
    """Give the frame that answers command ``code``."""
    body = bytes([_TO_HOST, code + 1]) + data
    long = len(body) > _BYTE
    size = len(body).to_bytes(2 if long else 1)
    head = (_LONG if long else b"") + size + bytes([-sum(size) & _BYTE])
    return b"\x00\x00\xff" + head + body + bytes([-sum(body) & _BYTE, 0])


class FrameBuffer:
    """Cuts what arrives into commands and aborts; noise and broken frames are skipped."""

    def __init__(self) -> None:
        self._pending = b""

    def feed(self, data: bytes) -> list[Command | Abort]:
        """Take bytes as they come and give the frames they complete."""
        self._pending += data
        found: list[Command | Abort] = []
        while (begins := self._pending.find(_START)) >= 0:
            rest = self._pending[begins + 2 :]
            size = _size(rest)
            if size is None:
                break
            frame, self._pending = _open(rest, size)
            if frame is not None:
                found.append(frame)
        else:
            self._pending = self._pending[-1:]
        return found


def _size(rest: bytes) -> int | None:
    """Say how many bytes after the start code belong to the frame, or None while that is unknown."""
    if len(rest) < len(b"LC"):
        return None
    if rest[:2] in _MARKERS:
        return 2
    if rest[:2] != _LONG:
        size = rest[0] + 3
    elif len(rest) < len(b"xxLLC"):
        return None
    else:
        size = int.from_bytes(rest[2:4]) + 6
    return size if len(rest) >= size else None


def _open(rest: bytes, size: int) -> tuple[Command | Abort | None, bytes]:
    if rest[:2] in _MARKERS:
        return Abort(), rest[2:]
    head = 5 if rest[:2] == _LONG else 2
    lengths = rest[head - 3 : head] if head > 2 else rest[:2]  # noqa: PLR2004 - two bytes of a short frame
    body = rest[head : size - 1]
    if sum(lengths) & _BYTE or sum(rest[head:size]) & _BYTE or len(body) < len(b"TC") or body[0] != _TO_CHIP:
        return None, rest
    return Command(body[1], body[2:], size + 4), rest[size:]

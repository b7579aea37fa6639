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
_MARKERS = (b"\x00\xff", b"\xff\x00")
"""What an ACK and a NACK have in place of a length."""

_SHORTEST, _LONGEST = 2, 265
"""How many bytes a frame carries (PN532 user manual, 6.2.1.2)."""


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
            frame, taken = _read(self._pending[begins + 2 :])
            if not taken:
                self._pending = self._pending[begins:]
                return found
            self._pending = self._pending[begins + taken :]
            found += [frame] if frame is not None else []
        self._pending = self._pending[-1:]
        return found


def _read(rest: bytes) -> tuple[Command | Abort | None, int]:
    """Read what follows a start code: a frame or noise, and how many bytes to drop; 0 until more came."""
    head = 5 if rest[:2] == _LONG else 2
    if len(rest) < head:
        return None, 0
    if rest[:2] in _MARKERS:
        return Abort(), 2 + head
    lengths = rest[2:5] if rest[:2] == _LONG else rest[:2]
    size = int.from_bytes(lengths[:-1])
    if sum(lengths) & _BYTE or not _SHORTEST <= size <= _LONGEST:
        return None, 2
    ends = head + size + 1
    if len(rest) < ends:
        return None, 0
    body = rest[head : ends - 1]
    if sum(rest[head:ends]) & _BYTE or body[0] != _TO_CHIP:
        return None, 2
    return Command(body[1], body[2:], 2 + ends + 2), 2 + ends

"""The chip finds its host's frames in any stream of bytes, and nfcpy's framing is understood."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from door_controller.simulator.frame import ACK, Abort, Command, FrameBuffer, wrap

GET_VERSION = bytes.fromhex("0000FF02FED4022A00")


def command(code: int, data: bytes) -> bytes:
    """Frame a command as a host does (PN532 user manual, 6.2.1)."""
    body = bytes([0xD4, code]) + data
    size = len(body)
    head = bytes([size, -size & 0xFF])
    if size > 0xFF:
        head = b"\xff\xff" + size.to_bytes(2) + bytes([-sum(size.to_bytes(2)) & 0xFF])
    return b"\x00\x00\xff" + head + body + bytes([-sum(body) & 0xFF, 0])


def test_the_frame_of_the_manual() -> None:
    """GetFirmwareVersion, as every driver sends it."""
    assert FrameBuffer().feed(GET_VERSION) == [Command(0x02, b"", len(GET_VERSION))]
    assert command(0x02, b"") == GET_VERSION


@given(st.integers(0, 255), st.binary(max_size=263), st.integers(1, 40))
def test_frames_in_pieces(code: int, data: bytes, piece: int) -> None:
    """A frame is found however it is cut, after any wake-up bytes, and what follows it too."""
    stream = b"\x55\x55" + bytes(14) + command(code, data) + ACK + GET_VERSION
    buffer = FrameBuffer()
    found = [
        frame
        for place in range(0, len(stream), piece)
        for frame in buffer.feed(stream[place : place + piece])
    ]

    assert [frame for frame in found if isinstance(frame, Command)] == [
        Command(code, data, len(command(code, data))),
        Command(0x02, b"", len(GET_VERSION)),
    ]
    assert found.count(Abort()) == 1


@given(st.lists(st.one_of(st.binary(max_size=40), st.just(GET_VERSION)), max_size=20))
def test_noise_is_skipped(pieces: list[bytes]) -> None:
    """No noise stops the chip: after enough silence the next frame is heard."""
    buffer = FrameBuffer()
    for piece in pieces:
        buffer.feed(piece)
    buffer.feed(bytes(300))

    assert buffer.feed(GET_VERSION)[-1] == Command(0x02, b"", len(GET_VERSION))


@pytest.mark.parametrize(
    "spoiled",
    [
        "0000FF02FDD4022A00",
        "0000FF02FED4022B00",
        "0000FF02FED5022900",
        "0000FF01FFD42C00",
        "0000FFFFFF0200FED4022A00",
    ],
)
def test_broken_frames_are_skipped(spoiled: str) -> None:
    """A wrong checksum, another direction, too short and too long: none is a command."""
    buffer = FrameBuffer()

    assert buffer.feed(bytes.fromhex(spoiled)) == []
    assert buffer.feed(bytes(300) + GET_VERSION) == [Command(0x02, b"", len(GET_VERSION))]


def test_a_nack_ends_too() -> None:
    """A host's NACK is treated like its ACK: what runs is to end."""
    assert FrameBuffer().feed(bytes.fromhex("0000FFFF0000")) == [Abort()]


@given(st.binary(max_size=300))
def test_answers_are_framed(data: bytes) -> None:
    """An answer's checksums hold in both forms of a frame."""
    frame = wrap(0x42, data)
    head = 8 if frame[3:5] == b"\xff\xff" else 5

    assert frame[head : head + 2] == b"\xd5\x43"
    assert sum(frame[head:-1]) & 0xFF == 0
    assert frame[head + 2 : -2] == data

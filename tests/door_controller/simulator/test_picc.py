"""The card side of ISO 14443-4 keeps the rules of its blocks, as a reader of the same standard sees them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from door_controller.simulator.picc import FRAME_SIZES, Picc, Spoken, UidCard

UID = bytes.fromhex("04A1B2C3D4E5F6")


class Echo:
    """An application that answers every APDU with itself, after a while."""

    def __init__(self, seconds: float = 0.0) -> None:
        self.seconds = seconds
        self.heard: list[bytes] = []

    def reset(self) -> None:
        """Nothing is selected."""

    def answer(self, apdu: bytes) -> Spoken:
        """Answer."""
        self.heard.append(apdu)
        return Spoken(apdu, self.seconds)


def said(card: Picc, frame: bytes) -> bytes:
    """What the card answers to a frame."""
    spoken = card.frame(frame)
    assert spoken is not None
    return spoken.data


def exchange(card: Picc, apdu: bytes, room: int) -> bytes:
    """Carry one APDU there and back as a reader would, in frames with ``room`` bytes."""
    number = 0
    answer = b""
    parts = [apdu[place : place + room] for place in range(0, len(apdu), room)]
    for part in parts[:-1]:
        answer = said(card, bytes([0x12 | number]) + part)
        assert answer == bytes([0xA2 | number])
        number ^= 1
    answer = said(card, bytes([0x02 | number]) + parts[-1])
    received = b""
    while True:
        while answer[0] == 0xF2:
            answer = said(card, answer)
        assert answer[0] & 1 == number
        received += answer[1:]
        number ^= 1
        if not answer[0] & 0x10:
            return received
        answer = said(card, bytes([0xA2 | number]))


@given(
    st.binary(min_size=1, max_size=600),
    st.integers(0, 8),
    st.integers(0, 8),
    st.sampled_from([0.0, 0.1, 9.0]),
)
def test_any_apdu_in_any_frame_size(apdu: bytes, fsdi: int, fsci: int, seconds: float) -> None:
    """Chaining both ways and waiting times lose and double nothing."""
    echo = Echo(seconds)
    card = Picc(UID, echo, fsci=fsci, fwi=4)
    said(card, bytes([0xE0, fsdi << 4]))

    assert exchange(card, apdu, FRAME_SIZES[fsci] - 3) == apdu
    assert echo.heard == [apdu]


@given(st.integers(0, 8))
def test_no_block_is_longer_than_the_reader_takes(fsdi: int) -> None:
    """The reader's frame size, said in RATS, bounds every block."""
    card = Picc(UID, Echo())
    said(card, bytes([0xE0, fsdi << 4]))

    assert len(said(card, b"\x02" + bytes(250))) <= FRAME_SIZES[fsdi] - 2


def test_the_times_add_up() -> None:
    """Asking for time takes time: the waits before all blocks sum to what the application needs."""
    card = Picc(UID, Echo(1.5), fwi=4)
    said(card, b"\xe0\x80")
    spoken = card.frame(b"\x02\xaa")
    waited = 0.0
    while spoken is not None and spoken.data[0] == 0xF2:
        waited += spoken.seconds
        assert 1 <= spoken.data[1] <= 59
        spoken = card.frame(spoken.data)

    assert spoken is not None
    assert waited + spoken.seconds == pytest.approx(1.5)


def test_a_lost_answer_is_said_again() -> None:
    """R(NAK) with the card's block number repeats the last block, and runs nothing twice (rule 11)."""
    echo = Echo()
    card = Picc(UID, echo)
    said(card, b"\xe0\x80")
    first = said(card, b"\x02\x01\x02")

    assert said(card, b"\xb2") == first
    assert echo.heard == [b"\x01\x02"]


def test_a_lost_command_is_asked_for() -> None:
    """R(NAK) with the other block number is acknowledged, so the reader sends again (rule 12)."""
    card = Picc(UID, Echo())
    said(card, b"\xe0\x80")

    assert said(card, b"\xb2") == b"\xa3"
    assert card.frame(b"\xb3") is None


def test_deselected_and_powered_down() -> None:
    """After S(DESELECT), and after losing the field, only RATS is answered."""
    card = Picc(UID, Echo())
    assert card.frame(b"\x02\x01") is None
    said(card, b"\xe0\x80")
    assert said(card, b"\xc2") == b"\xc2"
    assert card.frame(b"\x02\x01") is None
    said(card, b"\xe0\x80")
    card.reset()
    assert card.frame(b"\x02\x01") is None


@pytest.mark.parametrize("frame", [b"", b"\x0a\x00\x01", b"\xd0", b"\xf2\x01", b"\xa2", b"\xa3", b"\xff"])
def test_what_is_no_block_is_met_with_silence(frame: bytes) -> None:
    """An active card keeps silent on frames that the standard does not let it answer."""
    card = Picc(UID, Echo())
    said(card, b"\xe0\x80")

    assert card.frame(frame) is None


def test_an_empty_block_runs_nothing() -> None:
    """A reader's presence check by an empty I-block is answered by one."""
    echo = Echo()
    card = Picc(UID, echo)
    said(card, b"\xe0\x80")

    assert said(card, b"\x02") == b"\x02"
    assert echo.heard == []


@given(st.lists(st.binary(max_size=20), max_size=30))
def test_no_reader_breaks_a_card(frames: list[bytes]) -> None:
    """Any frames in any order: the card answers or keeps silent, and works after the next activation."""
    card = Picc(UID, Echo())
    for frame in frames:
        card.frame(frame)
    card.reset()
    said(card, b"\xe0\x80")

    assert exchange(card, b"\x01\x02\x03", 5) == b"\x01\x02\x03"


def test_a_uid_card_is_silent() -> None:
    """It has a UID, no ISO-DEP bit, and no word for anyone."""
    card = UidCard(b"\x01\x02\x03\x04")
    card.reset()

    assert card.sak & 0x20 == 0
    assert card.frame(b"\xe0\x80") is None

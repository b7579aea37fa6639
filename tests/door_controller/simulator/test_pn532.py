"""The chip: commands, field, registers and time, without a wire."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from door_controller.simulator.picc import Picc, Spoken, UidCard
from door_controller.simulator.pn532 import CHIP_SECONDS, TIMEOUT, Answer, Chip, Look, Unknown

UID = bytes.fromhex("04A1B2C3D4E5F6")
LOOK = b"\x01\x00"


class Slow:
    """An application that thinks for two seconds."""

    def reset(self) -> None:
        """Nothing to forget."""

    def answer(self, apdu: bytes) -> Spoken:
        """Echo, late."""
        return Spoken(apdu, 2.0)


def chip_with_card() -> Chip:
    """A chip that has found a card."""
    chip = Chip()
    chip.put(Picc(UID, Slow()))
    assert isinstance(chip.execute(0x4A, LOOK), Look)
    assert chip.found() is not None
    return chip


def data(chip: Chip, code: int, parameters: bytes = b"") -> bytes:
    """What a command answers."""
    answer = chip.execute(code, parameters)
    assert isinstance(answer, Answer)
    return answer.data


def test_what_it_is() -> None:
    """The version a PN532 gives, an echo for the line test, and nothing for settings."""
    chip = Chip()

    assert data(chip, 0x02) == bytes.fromhex("32010607")
    assert data(chip, 0x00, b"\x00abc") == b"\x00abc"
    assert data(chip, 0x00, b"\x01") == b"\x00"
    assert data(chip, 0x04) == bytes([0, 0, 0, 0])
    assert data(chip, 0x12, b"\x00") == data(chip, 0x14, b"\x01\x00\x00") == b""
    assert data(chip, 0x16, b"\x10") == data(chip, 0x52, b"\x01") == b"\x00"


def test_registers() -> None:
    """What is written is read; the FIFO tells nfcpy that nobody answered."""
    chip = Chip()
    assert data(chip, 0x08, bytes.fromhex("630280")) == b""

    assert data(chip, 0x06, bytes.fromhex("6302 6339 6303")) == bytes([0x80, 0x26, 0])


def test_the_speed_changes() -> None:
    """SetSerialBaudRate names one of nine speeds."""
    chip = Chip()
    assert data(chip, 0x10, b"\x07") == b""

    assert chip.baud == 921600
    assert chip.execute(0x10, b"\x09") == Unknown()


def test_what_it_sees() -> None:
    """A found card is listed with ATQA, SAK and UID."""
    chip = Chip()
    assert chip.execute(0x4A, LOOK) == Look(0xFF)
    assert chip.found() is None
    chip.put(UidCard(b"\x0a\x0b\x0c\x0d"))
    found = chip.found()

    assert found is not None
    assert found.data == bytes.fromhex("01 01 0004 08 04 0A0B0C0D")


def test_how_often_it_looks() -> None:
    """RFConfiguration sets the tries; type B is looked for in vain; three targets are too many."""
    chip = Chip()
    data(chip, 0x32, b"\x05\x01\x00\x07")

    assert chip.execute(0x4A, LOOK) == Look(7)
    assert data(chip, 0x4A, b"\x01\x03\x00") == b"\x00"
    assert data(chip, 0x4A, b"\x03\x00") == b"\x10"


def test_no_field_no_card() -> None:
    """Switching the field off takes a card's power; the timer's settings do not."""
    chip = chip_with_card()
    assert data(chip, 0x42, b"\xe0\x80")[:1] == b"\x00"
    data(chip, 0x32, b"\x02\x00\x0b\x0a")
    data(chip, 0x32, b"\x01\x01")
    assert data(chip, 0x42, b"\xb2")[:1] == b"\x00"
    data(chip, 0x32, b"\x01\x02")

    assert data(chip, 0x42, b"\xb2") == TIMEOUT


def test_a_card_that_is_slower_than_the_timer() -> None:
    """The chip waits as long as its timer says, then reports a timeout; an answer costs air and thinking."""
    chip = chip_with_card()
    data(chip, 0x32, b"\x02\x00\x0b\x10")
    activated = chip.execute(0x42, b"\xe0\x80")
    assert isinstance(activated, Answer)
    assert activated.link_seconds > CHIP_SECONDS
    asked = chip.execute(0x42, b"\x02\x01")
    assert isinstance(asked, Answer)
    assert asked.card_seconds > 0
    data(chip, 0x32, b"\x02\x00\x0b\x01")
    late = chip.execute(0x42, b"\xf2" + asked.data[2:])

    assert isinstance(late, Answer)
    assert late.data == TIMEOUT
    assert late.link_seconds >= 100e-6


def test_a_timer_without_end() -> None:
    """Setting 0 waits as long as the chip can."""
    chip = Chip()
    data(chip, 0x32, b"\x02\x00\x0b\x00")
    answer = chip.execute(0x42, b"\xe0\x80")

    assert isinstance(answer, Answer)
    assert answer.link_seconds > 3


def test_unselected_cards_hear_nothing() -> None:
    """A card that was not listed, or was released, does not hear its chip."""
    chip = chip_with_card()
    data(chip, 0x52, b"\x01")

    assert data(chip, 0x42, b"\xe0\x80") == TIMEOUT


@given(st.integers(0, 255), st.binary(max_size=30))
def test_any_command_is_answered(code: int, parameters: bytes) -> None:
    """No command of a host breaks the chip."""
    answer = chip_with_card().execute(code, parameters)

    assert isinstance(answer, Answer | Look | Unknown)


@pytest.mark.parametrize("code", [0x00, 0x08, 0x10, 0x32, 0x4A, 0x60])
def test_too_few_parameters_are_a_syntax_error(code: int) -> None:
    """What is cut short, and what this chip does not do, is answered with an error frame."""
    assert Chip().execute(code, b"\x01" if code == 0x08 else b"") == Unknown()

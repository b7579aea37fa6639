"""Cards' tags, lengths and values are divided exactly, or refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from card_registry.cards.tlv import Ragged, read_tlv, write_tlv

SHORT_TAGS = st.integers(0, 0xFF).filter(lambda tag: tag & 0x1F != 0x1F)


@given(st.dictionaries(SHORT_TAGS, st.binary(max_size=127)))
def test_what_is_written_is_read(values: dict[int, bytes]) -> None:
    """Any set of values comes back as it was."""
    data = b"".join(write_tlv(tag, value) for tag, value in values.items())

    assert read_tlv(data) == values


@given(st.binary(max_size=300))
def test_any_bytes_are_divided_or_refused(data: bytes) -> None:
    """No card's bytes raise anything but the one refusal, and no value is invented."""
    try:
        values = read_tlv(data)
    except Ragged:
        return
    assert sum(len(value) for value in values.values()) <= len(data)
    assert all(value in data for value in values.values())


def test_long_lengths_and_long_tags_are_read() -> None:
    """Tags of two bytes and the 81 form of a length are what real cards send."""
    assert read_tlv(bytes.fromhex("7F6302ABCD") + b"\x81\x81\x80" + bytes(128)) == {
        0x7F63: b"\xab\xcd",
        0x81: bytes(128),
    }


@pytest.mark.parametrize(
    "text", ["5C", "7F", "7F63", "5C05AA", "5C8101", "5C82000101", "5C80", "5C0101 5C0101", "5C81"]
)
def test_ragged_bytes_are_refused(text: str) -> None:
    """A cut tag, a missing or too long length, an odd form and a doubled tag are each refused."""
    with pytest.raises(Ragged):
        read_tlv(bytes.fromhex(text))

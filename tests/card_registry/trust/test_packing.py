"""Slots on their way: smaller, the same afterwards, and never more than a slot may be."""

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from card_registry.canonical import LIMIT
from card_registry.errors import Malformed
from card_registry.trust.packing import MARK, pack, unpack


@given(st.binary(max_size=2_000) | st.text(alphabet="{}ab0", max_size=4_000).map(str.encode))
def test_what_was_packed_comes_out_again(body: bytes) -> None:
    """Whatever the bytes; and no longer than they were, but for those that look like packed ones."""
    packed = pack(body)
    assert unpack(packed, "a slot") == body
    assert len(packed) <= len(body) or body.startswith(MARK)


@given(st.binary(max_size=400), st.data())
def test_a_damaged_slot_is_refused(body: bytes, data: st.DataObject) -> None:
    """A changed, cut or lengthened stream is a sentence, or the same bytes, never something else."""
    packed = zlib.compress(body)
    place = data.draw(st.integers(1, len(packed) - 1))
    changed = packed[:place] + bytes([packed[place] ^ data.draw(st.integers(1, 255))]) + packed[place + 1 :]
    assert given_of(changed) in {body, None}
    assert given_of(packed[:place]) is None
    assert given_of(packed + b"\x00") is None


def given_of(data: bytes) -> bytes | None:
    """Give what comes out, None where it is refused."""
    try:
        return unpack(data, "a slot")
    except Malformed:
        return None


def test_nothing_larger_than_a_slot_comes_out() -> None:
    """A small packet that would fill the memory is refused at the limit."""
    assert len(unpack(zlib.compress(bytes(LIMIT)), "a slot")) == LIMIT
    for size in (LIMIT + 1, 200 * LIMIT):
        with pytest.raises(Malformed, match="at most"):
            unpack(zlib.compress(bytes(size), 9), "a slot")

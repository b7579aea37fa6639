"""Batches: what the hub believes, and what it refuses."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from card_registry.errors import Forged, Forked, Malformed
from card_registry.journal.batch import (
    MAX_ROWS,
    Batch,
    batch_name,
    check_batch,
    decode_batch,
    encode_batch,
    parse_name,
)
from card_registry.journal.tree import Frontier, leaf
from card_registry.signing import public_hex
from tests.card_registry.journal.maker import (
    CONTROLLER,
    KEY,
    SITE,
    make_batch,
    make_note,
    make_row,
    make_rows,
)

ROWS = make_rows(20)
PUBLIC = public_hex(KEY)


def stored(count: int) -> Frontier:
    """Give the frontier of a hub that has the first rows."""
    return Frontier().extend(leaf(row) for row in ROWS[:count])


@given(st.integers(0, 19), st.integers(0, 19), st.integers(0, 20))
def test_any_overlap_is_trimmed_and_any_gap_refused(first: int, last: int, have: int) -> None:
    """Whatever the hub has, a batch adds exactly its new rows or nothing."""
    start, end = min(first, last), max(first, last) + 1
    batch = make_batch(ROWS, start, end)
    if start <= have < end:
        frontier, leaves, head = check_batch(batch, stored(have), SITE, PUBLIC)
        assert frontier == stored(end)
        assert leaves == [leaf(row) for row in ROWS[have:end]]
        assert head.size == end
    else:
        with pytest.raises(Forked, match="do not continue"):
            check_batch(batch, stored(have), SITE, PUBLIC)


def test_a_row_changed_on_the_way_is_refused() -> None:
    """The root is recomputed, not believed."""
    honest = make_batch(ROWS, 0, 3)
    forged = Batch(1, CONTROLLER, 1, 0, (ROWS[0], make_row(99), ROWS[2]), honest.note)
    with pytest.raises(Forked, match="do not hash to the root"):
        check_batch(forged, stored(0), SITE, PUBLIC)


def test_a_head_over_more_rows_than_sent_is_refused() -> None:
    """The checkpoint must be over exactly the rows up to the batch's end."""
    batch = Batch(1, CONTROLLER, 1, 0, tuple(ROWS[:3]), make_note(ROWS[:4]))
    with pytest.raises(Forked):
        check_batch(batch, stored(0), SITE, PUBLIC)


def test_another_key_is_refused() -> None:
    """Only the key in the signed directory speaks for a controller."""
    with pytest.raises(Forged):
        check_batch(make_batch(ROWS, 0, 3), stored(0), SITE, "00" * 32)


@given(st.data())
def test_a_batch_is_read_from_its_own_bytes_only(data: st.DataObject) -> None:
    """What parses encodes to the same bytes; every other byte string is refused."""
    batch = make_batch(ROWS, 2, 6)
    encoded = encode_batch(batch)
    assert decode_batch(encoded) == batch
    at, flip = data.draw(st.integers(0, len(encoded) - 1)), data.draw(st.integers(1, 255))
    changed = bytes([*encoded[:at], encoded[at] ^ flip, *encoded[at + 1 :]])
    with contextlib.suppress(Malformed):
        assert encode_batch(decode_batch(changed)) == changed


@pytest.mark.parametrize("hostile", [b"", b"\x90", b"\xdd\xff\xff\xff\xff", b"\x91" * 5000, bytes(300_000)])
def test_hostile_bytes_are_refused(hostile: bytes) -> None:
    """Nothing else is read as a batch."""
    with pytest.raises(Malformed):
        decode_batch(hostile)


def test_a_longer_way_to_write_a_batch_is_refused() -> None:
    """MessagePack can write one number in several ways; only the shortest is ours."""
    encoded = encode_batch(make_batch(ROWS, 0, 1))
    assert encoded[1] == 1
    with pytest.raises(Malformed, match="one written form"):
        decode_batch(encoded[:1] + b"\xcc\x01" + encoded[2:])


@pytest.mark.parametrize("rows", [(), (b"{}",) * (MAX_ROWS + 1)])
def test_a_batch_of_no_or_too_many_rows_cannot_be_made(rows: tuple[bytes, ...]) -> None:
    """The limit holds for the sender as well."""
    with pytest.raises(ValueError, match="1 to 256 rows"):
        Batch(1, CONTROLLER, 1, 0, rows, b"")


@given(st.integers(1, 999_999), st.integers(0, 10**12 - 2))
def test_names_sort_as_they_are_sent_and_are_read_back(epoch: int, start: int) -> None:
    """A name gives its place again; anything else gives none."""
    assert parse_name(batch_name(epoch, start)) == (epoch, start)
    assert batch_name(epoch, start) < batch_name(epoch, start + 1)
    assert parse_name(batch_name(epoch, start) + ".new") is None

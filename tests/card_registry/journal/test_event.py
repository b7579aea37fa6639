"""Every kind of event, written and read back; hostile rows refused."""

from dataclasses import replace

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from card_registry import canonical
from card_registry.errors import Malformed
from card_registry.journal.event import (
    BODIES,
    EVENT_LIMIT,
    Body,
    EventKind,
    Moment,
    Refused,
    decode_body,
    decode_event,
    encode_event,
    kind_of,
)
from card_registry.words import ControllerId, SiteId, TimeQuality

SITE, CONTROLLER = SiteId("contoh"), ControllerId("pengendali-1")
AT = Moment(1_795_150_800_000, 1_795_150_799_000, None, TimeQuality.ANCHORED, "boot", 5)

st.register_type_strategy(int, st.integers(-(2**53 - 1), 2**53 - 1))
st.register_type_strategy(str, st.text(st.characters(codec="utf-8"), max_size=12))
bodies = st.one_of([st.from_type(kind) for kind in BODIES.values()])


def _row(body: Body) -> bytes:
    """Write one event."""
    return encode_event(SITE, CONTROLLER, (1, 2), body, AT, "00" * 12)


@given(bodies)
def test_every_kind_is_read_as_it_was_written(body: Body) -> None:
    """Envelope and body survive, and the bytes are the same again."""
    row = _row(body)
    event = decode_event(row)
    assert (event.site, event.controller, event.epoch, event.seq, event.at) == (SITE, CONTROLLER, 1, 2, AT)
    assert event.kind is kind_of(body)
    assert decode_body(event) == body
    assert canonical.encode(event) == row


def test_every_kind_has_one_body() -> None:
    """The table names each kind once, and each body its kind."""
    assert set(BODIES) == set(EventKind)
    assert len(set(BODIES.values())) == len(EventKind)


@given(st.binary(max_size=80))
def test_chance_bytes_are_no_event(data: bytes) -> None:
    """The only exception is ours."""
    with pytest.raises(Malformed):
        decode_event(data)


ROW = _row(Refused("slots", "forged"))


@given(st.integers(0, len(ROW) - 1), st.integers(1, 255))
def test_a_flipped_byte_is_refused_or_another_event(place: int, mask: int) -> None:
    """No other bytes are read as this event."""
    data = bytearray(ROW)
    data[place] ^= mask
    try:
        event = decode_event(bytes(data))
        body = decode_body(event)
    except Malformed:
        return
    assert (event, body) != (decode_event(ROW), Refused("slots", "forged"))


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (b'"v":1', b'"v":2', "version 2; this program reads version 1"),
        (b'"kind":"refused"', b'"kind":"danced"', "Invalid enum value"),
        (b'"seq":2', b'"seq":9007199254740992', "not well formed"),
        (b'"seq":2', b'"seq":-9223372036854775809', "not well formed"),
        (b'"seq":2', b'"seq":2,"seq":2', "canonical form"),
        (b'"site":"contoh"', b'"site":"contoh","size":1', "canonical form"),
        (b'"site":"contoh"', b'"site":"\xff"', "not well formed"),
        (b'"commit":null,', b"", "not well formed"),
    ],
)
def test_a_hostile_envelope_is_refused(old: bytes, new: bytes, sentence: str) -> None:
    """Another version, kind or number, and anything said twice or too much."""
    assert old in ROW
    with pytest.raises(Malformed, match=sentence):
        decode_event(ROW.replace(old, new, 1))


def test_a_body_of_another_kind_is_refused() -> None:
    """A refusal's body under the name of a start."""
    event = replace(decode_event(ROW), kind=EventKind.STARTED)
    with pytest.raises(Malformed, match="the body of a started event"):
        decode_body(event)


def test_a_body_with_spaces_is_refused() -> None:
    """The envelope keeps a body as it came; only its canonical bytes are read."""
    event = replace(decode_event(ROW), body=msgspec.Raw(b'{"what":"slots", "why":"forged"}'))
    with pytest.raises(Malformed, match="canonical form"):
        decode_body(event)


def test_an_event_is_bounded() -> None:
    """Eight kibibytes, no more."""
    with pytest.raises(Malformed, match=f"at most {EVENT_LIMIT} are accepted"):
        decode_event(_row(Refused("slots", "x" * EVENT_LIMIT)))

"""One byte string for each value, and a sentence for every other."""

import dataclasses
import typing
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from card_registry import canonical, circumstances, schedule, statements
from card_registry.errors import Malformed
from card_registry.journal import event


@dataclass(frozen=True, slots=True)
class Inner:
    """A part."""

    name: str
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Outer:
    """A document."""

    z: int
    a: tuple[Inner, ...] = ()
    yes: bool = False


texts = st.text(st.characters(codec="utf-8"), max_size=8)
inner = st.builds(Inner, texts, st.one_of(st.none(), st.integers()))
documents = st.builds(Outer, st.integers(), st.lists(inner, max_size=3).map(tuple), st.booleans())


@given(documents)
def test_what_is_written_is_read(value: Outer) -> None:
    """decode(encode(x)) == x, and the bytes are the same again."""
    data = canonical.encode(value)
    assert canonical.decode(data, Outer, "a document") == value
    assert canonical.encode(canonical.decode(data, Outer, "a document")) == data


@given(documents, st.data())
def test_a_flipped_byte_is_refused_or_means_something_else(value: Outer, chance: st.DataObject) -> None:
    """No two byte strings are read as one value."""
    data = bytearray(canonical.encode(value))
    place = chance.draw(st.integers(0, len(data) - 1))
    data[place] ^= chance.draw(st.integers(1, 255))
    try:
        other = canonical.decode(bytes(data), Outer, "a document")
    except Malformed:
        return
    assert other != value


@given(st.binary(max_size=64))
def test_chance_bytes_are_refused_by_their_own_sentence(data: bytes) -> None:
    """Whatever arrives, the only exception is ours."""
    with pytest.raises(Malformed, match="a document"):
        canonical.decode(data, Outer, "a document")


@pytest.mark.parametrize(
    "data",
    [
        b'{"a":[],"yes":false,"z":1,"z":1}',
        b'{"a":[],"b":1,"yes":false,"z":1}',
        b'{"z":1,"yes":false,"a":[]}',
        b'{"a":[],"yes":false,"z": 1}',
        b'{"a":[],"yes":false,"z":1}\n',
        b'{"a":[],"z":1}',
        b'{"a":[],"yes":false,"z":1.0}',
        b'{"a":[],"yes":false,"z":1e0}',
        b'{"a":[],"yes":false,"z":-0}',
        b'{"a":[],"yes":false,"z":true}',
        b'{"a":[],"yes":0,"z":1}',
        b'{"a":[],"yes":false}',
        b'{"a":[{"name":"\\u0041","number":null}],"yes":false,"z":1}',
        b'{"a":[{"name":"\\ud800","number":null}],"yes":false,"z":1}',
        b'{"a":[{"name":"\xff","number":null}],"yes":false,"z":1}',
        b'{"\xff":1,"yes":false,"z":1}',
        b'{"a":[],"yes":false,"z":' + b"9" * 5000 + b"}",
        b"\xef\xbb\xbf{}",
        b"[]",
        b"null",
        b"",
    ],
)
def test_every_other_spelling_is_refused(data: bytes) -> None:
    """Duplicates, unknown fields, order, spaces, defaults left out, floats, escapes, bad UTF-8."""
    with pytest.raises(Malformed):
        canonical.decode(data, Outer, "a document")


def test_depth_and_length_are_bounded() -> None:
    """A document of brackets is refused, and so is one byte too many."""
    with pytest.raises(Malformed, match="not well formed"):
        canonical.decode(b"[" * 100_000, object, "a document")
    with pytest.raises(Malformed, match="a document has 3 bytes; at most 2 are accepted"):
        canonical.decode(b"123", int, "a document", limit=2)
    assert canonical.decode(b"12", int, "a document", limit=2) == 12


def test_keys_are_sorted_at_every_depth() -> None:
    """The order of fields in the source does not matter."""
    assert (
        canonical.encode(Outer(1, (Inner("x"),))) == b'{"a":[{"name":"x","number":null}],"yes":false,"z":1}'
    )


KINDS = [
    kind
    for module in (circumstances, schedule, statements, event)
    for kind in vars(module).values()
    if dataclasses.is_dataclass(kind) and isinstance(kind, type)
]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_no_document_has_a_float(kind: type) -> None:
    """Canonical JSON is the float-free subset, so no field may be one."""
    assert "float" not in str(typing.get_type_hints(kind).values())
    assert all(field.type is not float for field in dataclasses.fields(kind))

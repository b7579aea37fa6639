"""One byte string for each value: the canonical JSON that is hashed, signed and stored.

Objects have sorted keys, no spaces and only integers, text, booleans, nulls, lists and objects: the
float-free subset of RFC 8785. A value is decoded only from exactly the bytes it would encode to, so an
unknown field, a duplicate key, another order or a default left out is a refusal, not a surprise.

Pure.
"""

from functools import cache
from typing import Any, TypeVar

import msgspec

from card_registry.errors import Malformed

LIMIT = 256 * 1024
"""The largest document that crosses a border, in bytes (DESIGN §4: 256 KiB a file)."""

T = TypeVar("T")
_ENCODER = msgspec.json.Encoder(order="sorted")


def encode(value: object) -> bytes:
    """Give the canonical bytes of a value made of frozen dataclasses and plain JSON kinds."""
    return _ENCODER.encode(value)


@cache
def _decoder(kind: object) -> msgspec.json.Decoder[Any]:
    """Make a kind's decoder once: making it costs more than a small document's decoding."""
    return msgspec.json.Decoder(kind)


def decode(data: bytes, kind: type[T], what: str, limit: int = LIMIT) -> T:
    """Read one value, from its canonical bytes and from no others.

    Args:
        data: The document, at most ``limit`` bytes.
        kind: The frozen dataclass (or plain type) that it must be.
        what: The document's name, for the error.
        limit: The largest length accepted, in bytes.

    Raises:
        Malformed: Too long, not JSON, not this kind, or not the canonical bytes of what it says.
    """
    if len(data) > limit:
        message = f"{what} has {len(data)} bytes; at most {limit} are accepted"
        raise Malformed(message)
    try:
        value: T = _decoder(kind).decode(data)  # type: ignore[arg-type]  # a type is hashable
        again = encode(value)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        message = f"{what} is not well formed: {error}"
        raise Malformed(message) from error
    if again != data:
        message = f"{what} is not in canonical form (unknown field, other order or duplicate key)"
        raise Malformed(message)
    return value

"""BER-TLV as cards speak it: tags of one or two bytes, lengths up to 255, every length checked.

It decides where one value ends and the next begins; what a tag means is left to the protocol that asked.

Pure.
"""

_MORE_TAG = 0x1F
_LONG_LENGTH = 0x80
_ONE_LENGTH_BYTE = 0x81


class Ragged(ValueError):
    """The bytes do not divide into tags, lengths and values, or say a tag twice."""


def read_tlv(data: bytes) -> dict[int, bytes]:
    """Divide ``data`` into values by tag.

    Raises:
        Ragged: A length points past the end, has an unknown form, or a tag comes twice.
    """
    values: dict[int, bytes] = {}
    place = 0
    while place < len(data):
        tag, place = _tag(data, place)
        length, place = _length(data, place)
        if tag in values:
            raise Ragged(f"tag {tag:X} comes twice")
        if place + length > len(data):
            raise Ragged(f"tag {tag:X} promises more bytes than there are")
        values[tag] = data[place : place + length]
        place += length
    return values


def _tag(data: bytes, place: int) -> tuple[int, int]:
    if data[place] & _MORE_TAG != _MORE_TAG:
        return data[place], place + 1
    if place + 1 == len(data):
        raise Ragged("the last tag is cut short")
    return data[place] << 8 | data[place + 1], place + 2


def _length(data: bytes, place: int) -> tuple[int, int]:
    head = data[place : place + 2]
    if not head:
        raise Ragged("the last tag has no length")
    if head[0] < _LONG_LENGTH:
        return head[0], place + 1
    if head[0] == _ONE_LENGTH_BYTE and len(head) == len(b"\x81\x80"):
        return head[1], place + 2
    raise Ragged("a length is of a form that cards do not use")


def write_tlv(tag: int, value: bytes) -> bytes:
    """Give one tag below 256 with a value of at most 127 bytes."""
    return bytes([tag, len(value)]) + value

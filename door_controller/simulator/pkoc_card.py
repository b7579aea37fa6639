"""The PKOC application of a card: keeps a P-256 key and signs a reader's transaction id with it.

It decides what the card answers to an APDU; when and how the answer travels is left to ``picc``, where the
key is kept to ``cards``. The other side is ``card_registry.cards.pkoc``.

Pure.
"""

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from card_registry.cards.pkoc import AID
from card_registry.cards.tlv import Ragged, read_tlv, write_tlv
from door_controller.simulator.picc import Spoken

SPOKEN_VERSIONS = (b"\x01\x01", b"\x01\x00")
"""What the card lists in its answer to SELECT, newest first."""

_OK = b"\x90\x00"
_NO_SUCH_APPLICATION, _WRONG_DATA = b"\x6a\x82", b"\x6a\x80"
_NOT_NOW, _NO_SUCH_COMMAND, _WRONG_LENGTH = b"\x69\x85", b"\x6d\x00", b"\x67\x00"
_SELECT, _AUTHENTICATE = bytes.fromhex("00A40400"), bytes.fromhex("80800001")
_HEADER = 4
_TRANSACTION_LENGTHS = range(16, 66)
_IDENTIFIER_BYTES = 32


class PkocCard:
    """A PKOC application with its key and the seconds it takes to sign."""

    def __init__(self, key: EllipticCurvePrivateKey, sign_seconds: float = 0.0) -> None:
        self._key = key
        self._sign_seconds = sign_seconds
        self._selected = False
        self.signatures = 0
        self.public_key = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    def reset(self) -> None:
        """Forget that it was selected."""
        self._selected = False

    def answer(self, apdu: bytes) -> Spoken:
        """Answer SELECT and AUTHENTICATE; anything else is a command it does not know."""
        header, body = apdu[:_HEADER], _body(apdu)
        if body is None:
            return Spoken(_WRONG_LENGTH)
        if header == _SELECT:
            self._selected = body == AID
            return Spoken(self._greeting() if self._selected else _NO_SUCH_APPLICATION)
        if header == _AUTHENTICATE and self._selected:
            return self._authenticate(body)
        return Spoken(_NO_SUCH_COMMAND)

    def _greeting(self) -> bytes:
        return write_tlv(0x5C, b"".join(SPOKEN_VERSIONS)) + _OK

    def _authenticate(self, body: bytes) -> Spoken:
        try:
            asked = read_tlv(body)
        except Ragged:
            return Spoken(_WRONG_DATA)
        transaction = asked.get(0x4C, b"")
        if len(transaction) not in _TRANSACTION_LENGTHS or len(asked.get(0x4D, b"")) != _IDENTIFIER_BYTES:
            return Spoken(_WRONG_DATA)
        if asked.get(0x5C) not in SPOKEN_VERSIONS:
            return Spoken(_NOT_NOW)
        return Spoken(self._signed(transaction), self._sign_seconds)

    def _signed(self, transaction: bytes) -> bytes:
        self.signatures += 1
        r, s = decode_dss_signature(self._key.sign(transaction, ECDSA(SHA256())))
        signature = r.to_bytes(32) + s.to_bytes(32)
        return write_tlv(0x5A, self.public_key) + write_tlv(0x9E, signature) + _OK


def _body(apdu: bytes) -> bytes | None:
    """Give the data of a short command APDU, or None where Lc does not fit."""
    if len(apdu) <= _HEADER + 1:
        return b"" if len(apdu) >= _HEADER else None
    length = apdu[_HEADER]
    body = apdu[_HEADER + 1 : _HEADER + 1 + length]
    rest = len(apdu) - _HEADER - 1 - length
    return body if len(body) == length and rest in (0, 1) else None

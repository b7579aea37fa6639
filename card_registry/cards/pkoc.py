"""PKOC over NFC, secure element version 1: a card proves a P-256 key by signing our challenge.

It decides what to say (SELECT, then AUTHENTICATE) and what the answers prove. Moving the APDUs is left to
``door_controller.readers``; finding the key in a registry, to ``card_registry.decision``.

Source: PSIA PKOC NFC card specification 1.1; the traps are those of ``reference/cards.md`` §3.1:

1. The signature covers the 16-byte transaction id and nothing else, so that id must be new for each tap.
2. The signature is verified before anything is looked up.
3. The credential is the SHA-256 of all 65 bytes of the key, never a truncated X coordinate.

Pure.
"""

import hashlib
from collections.abc import Generator
from dataclasses import dataclass
from enum import StrEnum

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePublicKey,
)
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from card_registry.cards.tlv import Ragged, read_tlv, write_tlv

AID = bytes.fromhex("A000000898000001")
SELECT = bytes.fromhex("00A40400 08") + AID + b"\x00"
VERSIONS = (b"\x01\x01", b"\x01\x00")
"""The protocol versions we speak, the one we like best first."""

TRANSACTION_BYTES = 16
IDENTIFIER_BYTES = 32
KEY_BYTES = 65
_SIGNATURE_BYTES = 64
_ANSWER_LIMIT = 258
_UNCOMPRESSED = b"\x04"
_OK = b"\x90\x00"
_STATUS_BYTES = 2

_VERSION_TAG, _TRANSACTION_TAG, _READER_TAG = 0x5C, 0x4C, 0x4D
_KEY_TAG, _SIGNATURE_TAG = 0x5A, 0x9E

_P256, _ECDSA = SECP256R1(), ECDSA(SHA256())


class Flaw(StrEnum):
    """Why a card that speaks PKOC did not prove its key."""

    MALFORMED = "malformed"
    VERSION = "version"
    STATUS = "status"
    KEY = "key"
    SIGNATURE = "signature"


@dataclass(frozen=True, slots=True)
class Proven:
    """The card holds the private key of ``public_key`` (65 bytes, uncompressed point on P-256)."""

    public_key: bytes


@dataclass(frozen=True, slots=True)
class NoApplet:
    """The card does not speak PKOC."""


@dataclass(frozen=True, slots=True)
class Failed:
    """The card speaks PKOC and proved nothing."""

    why: Flaw


Outcome = Proven | NoApplet | Failed


def pkoc_exchange(transaction_id: bytes, reader_identifier: bytes) -> Generator[bytes, bytes, Outcome]:
    """Yield the command APDUs to send, take the answer to each, and return what was proved.

    Args:
        transaction_id: 16 random bytes, used for this exchange only.
        reader_identifier: 32 bytes, site (16) then location (16); the card sees it and does not sign it.

    Raises:
        ValueError: An argument has another length.
    """
    if len(transaction_id) != TRANSACTION_BYTES or len(reader_identifier) != IDENTIFIER_BYTES:
        message = (
            f"PKOC takes {TRANSACTION_BYTES} bytes of transaction id and {IDENTIFIER_BYTES} of reader id"
        )
        raise ValueError(message)
    selected = yield SELECT
    if selected[-_STATUS_BYTES:] != _OK:
        return NoApplet()
    version = _choose_version(selected)
    if isinstance(version, Failed):
        return version
    answer = yield authenticate(version, transaction_id, reader_identifier)
    return judge(answer, transaction_id)


def _choose_version(selected: bytes) -> bytes | Failed:
    listed = _values(selected)
    if isinstance(listed, Failed):
        return listed
    offered = listed.get(_VERSION_TAG, b"")
    if not offered or len(offered) % 2:
        return Failed(Flaw.MALFORMED)
    theirs = {offered[place : place + 2] for place in range(0, len(offered), 2)}
    return next((version for version in VERSIONS if version in theirs), Failed(Flaw.VERSION))


def authenticate(version: bytes, transaction_id: bytes, reader_identifier: bytes) -> bytes:
    """Give the AUTHENTICATE command that asks the card to sign ``transaction_id``."""
    body = write_tlv(_VERSION_TAG, version)
    body += write_tlv(_TRANSACTION_TAG, transaction_id)
    body += write_tlv(_READER_TAG, reader_identifier)
    return bytes.fromhex("80800001") + bytes([len(body)]) + body + b"\x00"


def judge(answer: bytes, transaction_id: bytes) -> Proven | Failed:
    """Say what the answer to AUTHENTICATE proves."""
    values = _values(answer)
    if isinstance(values, Failed):
        return values
    public_key, signature = values.get(_KEY_TAG, b""), values.get(_SIGNATURE_TAG, b"")
    if len(signature) != _SIGNATURE_BYTES:
        return Failed(Flaw.MALFORMED)
    if len(public_key) != KEY_BYTES or public_key[:1] != _UNCOMPRESSED:
        return Failed(Flaw.KEY)
    try:
        key = EllipticCurvePublicKey.from_encoded_point(_P256, public_key)  # refuses a point off the curve
    except ValueError:
        return Failed(Flaw.KEY)
    r, s = int.from_bytes(signature[:32]), int.from_bytes(signature[32:])
    try:
        key.verify(encode_dss_signature(r, s), transaction_id, _ECDSA)
    except InvalidSignature:
        return Failed(Flaw.SIGNATURE)
    return Proven(public_key)


def _values(answer: bytes) -> dict[int, bytes] | Failed:
    if len(answer) > _ANSWER_LIMIT or len(answer) < _STATUS_BYTES:
        return Failed(Flaw.MALFORMED)
    if answer[-_STATUS_BYTES:] != _OK:
        return Failed(Flaw.STATUS)
    try:
        return read_tlv(answer[:-_STATUS_BYTES])
    except Ragged:
        return Failed(Flaw.MALFORMED)


def credential_digest(public_key: bytes) -> bytes:
    """Give the SHA-256 of the whole 65-byte key: what registries and desks know a PKOC card by."""
    return hashlib.sha256(public_key).digest()

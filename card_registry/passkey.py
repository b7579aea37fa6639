"""A passkey's word on one digest: the assertion of a FIDO2 authenticator, checked where it counts.

The challenge that was signed is the digest itself (a verdict's or an order request's), so an assertion is
good for exactly that grant and, because digests are spent, once. Which keys a person has, and under which
addresses the console is served, the officers signed; nothing is taken from whoever carries the assertion.
Steps and names are those of WebAuthn Level 3 §7.2, "Verifying an Authentication Assertion". Extensions are
never asked for, so authenticator data is exactly 37 bytes.

Keys are kept as the browser gives them (``getPublicKey``: SubjectPublicKeyInfo, DER), because that is one
form for the three algorithms that browsers and Windows offer, and needs no CBOR here.

2026-11-21: own lines on ``cryptography`` and not PyPI ``fido2``, because this module decides what adds a
right and stays a pure core one can read whole; ``fido2`` brings USB, CBOR and attestation into the process
with the signing keys, and does not look at the counter. It is the oracle of the tests.

Pure.
"""

import base64
import hashlib
import re
import struct
from collections.abc import Collection
from dataclasses import dataclass
from typing import assert_never
from urllib.parse import urlsplit

import msgspec
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

from card_registry.errors import Forged, Malformed
from card_registry.statements import Passkey, Proof, Scheme

ALGORITHMS = (-8, -7, -257)
"""COSE numbers of what is accepted, best first: Ed25519, ECDSA P-256, RSA PKCS #1 v1.5 (Windows' TPMs)."""

CLIENT_DATA_LIMIT = 2048
AUTHENTICATOR_DATA = 37
"""SHA-256 of the RP id, one byte of flags, the counter."""

_ORIGIN = re.compile(
    r"(https://[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z][a-z0-9-]*|https?://localhost)(:[1-9][0-9]{0,4})?"
)

PRESENT, VERIFIED, ELIGIBLE, BACKED_UP = 0x01, 0x04, 0x08, 0x10
RSA_BITS = 2048

_Key = Ed25519PublicKey | EllipticCurvePublicKey | RSAPublicKey


@dataclass(frozen=True, slots=True)
class _ClientData:
    """What the browser says it was asked; it may add fields, which mean nothing here."""

    type: str
    challenge: str
    origin: str
    crossOrigin: bool = False  # noqa: N815 - the browser's name


def challenge_of(signed: bytes) -> str:
    """Give a digest as the browser writes it: base64url without padding."""
    return base64.urlsafe_b64encode(signed).rstrip(b"=").decode()


def require_origin(origin: str) -> None:
    """Refuse what is no console address at which a browser offers passkeys.

    Raises:
        ValueError: It is not ``https://NAME[:PORT]``, nor ``http://localhost[:PORT]``.
    """
    if _ORIGIN.fullmatch(origin) is None:
        message = (
            f"{origin[:80]!r} is no console address for passkeys; name one as https://konsol.contoh.go.id: "
            "browsers want a host name, in lower case, and HTTPS (or http://localhost)"
        )
        raise ValueError(message)


def rp_of(origin: str) -> str:
    """Give the relying party's id of a console's address: its host name."""
    return urlsplit(origin).hostname or ""


def check(key: Passkey, proof: Proof, signed: bytes, origins: Collection[str]) -> int:
    """Check that this passkey signed this digest at one of the console's addresses; give its counter.

    Raises:
        Forged: The sentence says which part is not as it must be.
    """
    if proof.scheme is not Scheme.PASSKEY or proof.public != key.public:
        raise Forged("the assertion is of another passkey than the one on the officers' list")
    client, stated, signature = _parts(proof)
    rp = _check_client(client, signed, origins)
    count = _check_stated(stated, rp)
    try:
        _verify(_load(key.public), signature, stated + hashlib.sha256(client).digest())
    except InvalidSignature as error:
        raise Forged("the assertion's signature is not this passkey's") from error
    return count


def count_of(proof: Proof) -> int:
    """Read the counter of an assertion that was checked before; 0 where the authenticator keeps none."""
    (count,) = struct.unpack(">I", bytes.fromhex(proof.authenticator_data or "")[33:AUTHENTICATOR_DATA])
    return int(count)


def is_copied(count: int, kept: int) -> bool:
    """Say whether a counter speaks of a second copy of the key: it must grow, unless it is never kept."""
    return (count != 0 or kept != 0) and count <= kept


def fingerprint(key: Passkey) -> str:
    """Give what people read to each other to compare a passkey: 128 bits of SHA-256 over it, in groups."""
    digits = hashlib.sha256(bytes.fromhex(key.public)).hexdigest()[:32]
    return " ".join(digits[at : at + 8] for at in range(0, 32, 8))


def require_key(public: str) -> None:
    """Refuse a public key of another kind than ``ALGORITHMS``.

    Raises:
        Malformed: It is not such a key.
    """
    try:
        _load(public)
    except Forged as error:
        raise Malformed(str(error)) from error


def _parts(proof: Proof) -> tuple[bytes, bytes, bytes]:
    if proof.client_data is None or proof.authenticator_data is None:
        raise Forged("the assertion lacks the browser's or the authenticator's part")
    try:
        client = proof.client_data.encode()
        stated, signature = bytes.fromhex(proof.authenticator_data), bytes.fromhex(proof.signature)
    except ValueError as error:
        raise Forged("the assertion is not written as it must be") from error
    return client, stated, signature


def _check_client(client: bytes, signed: bytes, origins: Collection[str]) -> str:
    """Check the browser's part; give the RP id that the authenticator must have signed for."""
    if len(client) > CLIENT_DATA_LIMIT:
        raise Forged(f"the browser's part of the assertion is longer than {CLIENT_DATA_LIMIT} bytes")
    try:
        said = msgspec.json.decode(client, type=_ClientData)
    except msgspec.DecodeError as error:
        raise Forged("the browser's part of the assertion cannot be read") from error
    if said.type != "webauthn.get":
        raise Forged("the assertion was made for something else than signing")
    if said.challenge != challenge_of(signed):
        raise Forged("the passkey signed something else than exactly this")
    if said.origin not in origins or said.crossOrigin:
        raise Forged("the passkey was used on another page than the site's console")
    return rp_of(said.origin)


def _check_stated(stated: bytes, rp: str) -> int:
    """Check the authenticator's part; give its counter."""
    if len(stated) != AUTHENTICATOR_DATA:
        raise Forged(f"the authenticator's part of the assertion is not of {AUTHENTICATOR_DATA} bytes")
    name, flags, count = struct.unpack(">32sBI", stated)
    if name != hashlib.sha256(rp.encode()).digest():
        raise Forged("the authenticator signed for another site than the console's")
    if not flags & PRESENT or not flags & VERIFIED:
        raise Forged("the authenticator did not see its owner: a touch and a PIN or finger are needed")
    if flags & ~(PRESENT | VERIFIED | ELIGIBLE | BACKED_UP) or (flags & BACKED_UP and not flags & ELIGIBLE):
        raise Forged("the authenticator's flags are none that an assertion of ours can have")
    return int(count)


def _load(public: str) -> _Key:
    try:
        key = load_der_public_key(bytes.fromhex(public))
    except (ValueError, UnsupportedAlgorithm) as error:
        raise Forged("a passkey's public key cannot be read") from error
    match key:
        case Ed25519PublicKey():
            return key
        case EllipticCurvePublicKey() if isinstance(key.curve, SECP256R1):
            return key
        case RSAPublicKey() if key.key_size >= RSA_BITS:
            return key
        case _:
            raise Forged("a passkey's public key is of a kind that is not accepted")


def _verify(key: _Key, signature: bytes, message: bytes) -> None:
    match key:
        case Ed25519PublicKey():
            key.verify(signature, message)
        case EllipticCurvePublicKey():
            key.verify(signature, message, ECDSA(SHA256()))
        case RSAPublicKey():
            key.verify(signature, message, PKCS1v15(), SHA256())
        case _:
            assert_never(key)

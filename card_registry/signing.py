r"""What we sign ourselves: one envelope and one rule of domain separation, for all that TUF does not carry.

The signature is Ed25519 over ``akses/<purpose>/v1\0`` followed by the exact body bytes, so a receipt can
never be taken for an order, whatever its fields say (DESIGN §4). The body is canonical JSON kept as text and
never re-encoded.

Pure.
"""

import hashlib
import re
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from card_registry import canonical
from card_registry.errors import Forged
from card_registry.words import require_digest

_SIGNATURE = re.compile(r"[0-9a-f]{128}")
"""An Ed25519 signature in hex, in the one way it is written."""

T = TypeVar("T")


class Purpose(StrEnum):
    """What a signature is for. A purpose is never renamed or reused."""

    RECEIPT = "receipt"
    STATUS = "status"
    VERDICT = "verdict"
    ORDER = "order"
    ENROL = "enrol"
    ORDER_REQUEST = "order-request"
    COMMISSIONING = "commissioning"
    RENEWAL = "renewal"
    WAIVER = "waiver"
    EXPORT = "export"
    PASSKEY = "passkey"
    INVITATION = "invitation"


@dataclass(frozen=True, slots=True)
class Sealed:
    """A signed document: its body as canonical JSON text, the signer's public key, the signature (hex)."""

    body: str
    key: str
    signature: str

    def __post_init__(self) -> None:
        """Check the shapes; the signature itself is checked by ``unseal``."""
        require_digest(self.key, "a signer's public key")
        if _SIGNATURE.fullmatch(self.signature) is None:
            message = "a signature must be 128 lower-case hex digits"
            raise ValueError(message)


def domain(purpose: Purpose) -> bytes:
    """Give the prefix that binds a signature or digest to its purpose."""
    return f"akses/{purpose}/v1\0".encode()


def digest(purpose: Purpose, body: bytes) -> bytes:
    """Give the SHA-256 of a body under its purpose's prefix: what an approver signs."""
    return hashlib.sha256(domain(purpose) + body).digest()


def public_hex(key: Ed25519PrivateKey) -> str:
    """Give a signing key's public half as 64 hex digits."""
    return key.public_key().public_bytes_raw().hex()


def seal(purpose: Purpose, value: object, key: Ed25519PrivateKey) -> bytes:
    """Sign a value for one purpose; the result is the canonical bytes of a ``Sealed``."""
    body = canonical.encode(value)
    signature = key.sign(domain(purpose) + body)
    return canonical.encode(Sealed(body.decode(), public_hex(key), signature.hex()))


def unseal(purpose: Purpose, data: bytes, kind: type[T], keys: Collection[str]) -> T:
    """Read a signed document whose signer is one of ``keys`` (public keys as hex).

    Raises:
        Malformed: The envelope or the body is not of its format.
        Forged: The key is not one of ``keys``, or the signature is not its.
    """
    what = f"the signed {purpose}"
    sealed = canonical.decode(data, Sealed, what)
    if sealed.key not in keys:
        message = f"{what} is signed by {sealed.key[:16]}…, which may not sign it"
        raise Forged(message)
    verify(sealed.key, bytes.fromhex(sealed.signature), domain(purpose) + sealed.body.encode(), what)
    return canonical.decode(sealed.body.encode(), kind, f"{what}'s body")


def verify(public: str, signature: bytes, message: bytes, what: str) -> None:
    """Check one Ed25519 signature.

    Raises:
        Forged: The signature is not this key's over this message.
    """
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(signature, message)
    except (InvalidSignature, ValueError) as error:
        text = f"{what} does not carry a valid signature of {public[:16]}…"
        raise Forged(text) from error

"""An authenticator in memory, for tests that need assertions of every shape a real one never makes."""

import hashlib
import json
import struct
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePrivateKey,
    derive_private_key,
)
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from card_registry.passkey import PRESENT, VERIFIED, challenge_of, rp_of
from card_registry.statements import Passkey, Proof, Scheme

ORIGIN = "https://konsol.contoh.go.id"


@dataclass(frozen=True, slots=True)
class SoftPasskey:
    """One P-256 passkey."""

    key: EllipticCurvePrivateKey

    @property
    def public(self) -> Passkey:
        """Give what the officers would list."""
        spki = self.key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return Passkey(challenge_of(hashlib.sha256(spki).digest()), spki.hex())

    def sign(
        self,
        signed: bytes,
        count: int = 1,
        *,
        origin: str = ORIGIN,
        rp: str = "",
        flags: int = PRESENT | VERIFIED,
        tail: bytes = b"",
        **said: object,
    ) -> Proof:
        """Sign a digest; everything the two parts say can be said otherwise."""
        client = {"type": "webauthn.get", "challenge": challenge_of(signed), "origin": origin} | said
        text = json.dumps(client)
        name = hashlib.sha256((rp or rp_of(origin)).encode()).digest()
        stated = struct.pack(">32sBI", name, flags, count) + tail
        signature = self.key.sign(stated + hashlib.sha256(text.encode()).digest(), ECDSA(SHA256()))
        return Proof(Scheme.PASSKEY, self.public.public, signature.hex(), text, stated.hex())


def soft_passkey(number: int = 1) -> SoftPasskey:
    """Give a passkey made from a number."""
    return SoftPasskey(derive_private_key(7 * number, SECP256R1()))

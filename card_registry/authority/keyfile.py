"""A person's key in a file: opened by a passphrase, for one signature at a time (DESIGN §4).

Argon2id makes a key of the passphrase, ChaCha20-Poly1305 seals the Ed25519 seed under it; the public key
and every parameter are authenticated with it.

Pure.
"""

from dataclasses import dataclass, replace

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from card_registry import canonical
from card_registry.errors import Malformed, OperatorMistaken
from card_registry.orders import OrderRequest
from card_registry.signing import Purpose, digest, public_hex
from card_registry.statements import Proof, Scheme, Verdict
from card_registry.words import require_digest

VERSION = 1
ENTROPY = 32 + 16 + 12
"""How many random bytes a new key file takes: seed, salt, nonce."""

MEMORY = 64 * 1024
"""Argon2id's memory for new files, in KiB (RFC 9106 §4, second recommended option)."""

PASSES = 3
LANES = 4
MAX_MEMORY = 256 * 1024
MAX_PASSES = 16
MIN_PASSPHRASE = 8


@dataclass(frozen=True, slots=True)
class KeyFile:
    """A sealed key; everything is hex except Argon2id's parameters (memory in KiB)."""

    v: int
    public: str
    memory: int
    passes: int
    lanes: int
    salt: str
    nonce: str
    sealed: str

    def __post_init__(self) -> None:
        """Refuse a file of another version, or parameters that would exhaust this machine."""
        require_digest(self.public, "a key file's public key")
        bounded = 8 * self.lanes <= self.memory <= MAX_MEMORY and 0 < self.passes <= MAX_PASSES
        if self.v != VERSION or not 0 < self.lanes <= LANES or not bounded:
            message = f"a key file must be of version {VERSION}, with bounded parameters"
            raise ValueError(message)


def make(passphrase: str, entropy: bytes, memory: int = MEMORY) -> tuple[bytes, str]:
    """Make a new key file from random bytes; give its bytes and the public key (hex).

    Each opening of the file takes ``memory`` KiB; only those who guess for a test need less than the default.

    Raises:
        OperatorMistaken: The passphrase is too short.
    """
    if len(passphrase) < MIN_PASSPHRASE or len(entropy) != ENTROPY:
        message = f"a signing passphrase needs at least {MIN_PASSPHRASE} characters"
        raise OperatorMistaken(message)
    seed, salt, nonce = entropy[:32], entropy[32:48], entropy[48:]
    public = public_hex(Ed25519PrivateKey.from_private_bytes(seed))
    blank = KeyFile(VERSION, public, memory, PASSES, LANES, salt.hex(), nonce.hex(), "")
    sealed = _cipher(blank, passphrase).encrypt(nonce, seed, canonical.encode(blank))
    return canonical.encode(replace(blank, sealed=sealed.hex())), public


def sign_verdict(keyfile: bytes, passphrase: str, verdict: Verdict) -> Proof:
    """Sign exactly this verdict.

    Raises:
        OperatorMistaken: The passphrase does not open this key file.
        Malformed: The bytes are not a key file.
    """
    return _sign(keyfile, passphrase, digest(Purpose.VERDICT, canonical.encode(verdict)))


def sign_order(keyfile: bytes, passphrase: str, request: OrderRequest) -> Proof:
    """Sign exactly this request for an order.

    Raises:
        OperatorMistaken: The passphrase does not open this key file.
        Malformed: The bytes are not a key file.
    """
    return _sign(keyfile, passphrase, digest(Purpose.ORDER_REQUEST, canonical.encode(request)))


def open_key(keyfile: bytes, passphrase: str) -> Ed25519PrivateKey:
    """Open the key itself: for officers and enrollers, whose documents are signed as TUF demands.

    Raises:
        OperatorMistaken: The passphrase does not open this key file.
        Malformed: The bytes are not a key file.
    """
    return _open(canonical.decode(keyfile, KeyFile, "the key file"), passphrase)


def _sign(keyfile: bytes, passphrase: str, message: bytes) -> Proof:
    file = canonical.decode(keyfile, KeyFile, "the key file")
    signature = _open(file, passphrase).sign(message)
    return Proof(Scheme.KEY_FILE, file.public, signature.hex())


def _open(file: KeyFile, passphrase: str) -> Ed25519PrivateKey:
    blank = canonical.encode(replace(file, sealed=""))
    try:
        seed = _cipher(file, passphrase).decrypt(bytes.fromhex(file.nonce), bytes.fromhex(file.sealed), blank)
    except InvalidTag as error:
        message = "the passphrase does not open this key file"
        raise OperatorMistaken(message) from error
    except ValueError as error:
        message = "the key file is damaged"
        raise Malformed(message) from error
    return Ed25519PrivateKey.from_private_bytes(seed)


def _cipher(file: KeyFile, passphrase: str) -> ChaCha20Poly1305:
    stretch = Argon2id(
        salt=bytes.fromhex(file.salt),
        length=32,
        iterations=file.passes,
        lanes=file.lanes,
        memory_cost=file.memory,
    )
    return ChaCha20Poly1305(stretch.derive(passphrase.encode()))

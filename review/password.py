"""Passwords: Argon2id in the PHC string form, and the same work for a login that does not exist."""

import threading

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

ITERATIONS = 3
LANES = 1
MEMORY = 32 * 1024
"""KiB for each verification; two run at a time, so a burst of sign-ins cannot take the machine's memory."""

SHORTEST = 8
LONGEST = 200
"""Characters a password may have."""

_TURNS = threading.BoundedSemaphore(2)


def seal(password: str, salt: bytes, memory: int = MEMORY) -> str:
    """Give the PHC string of a password, which each try takes ``memory`` KiB; ``salt`` is 16 random bytes."""
    with _TURNS:
        kdf = Argon2id(salt=salt, length=32, iterations=ITERATIONS, lanes=LANES, memory_cost=memory)
        return kdf.derive_phc_encoded(password.encode())


def matches(password: str, sealed: str) -> bool:
    """Say whether a password is the one sealed."""
    with _TURNS:
        try:
            Argon2id.verify_phc_encoded(password.encode(), sealed)
        except InvalidKey:
            return False
    return True


NOBODY = seal("nobody has this password", b"0123456789abcdef")
"""What is verified for a login that does not exist, so that the answer takes as long."""

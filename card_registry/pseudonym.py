r"""What a door and its journal call a credential, so that neither holds anything that works elsewhere.

A known credential is named by its digest under the controller's own key: two doors hold different names for
one card (DESIGN §4, Privacy). A credential nobody knows is named under a key that the door draws anew each
month and destroys after 90 days: visits of one unknown card can be linked for that long and no longer.
Drawing, keeping and destroying keys is the door's work.

Pure.
"""

import hashlib
import hmac
from datetime import UTC, datetime

KEY = 32
"""Length of a pseudonym key, in bytes."""

DIGEST = 32
"""Length of a credential digest, in bytes: SHA-256 of what the credential proves."""

MATCH_DOMAIN = b"akses/match/v1\0"
UNKNOWN_DOMAIN = b"akses/unknown/v1\0"


def match_of(key: bytes, digest: bytes) -> str:
    """Name a credential for one controller: HMAC-SHA256 as 64 hex digits.

    Raises:
        ValueError: The key or the digest is not 32 bytes.
    """
    if len(digest) != DIGEST:
        message = f"a credential digest must have {DIGEST} bytes, not {len(digest)}"
        raise ValueError(message)
    return _keyed(key, MATCH_DOMAIN + digest)


def unknown_of(key: bytes, data: bytes) -> str:
    """Name what an unknown card showed, under this month's key: HMAC-SHA256 as 64 hex digits.

    Raises:
        ValueError: The key is not 32 bytes.
    """
    return _keyed(key, UNKNOWN_DOMAIN + data)


def month_of(at: int) -> str:
    """Name the calendar month (UTC, ``2026-11``) whose key covers a moment in milliseconds."""
    return datetime.fromtimestamp(at / 1000, UTC).strftime("%Y-%m")


def _keyed(key: bytes, message: bytes) -> str:
    """Give the keyed digest, refusing a key of another length."""
    if len(key) != KEY:
        text = f"a pseudonym key must have {KEY} bytes, not {len(key)}"
        raise ValueError(text)
    return hmac.digest(key, message, hashlib.sha256).hex()

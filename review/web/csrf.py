"""Forms from elsewhere are refused: a token in every form, and the browser's own word on where it came from.

The token is an HMAC under the secret in the visitor's cookie: the session's, or before sign-in a nonce's. A
foreign page can make a browser send the cookie and cannot know the token.
"""

import hashlib
import hmac
from collections.abc import Mapping

FIELD = "csrf"
STRANGE = "Formulir ini tidak berasal dari konsol ini atau sudah usang. Muat ulang halaman, lalu kirim lagi."


def token_for(secret: str) -> str:
    """Give the token that forms served under this cookie carry."""
    return hmac.new(secret.encode(), b"akses/csrf", hashlib.sha256).hexdigest()


def is_ours(secret: str, given: str, headers: Mapping[str, str]) -> bool:
    """Say whether a form was served under this cookie and sent from our own pages."""
    if not secret or not hmac.compare_digest(token_for(secret), given):
        return False
    site = headers.get("sec-fetch-site", "same-origin")
    origin = headers.get("origin", "")
    here = headers.get("host", "")
    return site in {"same-origin", "none"} and origin in {"", f"http://{here}", f"https://{here}"}

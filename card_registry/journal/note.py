"""Signed heads of a journal: C2SP signed-note checkpoints (c2sp.org/tlog-checkpoint, signed-note).

::

    akses/contoh/pengendali-1/1
    42
    <root, base64>

    — akses/contoh/pengendali-1/1 <base64 of 4-byte key id and Ed25519 signature>

No extension lines are written or accepted. The signer's name is the log's origin, which binds the head to a
site, a controller and an epoch.

Pure.
"""

import base64
import binascii
import hashlib
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from card_registry.errors import Forged, Malformed
from card_registry.journal.tree import HASH
from card_registry.signing import verify
from card_registry.words import ControllerId, SiteId

NOTE_LIMIT = 1024
"""The longest checkpoint accepted, in bytes."""

_ED25519 = b"\x01"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A journal's head: origin, number of rows, root over them."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """Give the lines that are signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


def origin(site: SiteId, controller: ControllerId, epoch: int) -> str:
    """Name a controller's journal of one epoch."""
    return f"akses/{site}/{controller}/{epoch}"


def authority_origin(site: SiteId) -> str:
    """Name the signer's own log of applied changes."""
    return f"akses/{site}/authority"


def _key_id(name: str, public: bytes) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + _ED25519 + public).digest()[:4]


def sign_checkpoint(head: Checkpoint, key: Ed25519PrivateKey) -> bytes:
    """Sign a head in its origin's name."""
    text = head.text()
    stamp = _key_id(head.origin, key.public_key().public_bytes_raw()) + key.sign(text.encode())
    return f"{text}\n— {head.origin} {base64.b64encode(stamp).decode()}\n".encode()


def open_checkpoint(note: bytes, expected: str, public: str) -> Checkpoint:
    """Read a head that ``public`` (hex) must have signed in the name of the origin ``expected``.

    Raises:
        Malformed: Not a checkpoint of exactly one signature line and no extension lines.
        Forged: Another journal's, or not signed by this key.
    """
    text, name, stamp = _take_apart(note)
    head = _parse(text)
    if head.origin != expected or name != expected:
        message = f"the checkpoint is of {head.origin[:80]}, not of {expected}"
        raise Forged(message)
    if stamp[:4] != _key_id(name, bytes.fromhex(public)):
        message = f"the checkpoint of {expected} is signed by another key than the site trusts"
        raise Forged(message)
    verify(public, stamp[4:], text.encode(), f"the checkpoint of {expected} over {head.size} rows")
    return head


def _take_apart(note: bytes) -> tuple[str, str, bytes]:
    """Split a note into its text, the signer's name and the decoded stamp."""
    if len(note) > NOTE_LIMIT:
        message = f"a checkpoint of {len(note)} bytes is longer than {NOTE_LIMIT}"
        raise Malformed(message)
    try:
        text, _, signature = note.decode().rpartition("\n\n")
        dash, name, stamp = signature.removesuffix("\n").split(" ")
        raw = base64.b64decode(stamp, validate=True)
    except (UnicodeDecodeError, ValueError, binascii.Error) as error:
        message = "the checkpoint is not a note with one signature line"
        raise Malformed(message) from error
    if dash != "—" or not signature.endswith("\n") or len(raw) != 4 + 64:
        message = "the checkpoint's signature line is not of an Ed25519 note"
        raise Malformed(message)
    return text + "\n", name, raw


def _parse(text: str) -> Checkpoint:
    """Read the three lines of a head, from exactly the text it would be written as."""
    lines = text.split("\n")
    try:
        name, size, root, end = lines
        head = Checkpoint(name, int(size), base64.b64decode(root, validate=True))
    except (ValueError, binascii.Error) as error:
        message = "the checkpoint's text is not origin, size and root"
        raise Malformed(message) from error
    if end or head.text() != text or head.size < 0 or len(head.root) != HASH:
        message = "the checkpoint's text is not in its one written form"
        raise Malformed(message)
    return head

"""What a controller shows a server that offers it something older: the newer publication it holds, signed.

A registry restored from a backup has lost what was published since. The doors have not: each keeps the newest
timestamp, snapshot and deny list that it adopted, signed by the site's own online key. Packed into a status
they prove to the signer which versions it must go above, and which denials it has forgotten. A stolen door
can show nothing that the signer did not sign, so it can neither drive versions up nor deny anybody.
"""

import base64
import binascii
import zlib
from collections.abc import Mapping
from typing import TypeVar

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from tuf.api.exceptions import LengthOrHashMismatchError
from tuf.api.metadata import Metadata, Snapshot, Targets, Timestamp
from tuf.api.serialization import DeserializationError

from card_registry import canonical
from card_registry.errors import Forged, Malformed
from card_registry.statements import DenyList
from card_registry.trust.newer import Newer
from card_registry.trust.slots import DENY_LIST, Role, meta_slot

PARTS = (meta_slot(Role.TIMESTAMP), meta_slot(Role.SNAPSHOT), meta_slot(Role.DENY), DENY_LIST)
"""The slots in a proof; all of them stand under the online key."""

UNPACKED = 1024 * 1024
"""The most bytes a proof may unpack to."""

S = TypeVar("S", Timestamp, Snapshot, Targets)


def pack(slots: Mapping[str, bytes]) -> str:
    """Pack the newest parts a controller holds; empty when it holds none of them."""
    held = {name: data.decode() for name in PARTS if (data := slots.get(name)) is not None}
    if len(held) < len(PARTS):
        return ""
    return base64.b64encode(zlib.compress(canonical.encode(held))).decode()


def unpack(proof: str, online: str) -> Newer:
    """Read a proof under the site's online key (public, hex).

    Raises:
        Malformed: It is not a proof.
        Forged: A part is not signed by that key.
    """
    slots = _unpack(proof)
    timestamp = _signed(slots, Role.TIMESTAMP, Timestamp, online)
    snapshot = _signed(slots, Role.SNAPSHOT, Snapshot, online)
    deny = _signed(slots, Role.DENY, Targets, online)
    listed = slots[DENY_LIST].encode()
    try:
        deny.targets[DENY_LIST].verify_length_and_hashes(listed)
    except (KeyError, LengthOrHashMismatchError) as error:
        raise Forged("the deny list in a controller's proof is not the one that was signed") from error
    denials = canonical.decode(listed, DenyList, "the deny list in a controller's proof", UNPACKED).denials
    roles = {name.removesuffix(".json"): one.version for name, one in snapshot.meta.items()}
    return Newer(max(timestamp.version, snapshot.version), roles, denials)


def _unpack(proof: str) -> dict[str, str]:
    try:
        opened = zlib.decompressobj()
        body = opened.decompress(base64.b64decode(proof, validate=True), UNPACKED)
    except (zlib.error, binascii.Error, ValueError) as error:
        raise Malformed("a controller's proof cannot be unpacked") from error
    slots = canonical.decode(body, dict[str, str], "a controller's proof", UNPACKED)
    if set(slots) != set(PARTS):
        raise Malformed("a controller's proof does not hold the four parts it must")
    return slots


def _signed(slots: Mapping[str, str], role: Role, kind: type[S], online: str) -> S:
    """Read a role's metadata that the online key signed."""
    what = f"slot {meta_slot(role)} in a controller's proof"
    try:
        metadata = Metadata[S].from_bytes(slots[meta_slot(role)].encode())
    except DeserializationError as error:
        raise Malformed(f"{what} cannot be read as signed metadata") from error
    if not isinstance(metadata.signed, kind):
        raise Malformed(f"{what} is of another role")
    public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(online))
    for one in metadata.signatures.values():
        try:
            public.verify(bytes.fromhex(one.signature), metadata.signed_bytes)
        except (InvalidSignature, ValueError):
            continue
        return metadata.signed
    raise Forged(f"{what} is not signed by the site's online key")

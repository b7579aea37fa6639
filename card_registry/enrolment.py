"""What a controller and the site exchange once, by hand, when the controller is enrolled.

The controller makes its keys itself and asks (``EnrolRequest``, sealed with its own new log key: proof that
it has it). The site answers with the ``Bundle``: the first root, by which it will verify everything else,
and the lowest versions that it may ever accept. Whether to say yes is the enroller's decision, not this
module's.

Pure.
"""

import hashlib
import re
from dataclasses import dataclass
from typing import Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from card_registry import canonical
from card_registry.errors import Forged
from card_registry.journal.event import Versions
from card_registry.rule import DoorRule
from card_registry.signing import Purpose, Sealed, seal, unseal
from card_registry.words import (
    ControllerId,
    ControllerKind,
    SiteId,
    require_digest,
    require_point,
    require_slug,
)

VERSION = 1
_PROOF = re.compile(r"[0-9a-f]{128}")
UNSIGNED = "0" * 128
"""What stands for the proof in the bytes that the proof is made over."""

MAX_DOORS = 8
"""The most doors one controller may drive (DESIGN §3)."""


@dataclass(frozen=True, slots=True)
class EnrolRequest:
    """A controller asks to be trusted: its public keys (hex), its doors and the epoch its journal begins.

    ``tls_key`` is the compressed point of its P-256 key on the wire. ``invitation`` names the invitation by
    its public key, ``proof`` is that key's signature (``card_registry.invitation``); both are empty where
    known keys only ask for other doors.
    """

    v: int
    site: SiteId
    controller: ControllerId
    kind: ControllerKind
    log_key: str
    seal_key: str
    doors: tuple[DoorRule, ...]
    epoch: int
    tls_key: str = ""
    invitation: str = ""
    proof: str = ""

    def __post_init__(self) -> None:
        """Refuse ids and keys of another shape, and doors that do not fit the kind."""
        require_slug(self.site, "a site id")
        require_slug(self.controller, "a controller id")
        require_digest(self.log_key, "a log key")
        require_digest(self.seal_key, "a seal key")
        if self.tls_key:
            require_point(self.tls_key)
        if self.invitation:
            require_digest(self.invitation, "an invitation's key")
        if bool(self.invitation) != bool(self.proof) or _PROOF.fullmatch(self.proof or UNSIGNED) is None:
            message = "a request must name its invitation and prove it (128 hex digits), or do neither"
            raise ValueError(message)
        if self.v != VERSION or self.epoch < 1:
            message = f"an enrolment request must be of version {VERSION}, with an epoch from 1"
            raise ValueError(message)
        _require_doors(self.kind, self.doors)


@dataclass(frozen=True, slots=True)
class Bundle:
    """The site's answer: the first root (hex of its bytes, and their SHA-256), a key, floors.

    ``pseudonym_key`` (hex) keys the names of this controller's credentials: the bundle is secret.
    ``authority`` and ``certificate`` (PEM) are the site's TLS authority and its word on the TLS key.
    """

    v: int
    site: SiteId
    controller: ControllerId
    root: str
    root_sha256: str
    pseudonym_key: str
    floors: Versions
    epoch: int
    authority: str = ""
    certificate: str = ""

    def __post_init__(self) -> None:
        """Refuse a bundle whose root is not the one its digest names."""
        require_slug(self.site, "a site id")
        require_slug(self.controller, "a controller id")
        require_digest(self.pseudonym_key, "a pseudonym key")
        if self.v != VERSION or self.epoch < 1:
            message = f"an enrolment bundle must be of version {VERSION}, with an epoch from 1"
            raise ValueError(message)
        if hashlib.sha256(bytes.fromhex(self.root)).hexdigest() != self.root_sha256:
            message = "the bundle's root is not the one its digest names"
            raise ValueError(message)

    @property
    def root_bytes(self) -> bytes:
        """Give the first root's exact bytes."""
        return bytes.fromhex(self.root)

    @classmethod
    def read(cls, data: bytes) -> Self:
        """Read a bundle from its canonical bytes.

        Raises:
            Malformed: The bytes are not a bundle.
        """
        return canonical.decode(data, cls, "the enrolment bundle")


@dataclass(frozen=True, slots=True)
class Renewal:
    """A controller that was away asks for a certificate; signed with its log key (``Purpose.RENEWAL``)."""

    v: int
    site: SiteId
    controller: ControllerId
    epoch: int
    tls_key: str

    def __post_init__(self) -> None:
        """Refuse another version, and ids and keys of another shape."""
        require_slug(self.site, "a site id")
        require_slug(self.controller, "a controller id")
        require_point(self.tls_key)
        if self.v != VERSION or self.epoch < 1:
            message = f"a request for a certificate must be of version {VERSION}, with an epoch from 1"
            raise ValueError(message)


def seal_request(request: EnrolRequest, log_key: Ed25519PrivateKey) -> bytes:
    """Give the bytes of ``request.json``: the request, signed by the log key it names."""
    return seal(Purpose.ENROL, request, log_key)


def open_request(data: bytes) -> EnrolRequest:
    """Read ``request.json``; its signer must be the log key it names.

    Raises:
        Malformed: It is not a request.
        Forged: It is not signed by the log key it names.
    """
    signer = canonical.decode(data, Sealed, "the enrolment request").key
    request = unseal(Purpose.ENROL, data, EnrolRequest, (signer,))
    if request.log_key != signer:
        message = f"the request of {request.controller} is not signed by the log key it names"
        raise Forged(message)
    return request


def _require_doors(kind: ControllerKind, doors: tuple[DoorRule, ...]) -> None:
    names = {door.id for door in doors}
    fits = 0 < len(doors) <= MAX_DOORS if kind is ControllerKind.DOOR else not doors
    if not fits or len(names) != len(doors):
        message = f"a controller of doors has 1 to {MAX_DOORS} doors, each once; a desk has none"
        raise ValueError(message)
    for door in doors:
        if not names.issuperset(door.interlock):
            message = f"door {door.id} is interlocked with a door of another controller"
            raise ValueError(message)

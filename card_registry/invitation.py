"""The invitation to enrol: made by the enroller for one named device, good once and for minutes.

It holds the seed of a key. The device signs its request with it, so the invitation itself never comes back,
and the registry keeps only the public half: who reads the registry, or finds a used request, has nothing. It
also holds the digest of the site's first root, by which the device knows the answer of its own site.

Whoever steals an invitation can ask in the device's name, once, while its minutes last; the six words
(``six_words``) are what the enroller then sees differ. Nothing here trusts anybody: ``admit`` only decides
whether an invitation covers a request.

Pure.
"""

import hashlib
import hmac
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from card_registry import canonical
from card_registry.enrolment import UNSIGNED, EnrolRequest
from card_registry.errors import Forged, OperatorMistaken
from card_registry.instant import MINUTE
from card_registry.signing import Purpose, domain, public_hex, verify
from card_registry.words import (
    ControllerId,
    ControllerKind,
    SiteId,
    Whole,
    require_digest,
    require_slug,
)

VERSION = 1
SEED = 32
"""How many random bytes an invitation takes."""

LIFE = 15 * MINUTE
"""How long an invitation is good unless the enroller says otherwise, in milliseconds."""

LONGEST = 24 * 60 * MINUTE


@dataclass(frozen=True, slots=True)
class Invitation:
    """One device may ask to be enrolled: as whom, into which epoch, by when (server time, milliseconds)."""

    v: Whole
    site: SiteId
    controller: ControllerId
    kind: ControllerKind
    epoch: Whole
    root: str
    ends: Whole
    seed: str = field(repr=False)

    def __post_init__(self) -> None:
        """Refuse ids and keys of another shape."""
        require_slug(self.site, "a site id")
        require_slug(self.controller, "a controller id")
        require_digest(self.root, "the digest of the first root")
        require_digest(self.seed, "an invitation's seed")
        if self.v != VERSION or self.epoch < 1:
            message = f"an invitation must be of version {VERSION}, with an epoch from 1"
            raise ValueError(message)

    @classmethod
    def read(cls, data: bytes) -> Self:
        """Read an invitation from its canonical bytes, as the file or the QR code holds them.

        Raises:
            Malformed: The bytes are not an invitation.
        """
        return canonical.decode(data.strip(), cls, "the invitation", limit=1024)

    @property
    def key(self) -> Ed25519PrivateKey:
        """Give the key that the request is signed with."""
        return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(self.seed))


@dataclass(frozen=True, slots=True)
class Issued:
    """What the registry keeps of an invitation: when it was used (0: not yet), by which request's digest."""

    public: str
    controller: ControllerId
    kind: ControllerKind
    epoch: Whole
    ends: Whole
    used: Whole = 0
    request: str = ""


def issued(invitation: Invitation) -> Issued:
    """Give what the registry keeps of a new invitation."""
    return Issued(
        public_hex(invitation.key), invitation.controller, invitation.kind, invitation.epoch, invitation.ends
    )


def prove(request: EnrolRequest, invitation: Invitation) -> EnrolRequest:
    """Give the request with the proof that its device holds the invitation.

    Raises:
        OperatorMistaken: The invitation is for another site, controller or kind.
    """
    asked = (request.site, request.controller, request.kind)
    if asked != (invitation.site, invitation.controller, invitation.kind):
        message = (
            f"the invitation is for the {invitation.kind} {invitation.controller} at {invitation.site}, and "
            f"this is the {request.kind} {request.controller} at {request.site}; use the one made for it"
        )
        raise OperatorMistaken(message)
    named = replace(request, epoch=invitation.epoch, invitation=public_hex(invitation.key), proof=UNSIGNED)
    return replace(named, proof=invitation.key.sign(_message(named)).hex())


def digest_of(request: EnrolRequest) -> str:
    """Name a request: the SHA-256 (hex) of what it asks."""
    return hashlib.sha256(canonical.encode(request)).hexdigest()


def admit(found: Issued | None, request: EnrolRequest, now: int) -> None:
    """Decide whether an invitation covers a request; ``found`` is the one that the request names.

    Raises:
        OperatorMistaken: There is no such invitation, it is another's, over, or used up.
        Forged: The request is not signed with the invitation's key.
    """
    who, again = request.controller, f"make a new one: akses registry invite {request.controller}"
    if not request.invitation:
        message = f"the request of {who} carries no invitation; {again}, and give it to init"
        raise OperatorMistaken(message)
    if found is None or not hmac.compare_digest(found.public, request.invitation):
        message = f"the invitation of {who} is not one that this registry holds open; {again}"
        raise OperatorMistaken(message)
    if (found.controller, found.kind) != (who, request.kind):
        message = (
            f"the invitation is for the {found.kind} {found.controller}, not for the {request.kind} {who}"
        )
        raise OperatorMistaken(message)
    verify(request.invitation, bytes.fromhex(request.proof), _message(request), "the enrolment request")
    if found.used:
        message = (
            f"the invitation of {who} was used at {_clock(found.used)} by another request; if that was not "
            f"this device, cut it off: akses registry cut-off {who}; else {again}"
        )
        raise OperatorMistaken(message)
    if now >= found.ends:
        raise OperatorMistaken(f"the invitation of {who} ended at {_clock(found.ends)}; {again}")
    if request.epoch != found.epoch:
        message = (
            f"the request of {who} is not of epoch {found.epoch}, which its invitation names; run init again"
        )
        raise Forged(message)


def _message(request: EnrolRequest) -> bytes:
    return domain(Purpose.INVITATION) + canonical.encode(replace(request, proof=UNSIGNED))


def _clock(at: int) -> str:
    return f"{datetime.fromtimestamp(at / 1000, UTC):%Y-%m-%d %H:%M:%S} UTC"

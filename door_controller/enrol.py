"""A controller's own keys and its place in the site: made here, asked for with ``request.json``, kept.

``init`` makes the log key (signs journal and status) and the seal key (opens what is encrypted to this
controller), neither of which ever leaves ``state/``. ``accept`` stores the site's answer, by which everything
else will be verified; the invitation, which is kept until then, says which site that must be. Both may be run
again and then change nothing. Whether to trust a controller is the enroller's decision
(``card_registry.authority``); its key on the wire is the bridge's (``enrol_tls``).
"""

from dataclasses import dataclass, fields
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from card_registry import canonical
from card_registry.durable import read_plain, write_whole
from card_registry.enrolment import VERSION, Bundle, EnrolRequest, seal_request
from card_registry.errors import AksesError, Malformed, OperatorMistaken, StoreBroken
from card_registry.invitation import Invitation, prove
from card_registry.rule import DoorRule
from card_registry.signing import public_hex
from card_registry.words import ControllerId, ControllerKind, SiteId
from firmware_config.model import Door

BUNDLE, INVITATION = "enrolment.json", "invitation.json"
KEY_LIMIT = 4096
"""The longest key file accepted, in bytes."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who this controller is: its keys and the site's answer."""

    log_key: Ed25519PrivateKey
    bundle: Bundle

    @property
    def pseudonym_key(self) -> bytes:
        """Give the key under which this controller names credentials."""
        return bytes.fromhex(self.bundle.pseudonym_key)


def rule_of(door: Door) -> DoorRule:
    """Give the rule that a door's keys in the site file propose; only what the enroller signs decides."""
    return DoorRule(**{field.name: getattr(door, field.name) for field in fields(DoorRule)})


def init(
    folder: Path,
    state: Path,
    site: SiteId,
    controller: ControllerId,
    doors: tuple[DoorRule, ...],
    tls_key: str = "",
    invitation: Invitation | None = None,
) -> Path:
    """Make the keys that are missing and write ``request.json`` beside the site file; give its path.

    Raises:
        OperatorMistaken: The invitation is another device's.
        StoreBroken: A key file is there and is not a key of ours.
    """
    state.mkdir(mode=0o700, parents=True, exist_ok=True)
    state.chmod(0o700)
    log_key = _log_key(state) if (state / "log.pem").exists() else _make_log_key(state)
    seal_key = _seal_key(state) if (state / "seal.pem").exists() else _make_seal_key(state)
    kind = ControllerKind.DOOR if doors else ControllerKind.DESK
    sealed_with = seal_key.public_key().public_bytes_raw().hex()
    keys = (public_hex(log_key), sealed_with)
    request = EnrolRequest(VERSION, site, controller, kind, *keys, doors, _epoch(state), tls_key)
    invitation = invitation or _invitation(state)
    if invitation is not None:
        request = prove(request, invitation)
        write_whole(state / INVITATION, canonical.encode(invitation), 0o600)
    path = folder / "request.json"
    write_whole(path, seal_request(request, log_key), 0o644)
    return path


def accept(state: Path, site: SiteId, controller: ControllerId, data: bytes) -> Bundle:
    """Store the site's answer; an answer that contradicts the one already stored is refused.

    Raises:
        Malformed, OperatorMistaken: As ``examine``.
    """
    bundle = examine(state, site, controller, data)
    write_whole(state / BUNDLE, data, 0o600)
    # If power fails here, the invitation is left behind: used up, and asked for no more.
    (state / INVITATION).unlink(missing_ok=True)
    return bundle


def examine(state: Path, site: SiteId, controller: ControllerId, data: bytes) -> Bundle:
    """Read the site's answer and hold it against what is known here; nothing is stored.

    Raises:
        Malformed: It is not a bundle.
        OperatorMistaken: It is another controller's or another site's, or this controller belongs elsewhere.
    """
    bundle = Bundle.read(data)
    if (bundle.site, bundle.controller) != (site, controller):
        raise OperatorMistaken(
            f"the bundle is for {bundle.controller} at {bundle.site}, not for {controller} at {site}"
        )
    _log_key(state)
    _require_own_site(state, bundle)
    path = state / BUNDLE
    if path.exists():
        known = Bundle.read(read_plain(path))
        if (known.root_sha256, known.pseudonym_key) != (bundle.root_sha256, bundle.pseudonym_key):
            raise OperatorMistaken(
                f"{controller} already belongs to a site with root {known.root_sha256[:16]}…; "
                "to move it, begin with a new folder"
            )
    return bundle


def load(state: Path) -> Identity:
    """Read who this controller is.

    Raises:
        OperatorMistaken: It is not enrolled yet.
        StoreBroken: A file of it is damaged.
    """
    path = state / BUNDLE
    if not (state / "log.pem").exists() or not path.exists():
        raise OperatorMistaken(
            f"{state.parent} is not enrolled; run init, have request.json enrolled, then run accept"
        )
    try:
        return Identity(_log_key(state), Bundle.read(read_plain(path)))
    except Malformed as error:
        raise StoreBroken(f"{path} is damaged: {error}; run accept with the bundle again") from error


def _epoch(state: Path) -> int:
    """Give the epoch that this controller was enrolled in, 1 before it was."""
    path = state / BUNDLE
    return Bundle.read(read_plain(path)).epoch if path.exists() else 1


def _invitation(state: Path) -> Invitation | None:
    """Give the invitation that an earlier ``init`` was given, until it is answered."""
    path = state / INVITATION
    return Invitation.read(read_plain(path)) if path.exists() else None


def _require_own_site(state: Path, bundle: Bundle) -> None:
    """Refuse an answer that is not of the site that invited this controller."""
    invitation = _invitation(state)
    if invitation is not None and invitation.root != bundle.root_sha256:
        raise OperatorMistaken(
            f"the bundle is of a site with root {bundle.root_sha256[:16]}…, and the invitation of one with "
            f"root {invitation.root[:16]}…; somebody else answered: show both to the enroller"
        )


def _make_log_key(state: Path) -> Ed25519PrivateKey:
    key = Ed25519PrivateKey.generate()
    _write_key(state / "log.pem", key)
    return key


def _make_seal_key(state: Path) -> X25519PrivateKey:
    key = X25519PrivateKey.generate()
    _write_key(state / "seal.pem", key)
    return key


def _write_key(path: Path, key: Ed25519PrivateKey | X25519PrivateKey) -> None:
    write_whole(path, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()), 0o600)


def _log_key(state: Path) -> Ed25519PrivateKey:
    key = _load(state / "log.pem")
    if not isinstance(key, Ed25519PrivateKey):
        raise StoreBroken(f"{state / 'log.pem'} is not an Ed25519 key")
    return key


def _seal_key(state: Path) -> X25519PrivateKey:
    key = _load(state / "seal.pem")
    if not isinstance(key, X25519PrivateKey):
        raise StoreBroken(f"{state / 'seal.pem'} is not an X25519 key")
    return key


def _load(path: Path) -> object:
    try:
        return load_pem_private_key(read_plain(path, KEY_LIMIT), None)
    except (OSError, ValueError, TypeError, AksesError) as error:
        raise StoreBroken(f"{path} is not a readable key: {error}") from error

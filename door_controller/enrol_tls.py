"""A controller's key and certificate on the wire: the bridge's own files, in the folder ``tls``.

The key is made here and never leaves; a renewed certificate speaks of the same key, so that one file is
replaced, whole. The door program needs nothing of this and does not load it. What a certificate is worth is
decided by the broker.
"""

import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from card_registry import certificate
from card_registry.certificate import Holding
from card_registry.durable import read_plain, write_whole
from card_registry.enrolment import VERSION, Bundle, Renewal
from card_registry.errors import OperatorMistaken, StoreBroken
from card_registry.signing import Purpose, seal
from door_controller.enrol import Identity

CA_FILE, CERT_FILE, KEY_FILE = "ca.pem", "cert.pem", "key.pem"
RENEWAL = "renewal.json"
LIMIT = 16 * 1024
"""The longest file accepted here, in bytes."""


def make_key(folder: Path) -> str:
    """Make the key if there is none; give its public half.

    Raises:
        StoreBroken: There is one, and it is not a key of ours.
    """
    tls = folder / "tls"
    tls.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = tls / KEY_FILE
    if not path.exists():
        key = generate_private_key(SECP256R1())
        write_whole(path, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()), 0o600)
    _hand_over(folder)
    return point(folder)


def point(folder: Path) -> str:
    """Give the public half of the key.

    Raises:
        OperatorMistaken: There is no key.
        StoreBroken: It is not a key of ours.
    """
    path = folder / "tls" / KEY_FILE
    try:
        key = load_pem_private_key(read_plain(path, LIMIT), None)
    except FileNotFoundError as error:
        raise OperatorMistaken(f"there is no TLS key in {path.parent}; run init first") from error
    except (ValueError, TypeError) as error:
        raise StoreBroken(f"{path} is not a readable key; move it away and run init again") from error
    if not isinstance(key, EllipticCurvePrivateKey):
        raise StoreBroken(f"{path} is not a key of P-256; move it away and run init again")
    return certificate.point_of(key.public_key())


def check_bundle(folder: Path, bundle: Bundle) -> Holding | None:
    """Read the certificate that lies in the bundle; None where there is none.

    Raises:
        Malformed, Forged: It is not for this controller's key: the bundle answers another device.
    """
    if not bundle.certificate:
        return None
    pem, authority = bundle.certificate.encode(), bundle.authority.encode()
    return certificate.accept(pem, authority, bundle.controller, point(folder))


def take_bundle(folder: Path, bundle: Bundle) -> None:
    """Store the certificate that lies in a bundle that was checked, if there is one."""
    if bundle.certificate:
        write_whole(folder / "tls" / CA_FILE, bundle.authority.encode(), 0o644)
        write_whole(folder / "tls" / CERT_FILE, bundle.certificate.encode(), 0o644)
        _hand_over(folder)


def ask(folder: Path, identity: Identity) -> Path:
    """Write ``renewal.json``: a request for a certificate, signed with the log key; give its path."""
    bundle = identity.bundle
    asked = Renewal(VERSION, bundle.site, bundle.controller, bundle.epoch, point(folder))
    path = folder / RENEWAL
    write_whole(path, seal(Purpose.RENEWAL, asked, identity.log_key), 0o644)
    return path


def renew(folder: Path, identity: Identity, pem: bytes) -> Holding:
    """Store a renewed certificate in place of the one that ended.

    Raises:
        Malformed, Forged: It is not the site's, or not for this controller's key.
        OperatorMistaken: It ends no later than the one that is here.
    """
    tls, name = folder / "tls", identity.bundle.controller
    holding = certificate.accept(pem, read_plain(tls / CA_FILE, LIMIT), name, point(folder))
    present = tls / CERT_FILE
    if present.exists() and certificate.read(read_plain(present, LIMIT)).ends >= holding.ends:
        raise OperatorMistaken(f"the certificate of {name} here holds as long already; nothing was changed")
    write_whole(present, pem, 0o644)
    _hand_over(folder)
    return holding


def _hand_over(folder: Path) -> None:
    """Give the files to the bridge, who owns the slot folder: who installs is root, who reads is not."""
    slots, tls = folder / "slots", folder / "tls"
    if os.geteuid() == 0 and slots.exists():
        owner = slots.stat()
        for path in (tls, *tls.iterdir()):
            os.chown(path, owner.st_uid, owner.st_gid, follow_symlinks=False)

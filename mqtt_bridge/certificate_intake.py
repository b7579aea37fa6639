"""A renewed certificate that came over the link: taken when it is the site's, for this key, and longer good.

The connection that stands is not touched; the next one shows the new certificate (``Link`` reads the files at
each connect). A hostile broker can send nothing that is taken but a genuine certificate of this controller.
"""

import logging
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from card_registry import certificate
from card_registry.certifying import CA_FILE
from card_registry.durable import read_plain, write_whole
from card_registry.errors import AksesError, StoreBroken
from card_registry.words import ControllerId
from mqtt_bridge.tls import CERT_FILE, KEY_FILE

log = logging.getLogger(__name__)

LIMIT = 16 * 1024
"""The longest certificate taken, in bytes."""


def take(tls: Path, controller: ControllerId, pem: bytes) -> bool:
    """Store a certificate that is longer good than the present one; say whether it was stored.

    Raises:
        Malformed, Forged: It is not the site's certificate for this controller's key.
        StoreBroken: The key here cannot be read.
        OSError: The folder cannot be written.
    """
    if not pem or len(pem) > LIMIT:
        return False  # empty: the site has none for us any more
    authority = read_plain(tls / CA_FILE, LIMIT)
    offered = certificate.accept(pem, authority, controller, _point(tls / KEY_FILE))
    if _ends(tls / CERT_FILE) >= offered.ends:
        return False
    write_whole(tls / CERT_FILE, pem, 0o644)
    return True


def _ends(path: Path) -> int:
    """Give how long the present certificate is good; 0 where there is none that can be read."""
    try:
        return certificate.read(read_plain(path, LIMIT)).ends
    except (OSError, AksesError):
        return 0


def _point(path: Path) -> str:
    try:
        key = load_pem_private_key(read_plain(path, LIMIT), None)
    except (OSError, ValueError, TypeError) as error:
        message = f"the TLS key {path.name} cannot be read; run init on this device again"
        raise StoreBroken(message) from error
    if not isinstance(key, EllipticCurvePrivateKey):
        message = f"the TLS key {path.name} is not of P-256; run init on this device again"
        raise StoreBroken(message)
    return certificate.point_of(key.public_key())

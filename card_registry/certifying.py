"""The site's TLS authority at rest: one folder with its certificate and its encrypted key.

Who gets a certificate is decided elsewhere: the server's own parties by ``akses bridge ca``, controllers and
desks by the enroller (``authority.devices``). Here the authority is only founded and opened.
"""

import os
import secrets
import time
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from card_registry import certificate
from card_registry.certificate import Authority
from card_registry.durable import read_plain, write_whole
from card_registry.errors import OperatorMistaken, StoreBroken

CA_FILE, CA_KEY_FILE = "ca.pem", "ca-key.pem"


def open_authority(folder: Path, passphrase: bytes, site: str = "") -> Authority:
    """Open the site's authority in ``folder``, founding it (under the name ``site``) the first time.

    Raises:
        OperatorMistaken: The passphrase does not open its key, or the key is gone.
        StoreBroken: Its files are not an authority.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not os.path.lexists(folder / CA_FILE):
        _found(folder, passphrase, site)
    key = _load(folder, passphrase)
    try:
        own = x509.load_pem_x509_certificate(read_plain(folder / CA_FILE))
    except ValueError as error:
        message = f"{CA_FILE} in {folder.name} is not a certificate; restore it from backup"
        raise StoreBroken(message) from error
    if not isinstance(key, EllipticCurvePrivateKey) or own.public_key() != key.public_key():
        message = f"{CA_KEY_FILE} in {folder.name} is not the key of {CA_FILE}; restore both from backup"
        raise StoreBroken(message)
    return Authority(key, own)


def _found(folder: Path, passphrase: bytes, site: str) -> None:
    key = generate_private_key(SECP256R1())
    serial = certificate.serial_of(secrets.token_bytes(certificate.SERIAL))
    own = certificate.found(key, serial, time.time_ns() // 1_000_000, site)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(passphrase))
    write_whole(folder / CA_KEY_FILE, pem, 0o600)
    # If power fails here, the next call finds no certificate and founds the authority anew.
    write_whole(folder / CA_FILE, own, 0o644)


def _load(folder: Path, passphrase: bytes) -> object:
    try:
        return load_pem_private_key(read_plain(folder / CA_KEY_FILE), passphrase)
    except FileNotFoundError as error:
        message = f"there is no key {CA_KEY_FILE} in {folder.name}; restore the TLS authority from backup"
        raise OperatorMistaken(message) from error
    except (ValueError, TypeError) as error:
        message = f"the passphrase does not open the key {CA_KEY_FILE}"
        raise OperatorMistaken(message) from error

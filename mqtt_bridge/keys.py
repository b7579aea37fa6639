"""Private keys of the bridge's own trade at rest: always encrypted, opened with a passphrase from a file.

Which key may sign what is decided by the officers' ``policy``; here is only how the hub's receipt key and the
site's TLS authority are kept. The passphrase comes from a systemd credential or a file that nobody else can
read, never from a command line.
"""

import os
import stat
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from card_registry.durable import read_plain, write_whole
from card_registry.errors import OperatorMistaken, StoreBroken

RECEIPT_FILE = "receipt.pem"
PASSPHRASE_LIMIT = 1024


def read_passphrase(path: Path) -> bytes:
    """Read a passphrase: the file's one line.

    Raises:
        OperatorMistaken: The file is missing, empty, or readable by others.
    """
    try:
        text = read_plain(path, PASSPHRASE_LIMIT)
        mode = path.stat().st_mode
    except OSError as error:
        message = f"the passphrase file {path.name} cannot be read: {error.strerror}"
        raise OperatorMistaken(message) from error
    passphrase = text.strip(b"\r\n")
    if not passphrase or stat.S_IMODE(mode) & 0o077:
        message = f"the passphrase file {path.name} must hold one line and be readable by its owner only"
        raise OperatorMistaken(message)
    return passphrase


def private_folder(path: Path) -> None:
    """Make a folder that only its owner enters."""
    path.mkdir(parents=True, exist_ok=True, mode=0o700)


def store_key(path: Path, key: Ed25519PrivateKey | EllipticCurvePrivateKey, passphrase: bytes) -> None:
    """Write a private key, encrypted, so that it survives a power cut from here on."""
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(passphrase))
    write_whole(path, pem, 0o600)


def load_key(path: Path, passphrase: bytes) -> object:
    """Open an encrypted private key.

    Raises:
        OperatorMistaken: There is no such file, or the passphrase does not open it.
    """
    try:
        return load_pem_private_key(read_plain(path), passphrase)
    except FileNotFoundError as error:
        message = f"there is no key {path.name} in {path.parent.name}; make it first"
        raise OperatorMistaken(message) from error
    except (ValueError, TypeError) as error:
        message = f"the passphrase does not open the key {path.name}"
        raise OperatorMistaken(message) from error


def receipt_key(folder: Path, passphrase: bytes) -> Ed25519PrivateKey:
    """Open the hub's receipt key.

    Raises:
        OperatorMistaken: It is not there, or the passphrase does not open it.
        StoreBroken: It is a key of another kind.
    """
    key = load_key(folder / RECEIPT_FILE, passphrase)
    if not isinstance(key, Ed25519PrivateKey):
        message = f"{RECEIPT_FILE} is not an Ed25519 key; make a new receipt key and let the officers sign it"
        raise StoreBroken(message)
    return key


def make_receipt_key(folder: Path, passphrase: bytes) -> Ed25519PrivateKey:
    """Open the hub's receipt key, making it the first time."""
    private_folder(folder)
    if not os.path.lexists(folder / RECEIPT_FILE):
        store_key(folder / RECEIPT_FILE, Ed25519PrivateKey.generate(), passphrase)
    return receipt_key(folder, passphrase)

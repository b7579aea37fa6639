"""Signing keys at rest: encrypted PKCS#8 PEM files, mode 0600, and the file that holds their passphrase."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from card_registry.durable import read_plain, write_whole
from card_registry.errors import OperatorMistaken

PEM_LIMIT = 4096
PRIVATE_MODE = 0o600
FOLDER_MODE = 0o700
SIGNER = ("grants", "online", "order", "authority")
"""The keys in the signer's folder."""

ROOT_FILE = "root.json"
"""The first root in the signer's folder: what the signer itself trusts, whatever its store says."""


@dataclass(frozen=True, slots=True)
class SignerKeys:
    """What the signer signs with, and the first root that it believes."""

    grants: Ed25519PrivateKey
    online: Ed25519PrivateKey
    order: Ed25519PrivateKey
    authority: Ed25519PrivateKey
    root: bytes


def read_passphrase(path: Path) -> bytes:
    """Read the one line of a passphrase file.

    Raises:
        OperatorMistaken: The file is missing, empty or has more than one line.
    """
    try:
        lines = read_plain(path, PEM_LIMIT).splitlines()
    except OSError as error:
        message = f"the passphrase file {path} cannot be read: {error.strerror}"
        raise OperatorMistaken(message) from error
    if len(lines) != 1 or not lines[0]:
        message = f"the passphrase file {path} must hold exactly one line"
        raise OperatorMistaken(message)
    return lines[0]


def load_key(path: Path, passphrase: bytes) -> Ed25519PrivateKey:
    """Open one key file.

    Raises:
        OperatorMistaken: The file is missing, not an Ed25519 key, or the passphrase does not open it.
    """
    try:
        key = load_pem_private_key(read_plain(path, PEM_LIMIT), passphrase)
    except OSError as error:
        message = f"the key file {path} cannot be read: {error.strerror}"
        raise OperatorMistaken(message) from error
    except (ValueError, TypeError) as error:
        message = f"the key file {path} is damaged, or the passphrase does not open it"
        raise OperatorMistaken(message) from error
    if not isinstance(key, Ed25519PrivateKey):
        message = f"the key file {path} holds another kind of key than Ed25519"
        raise OperatorMistaken(message)
    return key


def load_or_make(folder: Path, name: str, passphrase: bytes) -> Ed25519PrivateKey:
    """Open a key file, or make it where there is none; an interrupted ceremony goes on with its own keys.

    Raises:
        OperatorMistaken: A file is there and cannot be opened.
    """
    folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    path = folder / f"{name}.pem"
    if path.exists():
        return load_key(path, passphrase)
    key = Ed25519PrivateKey.generate()
    encryption = BestAvailableEncryption(passphrase)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption)
    write_whole(path, pem, PRIVATE_MODE)
    return key


def load_signer(folder: Path, passphrase: bytes) -> SignerKeys:
    """Open everything in the signer's folder.

    Raises:
        OperatorMistaken: Something is missing or cannot be opened.
    """
    keys: Mapping[str, Ed25519PrivateKey] = {
        name: load_key(folder / f"{name}.pem", passphrase) for name in SIGNER
    }
    try:
        root = read_plain(folder / ROOT_FILE)
    except OSError as error:
        message = f"{folder / ROOT_FILE} cannot be read; found the registry first: akses registry found"
        raise OperatorMistaken(message) from error
    return SignerKeys(**keys, root=root)

"""Signing keys at rest: encrypted PEM files, mode 0600, and the file that holds their passphrase.

Programs' keys are PKCS#8, whose passphrase is a random one in a credential. People's keys are sealed with
Argon2id (``keyfile``), because PKCS#8 as OpenSSL writes it stretches a typed passphrase by 2048 rounds only.

A key that shall take another's place is made beside it (``NAME.next.pem``) and signs nothing until the
officers have signed for it; then it is moved over the old one, which is gone.
"""

import base64
import textwrap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from card_registry.authority import keyfile
from card_registry.durable import read_plain, sync_folder, write_whole
from card_registry.errors import AksesError, KeysReplaced, OperatorMistaken
from card_registry.signing import public_hex

PEM_LIMIT = 4096
PRIVATE_MODE = 0o600
FOLDER_MODE = 0o700
BEGIN, END = "-----BEGIN AKSES SEALED KEY-----", "-----END AKSES SEALED KEY-----"
"""The armour of a person's key."""

ARMOUR_WIDTH = 64
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
        data = read_plain(path, PEM_LIMIT)
        key = _unsealed(data, passphrase) or load_pem_private_key(data, passphrase)
    except OSError as error:
        message = f"the key file {path} cannot be read: {error.strerror}"
        raise OperatorMistaken(message) from error
    except (ValueError, TypeError, AksesError) as error:
        message = f"the key file {path} is damaged, or the passphrase does not open it"
        raise OperatorMistaken(message) from error
    if not isinstance(key, Ed25519PrivateKey):
        message = f"the key file {path} holds another kind of key than Ed25519"
        raise OperatorMistaken(message)
    return key


def make_sealed(folder: Path, name: str, passphrase: bytes, entropy: bytes) -> str:
    """Make a person's key, sealed as ``keyfile`` does against a lost stick; give its public half (hex).

    Raises:
        OperatorMistaken: There is such a file already, or the passphrase is too short.
    """
    folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    path = folder / f"{name}.pem"
    if path.exists():
        raise OperatorMistaken(f"{path} is there already; a new key needs a new label or folder")
    data, public = keyfile.make(passphrase.decode(), entropy)
    lines = textwrap.wrap(base64.b64encode(data).decode(), ARMOUR_WIDTH)
    write_whole(path, "\n".join([BEGIN, *lines, END, ""]).encode(), PRIVATE_MODE)
    return public


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
    return SignerKeys(**keys, root=read_root(folder))


def next_name(name: str) -> str:
    """Give the name of the key that shall take this one's place."""
    return f"{name}.next"


def load_fitting(
    folder: Path, passphrase: bytes, wanted: Mapping[str, str], root: bytes | None = None
) -> SignerKeys:
    """Open, of each of the signer's keys, the present or the prepared one: that with the wanted public half.

    ``root`` is the first root where it is not in the folder yet.

    Raises:
        OperatorMistaken: A file is missing or cannot be opened.
        KeysReplaced: Neither of the two is the wanted one.
    """
    keys: dict[str, Ed25519PrivateKey] = {}
    for name in SIGNER:
        files = [folder / f"{one}.pem" for one in (name, next_name(name))]
        found = [load_key(file, passphrase) for file in files if file.exists()]
        fitting = [key for key in found if public_hex(key) == wanted[name]]
        if not fitting:
            message = f"{folder} does not hold the {name} key {wanted[name][:16]}… that officers signed for"
            raise KeysReplaced(message)
        keys[name] = fitting[0]
    return SignerKeys(**keys, root=read_root(folder) if root is None else root)


def promote(folder: Path, passphrase: bytes, wanted: Mapping[str, str]) -> Iterable[str]:
    """Move prepared keys that are wanted now over the ones they replace; name those moved.

    If power fails in between, the rest is moved by the next call; a key that is not wanted is never moved.
    """
    moved = []
    for name in SIGNER:
        prepared = folder / f"{next_name(name)}.pem"
        if prepared.exists() and public_hex(load_key(prepared, passphrase)) == wanted[name]:
            prepared.replace(folder / f"{name}.pem")
            sync_folder(folder)
            moved.append(name)
    return moved


def require_current(keys: SignerKeys, wanted: Mapping[str, str]) -> None:
    """Refuse to sign with a key that the officers replaced.

    Raises:
        KeysReplaced: The sentence names the key.
    """
    for name in SIGNER:
        if public_hex(getattr(keys, name)) != wanted[name]:
            message = (
                f"the officers let another {name} key sign ({wanted[name][:16]}…) than the one at hand; "
                "finish with: akses registry apply"
            )
            raise KeysReplaced(message)


def _unsealed(data: bytes, passphrase: bytes) -> Ed25519PrivateKey | None:
    """Open a person's sealed key; None when the file is of another kind.

    Raises:
        ValueError, AksesError: It is damaged, or the passphrase does not open it.
    """
    lines = data.decode().split()
    if " ".join(lines[:4]) != BEGIN:
        return None
    return keyfile.open_key(base64.b64decode("".join(lines[4:-4]), validate=True), passphrase.decode())


def read_root(folder: Path) -> bytes:
    """Read the first root: what the signer believes, whatever its store says.

    Raises:
        OperatorMistaken: It is not there.
    """
    """Read the first root from the signer's folder.

    Raises:
        OperatorMistaken: It is not there.
    """
    try:
        return read_plain(folder / ROOT_FILE)
    except OSError as error:
        message = f"{folder / ROOT_FILE} cannot be read; found the registry first: akses registry found"
        raise OperatorMistaken(message) from error

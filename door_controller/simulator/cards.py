"""The box of virtual cards: each with a label for people, an id that stays, and a key that never leaves.

It decides what kinds of card there are and keeps them in one file of the simulator's folder, readable by its
user alone. What a card says is left to ``pkoc_card`` and ``picc``.
"""

import functools
import secrets
import threading
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    derive_private_key,
    generate_private_key,
)

from card_registry import canonical
from card_registry.cards.pkoc import credential_digest
from card_registry.durable import read_plain, write_whole
from card_registry.errors import Malformed, OperatorMistaken, StoreBroken
from door_controller.simulator.picc import Card, Picc, UidCard
from door_controller.simulator.pkoc_card import PkocCard
from door_controller.simulator.words import CardKind

VERSION = 1
CARDS_MOST = 500
LABEL_MOST = 60
SIGN_MS_MOST = 60_000
_FILE_LIMIT = 1024 * 1024
_NXP = b"\x04"
_SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class CardRecord:
    """One card as the file keeps it; ``secret`` is the private key of a PKOC card (hex), else empty."""

    id: str
    label: str
    kind: CardKind
    uid: str
    secret: str
    sign_ms: int

    def __post_init__(self) -> None:
        """Refuse what no card of ours looks like."""
        if not 0 < len(self.label) <= LABEL_MOST or not self.label.isprintable():
            message = f"a card's label must be 1 to {LABEL_MOST} printable characters"
            raise ValueError(message)
        if not 0 <= self.sign_ms <= SIGN_MS_MOST:
            message = f"a card signs within 0 to {SIGN_MS_MOST} ms, not {self.sign_ms}"
            raise ValueError(message)
        secret_bytes = _SECRET_BYTES if self.kind is CardKind.PKOC else 0
        if len(bytes.fromhex(self.uid)) not in (4, 7, 10) or len(bytes.fromhex(self.secret)) != secret_bytes:
            message = f"card {self.id[:20]} has a UID or a key of the wrong length"
            raise ValueError(message)

    @property
    def digest(self) -> str:
        """The SHA-256 of the public key, as registries know it (hex); empty for a card without a key."""
        return _digest(self.secret) if self.kind is CardKind.PKOC else ""

    def card(self) -> Card:
        """Give the card as a reader's field sees it."""
        uid = bytes.fromhex(self.uid)
        if self.kind is CardKind.UID:
            return UidCard(uid)
        return Picc(uid, PkocCard(_private(self.secret), self.sign_ms / 1000))


@dataclass(frozen=True, slots=True)
class _File:
    v: int
    cards: tuple[CardRecord, ...]


class CardBox:
    """All cards of one simulator, by id; every change is on disk before it is answered."""

    def __init__(self, path: Path) -> None:
        """Open the box at ``path``, an empty one if there is none.

        Raises:
            StoreBroken: The file is not one of ours; it is left as it is.
        """
        self._path = path
        self._lock = threading.Lock()
        self._records = {record.id: record for record in _read(path)}

    def records(self) -> tuple[CardRecord, ...]:
        """List the cards in the order they were made."""
        with self._lock:
            return tuple(self._records.values())

    def make(self, label: str, kind: CardKind, sign_ms: int) -> CardRecord:
        """Make a new card and keep it.

        Raises:
            OperatorMistaken: The box is full, or the label or time is refused.
        """
        with self._lock:
            if len(self._records) >= CARDS_MOST:
                raise OperatorMistaken(f"there are {CARDS_MOST} virtual cards already; no more are made")
            secret = _new_secret() if kind is CardKind.PKOC else ""
            uid = (_NXP + secrets.token_bytes(6)).hex()
            try:
                record = CardRecord(secrets.token_hex(4), label, kind, uid, secret, sign_ms)
            except ValueError as error:
                raise OperatorMistaken(str(error)) from error
            records = {**self._records, record.id: record}
            write_whole(self._path, canonical.encode(_File(VERSION, tuple(records.values()))), 0o600)
            # If power fails here, the card exists and nobody was told; it is listed at the next start.
            self._records = records
            return record

    def card(self, card_id: str) -> Card:
        """Give one card to be held before a reader.

        Raises:
            OperatorMistaken: There is no such card.
        """
        with self._lock:
            if card_id not in self._records:
                raise OperatorMistaken(
                    f"there is no virtual card {card_id[:40]!r}; ask for the list of cards"
                )
            return self._records[card_id].card()


def _read(path: Path) -> tuple[CardRecord, ...]:
    try:
        file = canonical.decode(read_plain(path, _FILE_LIMIT), _File, path.name, _FILE_LIMIT)
    except FileNotFoundError:
        return ()
    except Malformed as error:
        raise StoreBroken(f"{error}; move the file {path} away to start with no cards") from error
    if file.v != VERSION:
        raise StoreBroken(f"{path} has version {file.v}; this program reads version {VERSION}")
    return file.cards


def _new_secret() -> str:
    value = generate_private_key(SECP256R1()).private_numbers().private_value
    return value.to_bytes(_SECRET_BYTES).hex()


@functools.lru_cache(CARDS_MOST)
def _digest(secret: str) -> str:
    return credential_digest(PkocCard(_private(secret)).public_key).hex()


def _private(secret: str) -> EllipticCurvePrivateKey:
    return derive_private_key(int(secret, 16), SECP256R1())

"""The signer's own log: one row for each applied change, under the tree and heads of any journal.

A row holds the exact warrant, or the desk's exact event, so that an auditor can judge it again.

Pure.
"""

from dataclasses import dataclass
from enum import StrEnum

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from card_registry import canonical
from card_registry.journal.note import Checkpoint, authority_origin, sign_checkpoint
from card_registry.journal.tree import Frontier, leaf
from card_registry.words import SiteId


class Source(StrEnum):
    """Where a change came from: warrants, a desk's journal, a PIN, officers, a restore, the enroller."""

    WARRANT = "warrant"
    BINDING = "binding"
    PIN = "pin"
    CEREMONY = "ceremony"
    RESTORE = "restore"
    DEVICE = "device"


@dataclass(frozen=True, slots=True)
class Applied:
    """One applied change; ``body`` is the warrant's or event's exact text.

    ``serial`` is the number of the denial or of the order that it became.
    """

    v: int
    site: SiteId
    seq: int
    at: int
    source: Source
    reference: str
    kind: str
    body: str
    serial: int | None


def append(frontier: Frontier, row: Applied) -> tuple[Frontier, bytes, bytes]:
    """Give the frontier after a row, the row's bytes and its leaf."""
    body = canonical.encode(row)
    hashed = leaf(body)
    return frontier.append(hashed), body, hashed


def head(site: SiteId, frontier: Frontier, key: Ed25519PrivateKey) -> bytes:
    """Give the signed head over all rows so far."""
    return sign_checkpoint(Checkpoint(authority_origin(site), frontier.size, frontier.root()), key)

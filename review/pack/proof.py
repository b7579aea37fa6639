"""What the authority and the doors signed about a review, as its evidence pack carries it.

``trust`` leads from the officers' first root to the keys of doors and authority, as in a journal's proof
file. ``head`` is the signed head of the authority's own log, ``records`` those that the review caused (each
the exact warrant) with their paths in its tree, ``statuses`` the doors' newest statuses as their own keys
sealed them. ``proving`` judges it.

Pure.
"""

import hashlib
from dataclasses import dataclass

VERSION = 1
LIMIT = 64 * 1024 * 1024
"""The largest proof accepted, in bytes."""

FIRST = "root/1"


@dataclass(frozen=True, slots=True)
class Record:
    """One record of the authority's log: its place, its exact text, its path in the tree (hex)."""

    seq: int
    body: str
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Proof:
    """What was signed, each part as its exact text."""

    v: int
    site: str
    trust: tuple[tuple[str, str], ...]
    head: str
    records: tuple[Record, ...]
    statuses: tuple[str, ...]

    def root(self) -> str:
        """Give the SHA-256 (hex) of the first root that is in it, empty where there is none."""
        text = dict(self.trust).get(FIRST, "")
        return hashlib.sha256(text.encode()).hexdigest() if text else ""

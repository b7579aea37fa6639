r"""The record of one purge, and the chain over these records: none can be changed or left out unseen.

A link is SHA-256 over ``akses/purge/v1\0``, the link before (32 zero bytes before the first) and the record's
canonical bytes. The newest link stands in the audit trail beside each purge.

Pure.
"""

import hashlib
from dataclasses import dataclass, replace

from card_registry import canonical
from card_registry.journal.dropping import Span
from card_registry.words import PersonId
from review.retention.rules import Kind

DOMAIN = b"akses/purge/v1\0"
FIRST = "00" * 32
"""What stands before the first record's link (hex)."""

VERSION = 1
CODE = 12
"""How many digits of its hash name a dry run."""


@dataclass(frozen=True, slots=True)
class Counted:
    """How many of one thing go, or are held back."""

    what: str
    count: int


@dataclass(frozen=True, slots=True)
class Decision:
    """One purge: by which rule, of what is older than ``before`` (milliseconds), how much, decided by whom.

    ``cases`` are those whose texts go; ``spans`` the rows of the ledger, and ``leaves`` the SHA-256 (hex)
    over their leaves in order, which anybody can compare afterwards. ``held`` counts what a hold kept.
    """

    kind: Kind
    months: int
    before: int
    counted: tuple[Counted, ...] = ()
    held: int = 0
    cases: tuple[str, ...] = ()
    spans: tuple[Span, ...] = ()
    leaves: str = ""
    number: int = 0
    at: int = 0
    person: PersonId | None = None
    v: int = VERSION

    @property
    def total(self) -> int:
        """Sum what goes."""
        return sum(one.count for one in self.counted)


def code_of(decision: Decision) -> str:
    """Name a dry run by what it found, so that only this very purge can be done on its word."""
    bare = replace(decision, number=0, at=0, person=None)
    return hashlib.sha256(DOMAIN + canonical.encode(bare)).hexdigest()[:CODE]


def link(before: str, decision: Decision) -> str:
    """Give the link (hex) of a record, from the link before it."""
    body = canonical.encode(decision)
    return hashlib.sha256(DOMAIN + bytes.fromhex(before) + body).hexdigest()

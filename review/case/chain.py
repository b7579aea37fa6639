r"""The chain over a case's rows: each link hashes the one before it, so no row can be changed unseen.

A link is SHA-256 over ``akses/case/v1\0``, the previous link (32 zero bytes before the first) and the row's
canonical bytes with the case's id. The newest link of every case stands in the office's audit trail; whether
anybody compares them is not decided here.

2026-11-21: a note is personal text, so the row that is hashed carries its salted ``seal`` in its place: note
and salt can be purged, and the chain still verifies. Rows of before are hashed as they were written.

Pure.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from card_registry import canonical
from card_registry.words import CaseId
from review.case.values import Done

DOMAIN = b"akses/case/v1\0"
FIRST = "00" * 32
"""What stands before the first row's link (hex)."""

NOTE = b"akses/note/v1\0"
SALT = 12
"""Bytes of chance that keep a purged note from being guessed."""


@dataclass(frozen=True, slots=True)
class _Linked:
    case: CaseId
    position: int
    row: Done


def seal(note: str, salt: str) -> str:
    """Commit to a note under a salt (hex): what the chain has of it; an empty note needs none."""
    return hashlib.sha256(NOTE + bytes.fromhex(salt) + note.encode()).hexdigest() if note else ""


def link(before: str, case: CaseId, position: int, row: Done) -> str:
    """Give the link (hex) of one row, from the link before it."""
    body = canonical.encode(_Linked(case, position, row))
    return hashlib.sha256(DOMAIN + bytes.fromhex(before) + body).hexdigest()


def links(case: CaseId, rows: Sequence[Done]) -> tuple[str, ...]:
    """Give the links of a whole history."""
    made: list[str] = []
    for position, row in enumerate(rows):
        made.append(link(made[-1] if made else FIRST, case, position, row))
    return tuple(made)


def broken(case: CaseId, rows: Sequence[Done], kept: Sequence[str]) -> int | None:
    """Give the position of the first row that is not the one its link was made over; None when all are."""
    for position, (made, stands) in enumerate(zip(links(case, rows), kept, strict=False)):
        if made != stands:
            return position
    return None if len(rows) == len(kept) else min(len(rows), len(kept))

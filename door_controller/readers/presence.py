"""When a card in the field is a new presentation, and when it is the one already reported.

It decides by absence: a card is new once the field was seen empty for a while, when another fixed UID shows
up, or when nobody looked for so long (a fault) that it may have been taken away and brought back.
Looking into the field and reading the card are left to the reader.

Pure.
"""

from dataclasses import dataclass, replace

ABSENCE_NS = 250_000_000
"""How long a card must be unseen for an empty field to mean that it was taken away."""

BLIND_NS = 2_000_000_000
"""How long nobody may look before a card that is there counts as presented again."""

ATTEMPTS = 3
"""How often a card is asked, at least, before it is reported as one whose conversations break."""

_RANDOM_UID_BYTES = 4
_RANDOM_UID_BEGINS = 0x08


@dataclass(frozen=True, slots=True)
class Presentation:
    """One card at the reader: since when, last seen when (monotonic nanoseconds), and how far we are."""

    uid: bytes
    since: int
    seen: int
    attempts: int = 0
    reported: bool = False


def saw(present: Presentation | None, uid: bytes, now: int) -> Presentation:
    """Say which presentation a card with ``uid`` belongs to: the one at hand, or a new one."""
    if present is None or now - present.seen > BLIND_NS or not _same(present.uid, uid):
        return Presentation(uid, now, now)
    return replace(present, seen=now)


def has_left(present: Presentation, now: int) -> bool:
    """Whether an empty field means that the card is gone, and not just badly held."""
    return now - present.seen > ABSENCE_NS


def tried_enough(present: Presentation, now: int, retry_seconds: float) -> bool:
    """Whether a card whose conversations break has had its chances, in number and in time."""
    return present.attempts >= ATTEMPTS and now - present.since >= retry_seconds * 1e9


def _same(before: bytes, now: bytes) -> bool:
    return before == now or (_is_random(before) and _is_random(now))


def _is_random(uid: bytes) -> bool:
    """Phones draw a new UID each time the field comes on (ISO 14443-3: four bytes, the first is 08)."""
    return len(uid) == _RANDOM_UID_BYTES and uid[0] == _RANDOM_UID_BEGINS

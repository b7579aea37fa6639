"""What a reader is: an eye that reports what was presented and what it proved.

A reader verifies a card's proof in its own thread and puts frozen values into the callback it was given. It
touches no output, knows no registry and decides nothing; whether the door opens is left to
``card_registry.decision``. A raw UID never leaves this package: it is put through the caller's pseudonym
function at once, and nothing here logs what a card said.

Decisions:
    2026-11-20: the chip waits for the card (one InListPassiveTarget with many tries) instead of us asking
    every 20 ms, because a card is then noticed at once, and an idle reader costs three commands a second.
    2026-11-20: every turn that sees a card starts by switching the field off, because it is the one reset
    that every card, phone and half-finished exchange obeys; a card is the same presentation until the field
    has been empty for a while, and phones with a new random UID each time are judged by presence alone.
    2026-11-20: nothing a card or chip does ends a reader thread. What a card did wrong is reported as an
    unproven presentation; what the chip or cable did wrong is a fault, and the port is opened again.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from card_registry.words import CredentialKind, ReaderId, Tier


class Doubt(StrEnum):
    """Why a presentation proved nothing. The first five are flaws of the PKOC answer itself."""

    MALFORMED = "malformed"
    VERSION = "version"
    STATUS = "status"
    KEY = "key"
    SIGNATURE = "signature"
    NO_PROTOCOL = "no-protocol"
    LINK = "link"
    TOO_SLOW = "too-slow"


@dataclass(frozen=True, slots=True)
class Proven:
    """The card proved a credential; ``digest`` is the SHA-256 of what it proved (32 bytes)."""

    kind: CredentialKind
    tier: Tier
    digest: bytes


@dataclass(frozen=True, slots=True)
class Unproven:
    """The card proved nothing.

    ``kind`` is UID for a card without a protocol of ours, else the protocol that failed; ``pseudonym`` is
    what the caller's function made of the UID.
    """

    kind: CredentialKind
    pseudonym: str
    why: Doubt


Proof = Proven | Unproven


@dataclass(frozen=True, slots=True)
class Presented:
    """One card, once for each time it was brought to the reader; ``at`` is when it was first seen.

    ``at`` counts nanoseconds of the monotonic clock.
    """

    reader: ReaderId
    proof: Proof
    at: int


KEYS = "0123456789*#"
"""What a keypad can say; ``*`` takes back, ``#`` ends (``door_controller.pin.dialogue``)."""


@dataclass(frozen=True, slots=True)
class Keyed:
    """One key of a keypad was pressed: one of ``KEYS``. It may be a digit of a PIN, so it is never shown.

    ``at`` counts nanoseconds of the monotonic clock, like ``Presented.at``.
    """

    reader: ReaderId
    key: str = field(repr=False)
    at: int


class Trouble(StrEnum):
    """Why a reader does not work: its port cannot be opened, chip or cable broke off, or its thread hangs."""

    UNREACHABLE = "unreachable"
    BROKEN = "broken"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class ReaderFault:
    """The reader does not work: which, why, since when (monotonic nanoseconds)."""

    reader: ReaderId
    why: Trouble
    at: int


@dataclass(frozen=True, slots=True)
class ReaderRestored:
    """The reader works: after its first opening, and after each fault."""

    reader: ReaderId
    at: int


ReaderEvent = Presented | Keyed | ReaderFault | ReaderRestored
Report = Callable[[ReaderEvent], None]
"""Takes one event in the reader's thread; must return at once (put it on a queue)."""

Entropy = Callable[[int], bytes]
"""Gives that many random bytes, as ``secrets.token_bytes`` does."""

Pseudonym = Callable[[bytes], str]
"""Makes of a UID what may be written down."""


class CardReader(Protocol):
    """A supervised reader: runs in its own thread from ``start`` until ``close``."""

    def start(self) -> None:
        """Begin to open the port and to read; returns at once."""

    def close(self) -> None:
        """Stop, and wait until the port is closed."""

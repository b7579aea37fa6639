"""The words of the trade, as types: ids, closed choices, limits.

Every other module speaks in these words (DESIGN §3). A value that is not one of them is
refused where it enters, so nothing further in has to doubt it.

Pure.
"""

import re
from enum import IntEnum, StrEnum
from typing import Annotated, NewType

import msgspec

Whole = Annotated[int, msgspec.Meta(ge=-(2**53 - 1), le=2**53 - 1)]
"""A whole number in a document: what RFC 8785 can carry and every store of ours can hold."""

SiteId = NewType("SiteId", str)
ControllerId = NewType("ControllerId", str)
DoorId = NewType("DoorId", str)
ReaderId = NewType("ReaderId", str)
CardId = NewType("CardId", str)
HolderId = NewType("HolderId", str)
GrantId = NewType("GrantId", str)
CaseId = NewType("CaseId", str)
PersonId = NewType("PersonId", str)

_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?")
_TOKEN = re.compile(r"[0-9a-f]{32}")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_POINT = re.compile(r"0[23][0-9a-f]{64}")


def require_slug(text: str, what: str) -> None:
    """Refuse a name that is not 1 to 32 of a-z, 0-9 and inner hyphens.

    Raises:
        ValueError: The name would not be safe as a topic level or a file name.
    """
    if _SLUG.fullmatch(text) is None:
        message = f"{what} must be 1 to 32 of a-z, 0-9 and inner hyphens, not {text[:40]!r}"
        raise ValueError(message)


def require_token(text: str, what: str) -> None:
    """Refuse a random id that is not 32 lower-case hex digits (16 random bytes).

    Raises:
        ValueError: The id has another shape.
    """
    if _TOKEN.fullmatch(text) is None:
        message = f"{what} must be 32 lower-case hex digits"
        raise ValueError(message)


def require_digest(text: str, what: str) -> None:
    """Refuse a digest or public key that is not 64 lower-case hex digits.

    Raises:
        ValueError: The value has another shape.
    """
    if _DIGEST.fullmatch(text) is None:
        message = f"{what} must be 64 lower-case hex digits"
        raise ValueError(message)


def require_point(text: str) -> None:
    """Refuse a TLS key that is not a compressed point as 66 lower-case hex digits (P-256).

    Raises:
        ValueError: The value has another shape.
    """
    if _POINT.fullmatch(text) is None:
        message = "a TLS key must be a compressed point of P-256, 66 lower-case hex digits"
        raise ValueError(message)


class Tier(IntEnum):
    """How hard a credential is to copy (DESIGN §6): 3 public key, 2 AES, 1 reader vouches, 0 clonable."""

    CLONABLE = 0
    VOUCHED = 1
    SHARED_KEY = 2
    PUBLIC_KEY = 3


class CredentialKind(StrEnum):
    """What a card proves, and by which protocol."""

    PKOC = "pkoc"
    DESFIRE = "desfire"
    NTAG424 = "ntag424"
    OSDP = "osdp"
    UID = "uid"
    EM125 = "em125"
    WIEGAND = "wiegand"


class CardStatus(StrEnum):
    """The life of the plastic."""

    BLANK = "blank"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    LOST = "lost"
    REVOKED = "revoked"
    EXPIRED = "expired"
    DESTROYED = "destroyed"


class GrantKind(StrEnum):
    """Why a grant exists: standing, temporary, visit or emergency."""

    TETAP = "tetap"
    SEMENTARA = "sementara"
    KUNJUNGAN = "kunjungan"
    DARURAT = "darurat"


class Subject(StrEnum):
    """What a denial names."""

    CARD = "card"
    HOLDER = "holder"
    GRANT = "grant"


class Side(StrEnum):
    """Which side of the door a reader serves."""

    IN = "in"
    OUT = "out"


class Mode(StrEnum):
    """How a door treats taps. No mode ever blocks exit."""

    NORMAL = "normal"
    LOCKDOWN = "lockdown"
    FREE = "free"


class Staleness(StrEnum):
    """How old the door's registry is, by its own signed expiry dates."""

    FRESH = "fresh"
    STALE = "stale"
    EXPIRED = "expired"


class ExpiredPolicy(StrEnum):
    """What a door does after the grace of a stale registry has run out."""

    KEEP = "keep"
    EMERGENCY_ONLY = "emergency-only"
    DENY = "deny"


class Clockless(StrEnum):
    """What a door answers when the clock cannot say whether a window is open."""

    ALWAYS_ONLY = "always-only"
    DENY = "deny"
    ALLOW_FLAGGED = "allow-flagged"


class TimeQuality(StrEnum):
    """What a door's idea of the time rests on, best first."""

    SYNC = "sync"
    ANCHORED = "anchored"
    NTP = "ntp"
    FLOOR = "floor"


class PinResult(StrEnum):
    """What a PIN pad said about the person at the door.

    LOCKED: too many wrong tries, so none was looked at. DURESS: the holder's other PIN, given under threat;
    it opens like the right one and alarms where nobody at the door can see it.
    """

    NOT_ASKED = "not-asked"
    RIGHT = "right"
    WRONG = "wrong"
    LOCKED = "locked"
    DURESS = "duress"


class PinDemand(StrEnum):
    """When a door asks for a PIN after the card."""

    NEVER = "never"
    ALWAYS = "always"
    SCHEDULED = "scheduled"


class Passback(StrEnum):
    """What a door does with a holder who enters again without having left.

    SOFT lets in and flags; HARD denies; TIMED denies for the door's ``passback_s`` after the last entry.
    """

    OFF = "off"
    SOFT = "soft"
    HARD = "hard"
    TIMED = "timed"


class OrderKind(StrEnum):
    """What an order tells one door to do. The last takes away, like LOCKDOWN; the others open or relax."""

    RELEASE = "release"
    LOCKDOWN = "lockdown"
    FREE = "free"
    NORMAL = "normal"
    RESET_PASSBACK = "reset-passback"
    UNLOCK_PIN = "unlock-pin"
    LOCK_PIN = "lock-pin"


class ControllerKind(StrEnum):
    """A controller drives doors; a desk makes cards and drives none."""

    DOOR = "door"
    DESK = "desk"


class ControllerStatus(StrEnum):
    """Whether the site still trusts a controller's keys."""

    ACTIVE = "active"
    REVOKED = "revoked"


class Approval(StrEnum):
    """How a verdict that adds a right is proved: by a signature, or (weak) by a session alone."""

    SIGNATURE = "signature"
    SESSION = "session"


class Reason(StrEnum):
    """Why a door answered as it did: one list for light, journal and report.

    A reason is never renamed and never reused: journals keep it for years.
    """

    GRANTED = "granted"
    GRANTED_FREE = "granted-free"
    NO_REGISTRY = "no-registry"
    REGISTRY_EXPIRED = "registry-expired"
    PROOF_FAILED = "proof-failed"
    UNKNOWN_CREDENTIAL = "unknown-credential"
    TIER_TOO_WEAK = "tier-too-weak"
    CARD_DENIED = "card-denied"
    HOLDER_DENIED = "holder-denied"
    GRANT_DENIED = "grant-denied"
    NO_GRANT = "no-grant"
    NOT_YET = "not-yet"
    ENDED = "ended"
    OUTSIDE_SCHEDULE = "outside-schedule"
    CLOCK_UNCERTAIN = "clock-uncertain"
    LOCKDOWN = "lockdown"
    ESCORT_REQUIRED = "escort-required"
    PIN_WRONG = "pin-wrong"
    PIN_REQUIRED = "pin-required"
    PIN_LOCKED = "pin-locked"
    SECOND_PERSON = "second-person"
    ANTI_PASSBACK = "anti-passback"
    INTERLOCK = "interlock"
    GRANTED_EXIT = "granted-exit"
    JOURNAL_REFUSED = "journal-refused"
    FAULT = "fault"

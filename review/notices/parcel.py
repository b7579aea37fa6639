"""A message on its way: what it says, to which address, and what became of a try to deliver it.

Pure.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from card_registry.instant import DAY, HOUR, MINUTE

LIFETIME = 3 * DAY
"""How long a message is worth sending (milliseconds)."""

LONGEST_PAUSE = 4 * HOUR
TEXT_LIMIT = 4_000
SUBJECT_LIMIT = 160
ADDRESS_LIMIT = 254
_ADDRESS = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,24}")
_BLANKS = re.compile(r"\s+")


class ChannelName(StrEnum):
    """Ways out of the console. A later one (WhatsApp) is a name here and an object for the courier."""

    EMAIL = "surel"


class ParcelState(StrEnum):
    """How a message stands, as its list prints it."""

    WAITING = "menunggu"
    SENT = "terkirim"
    GIVEN_UP = "gagal"


@dataclass(frozen=True, slots=True)
class Parcel:
    """One message to one address.

    ``reference`` is fixed at its first try and the same at every later one; ``name`` whom it greets, empty
    for somebody known by an address only; ``link`` the case's page, empty where the console has no address.
    """

    reference: str
    address: str
    name: str
    subject: str
    text: str
    link: str
    made: int


@dataclass(frozen=True, slots=True)
class Delivered:
    """The channel took it and answers for it from now on."""


@dataclass(frozen=True, slots=True)
class Postponed:
    """Not now; this message is tried again later."""

    why: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Never: the address or the message is refused for good."""

    why: str


@dataclass(frozen=True, slots=True)
class Away:
    """The channel itself cannot be used now; no message is at fault, and all of them rest."""

    why: str


Outcome = Delivered | Postponed | Refused | Away
"""What became of one try. The sentences name codes and kinds, never addresses, names or passwords."""


class Channel(Protocol):
    """A way out of the console: one thread uses it."""

    @property
    def domain(self) -> str:
        """What stands behind the @ of its references."""
        ...

    def send(self, parcel: Parcel) -> Outcome:
        """Try to deliver one message; failures are values, never exceptions."""
        ...

    def rest(self) -> None:
        """Let go of whatever connection it holds; the next message opens it anew."""
        ...


def is_address(text: str) -> bool:
    """Say whether a text is an e-mail address that we send to: plain ASCII, one @, a dotted domain."""
    return len(text) <= ADDRESS_LIMIT and _ADDRESS.fullmatch(text) is not None


def one_line(text: str, limit: int = SUBJECT_LIMIT) -> str:
    """Give a text as one printable line: what may stand in a header."""
    shown = "".join(sign if sign.isprintable() else " " for sign in text)
    return _BLANKS.sub(" ", shown).strip()[:limit].rstrip()


def again(tries: int, made: int, now: int) -> int | None:
    """Say when a message that failed ``tries`` times is tried again (milliseconds); None when no more.

    The pause begins at one minute and doubles up to four hours, for three days.
    """
    at = now + min(LONGEST_PAUSE, MINUTE << min(tries - 1, 12))
    return at if at <= made + LIFETIME else None


def reference(number: int, made: int, domain: str) -> str:
    """Give a message's own id for its whole life, as RFC 5322 writes it."""
    return f"<{number}.{made}@{domain}>"

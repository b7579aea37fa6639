"""What can be asked on the simulator's ``control.sock`` and what is answered, as typed values.

One JSON object a line, one answer each; an unknown field, another kind or a value out of bounds is refused
with ``{"error": sentence}``. All times are milliseconds; ``ms`` of an answer counts the monotonic clock.

Pure.
"""

from dataclasses import dataclass
from typing import Annotated, Literal

import msgspec

from door_controller.simulator.words import CardKind, Change, Fault, LineView

SIGN_MS = 60
"""How long a new card takes to sign unless it is told otherwise (assumed, not measured)."""

KEY_GAP_MS = 120
"""How long a hand takes from key to key (assumed, not measured)."""

Milliseconds = Annotated[int, msgspec.Meta(ge=0, le=600_000)]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
Line = Annotated[int, msgspec.Meta(ge=0, le=27)]
Level = Literal[0, 1]


class Cards(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="op", tag="cards"):
    """List the cards."""


class NewCard(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="op", tag="new-card"):
    """Make a card."""

    label: Name
    kind: CardKind = CardKind.PKOC
    sign_ms: Annotated[int, msgspec.Meta(ge=0, le=60_000)] = SIGN_MS


class Present(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="op", tag="present"):
    """Hold a card before a reader: for a while, then answer; or until it is removed, and answer at once."""

    card: Name
    reader: Name
    hold_ms: Milliseconds | None = None


class Remove(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="op", tag="remove"):
    """Take the card away from a reader."""

    reader: Name


class Lines(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="op", tag="lines"):
    """Say how every line is."""


class Set(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="op", tag="set"):
    """Move a line from outside and leave it there; with null, let go of it."""

    line: Line
    level: Level | None


class Press(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="op", tag="press"):
    """Move a line to its other level for a while, then back; answers when it is back."""

    line: Line
    ms: Milliseconds


class History(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="op", tag="history"):
    """List what happened to a line after its ``since``-th change."""

    line: Line
    since: Annotated[int, msgspec.Meta(ge=0)] = 0


class KeyIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="op", tag="key-in"):
    """Press keys of a keypad, one after the other; answers when the last is pressed."""

    keypad: Name
    keys: Annotated[str, msgspec.Meta(pattern="^[0-9*#]{1,64}$")]
    gap_ms: Annotated[int, msgspec.Meta(ge=0, le=5_000)] = KEY_GAP_MS


class Break(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="op", tag="fault"):
    """Break a reader or keypad, or mend it."""

    reader: Name
    kind: Fault


class Follow(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="op", tag="follow"):
    """Let a line follow another after a delay, as a bolt's feedback follows its relay; with null, jam it."""

    line: Line
    leader: Line | None
    ms: Milliseconds = 150
    inverted: bool = False


Request = Cards | NewCard | Present | Remove | Lines | Set | Press | History | KeyIn | Break | Follow


@dataclass(frozen=True, slots=True)
class CardView:
    """A card as others may see it; ``digest`` is the SHA-256 of its public key (hex), empty without one."""

    id: str
    label: str
    kind: CardKind
    sign_ms: int
    digest: str


@dataclass(frozen=True, slots=True)
class CardList:
    """All cards, oldest first, the readers they can be held before, and the keypads beside those."""

    cards: tuple[CardView, ...]
    readers: tuple[str, ...]
    keypads: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Made:
    """The card that was made."""

    card: CardView


@dataclass(frozen=True, slots=True)
class Held:
    """The card came to the reader at ``ms``.

    ``link_ms`` is what serial line, chip, air and the card itself needed until the card's last answer: the
    floor under any program's time. None while no answer was given.
    """

    ms: float | None
    link_ms: float | None


@dataclass(frozen=True, slots=True)
class LineList:
    """Every line as it is."""

    lines: tuple[LineView, ...]


@dataclass(frozen=True, slots=True)
class Moved:
    """The line's level after it was moved, and when that was done."""

    line: int
    level: int
    ms: float


@dataclass(frozen=True, slots=True)
class LineHistory:
    """Changes of a line, oldest first; ``count`` is how many there were since the simulator started."""

    line: int
    count: int
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Done:
    """It was done."""

    done: bool = True


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why it was not done."""

    error: str


Answer = CardList | Made | Held | LineList | Moved | LineHistory | Done | Refusal

"""The facts a controller writes down: one envelope, one body for each kind.

An event is canonical JSON; its bytes are the leaf of the journal's tree. ``salt`` keeps a redacted leaf from
being guessed; ``commit`` is the salted commitment to personal text that lies beside the journal (None when
there is none). Kinds and fields are only ever added; a reader refuses a kind it does not know.

Pure.
"""

from dataclasses import dataclass
from enum import StrEnum

import msgspec

from card_registry import canonical
from card_registry.circumstances import Circumstances
from card_registry.errors import Malformed
from card_registry.words import (
    CardId,
    CaseId,
    ControllerId,
    CredentialKind,
    DoorId,
    GrantId,
    HolderId,
    Mode,
    OrderKind,
    PersonId,
    ReaderId,
    Reason,
    Side,
    SiteId,
    Staleness,
    Tier,
    TimeQuality,
    Whole,
)

VERSION = 1
EVENT_LIMIT = 8 * 1024
"""The largest event, in bytes."""


class EventKind(StrEnum):
    """What happened."""

    STARTED = "started"
    TAPPED = "tapped"
    EXITED = "exited"
    DOOR_CHANGED = "door-changed"
    ADOPTED = "adopted"
    REFUSED = "refused"
    ALARMED = "alarmed"
    CREDENTIAL_BOUND = "credential-bound"
    ORDERED = "ordered"
    MODE_CHANGED = "mode-changed"
    UNUSED = "unused"
    COMMISSIONED = "commissioned"
    WITNESSED = "witnessed"
    PRUNED = "pruned"


@dataclass(frozen=True, slots=True)
class Versions:
    """Which registry decided: the versions of its signed parts, 0 for none."""

    root: Whole = 0
    timestamp: Whole = 0
    grants: Whole = 0
    deny: Whole = 0


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a journal: epoch, number of rows, root of the tree over them (hex)."""

    epoch: Whole
    size: Whole
    root: str


@dataclass(frozen=True, slots=True)
class Started:
    """The program came up; ``previous`` is the head a new epoch follows, with the receipt that forced it."""

    program: str
    cause: str
    previous: Position | None = None
    receipt: Position | None = None


@dataclass(frozen=True, slots=True)
class Tapped:
    """A card was presented and answered; ``count`` repeats were answered alike within a second.

    ``credential`` is the keyed pseudonym of what was shown; ``card``, ``holder`` and ``grant`` are known only
    when the registry knew them.
    """

    door: DoorId
    reader: ReaderId
    side: Side
    kind: CredentialKind
    tier: Tier
    credential: str
    granted: bool
    reason: Reason
    circumstances: Circumstances
    versions: Versions
    card: CardId | None = None
    holder: HolderId | None = None
    grant: GrantId | None = None
    flags: tuple[str, ...] = ()
    count: Whole = 1


@dataclass(frozen=True, slots=True)
class Exited:
    """The exit button released the door, ``count`` times since the event before."""

    door: DoorId
    count: Whole = 1


@dataclass(frozen=True, slots=True)
class DoorChanged:
    """The door's state changed: one of the names of ``door_controller.door``, with its cause."""

    door: DoorId
    state: str
    cause: str


@dataclass(frozen=True, slots=True)
class Adopted:
    """A newer signed registry decides from here on; ``denials`` ids are denied in it."""

    versions: Versions
    staleness: Staleness
    credentials: Whole
    denials: Whole


@dataclass(frozen=True, slots=True)
class Refused:
    """Something offered to the door was refused: which thing, and the sentence that says why."""

    what: str
    why: str


@dataclass(frozen=True, slots=True)
class Alarmed:
    """A person should look: which alarm, about what, raised or cleared."""

    alarm: str
    about: str
    raised: bool
    detail: str = ""


@dataclass(frozen=True, slots=True)
class CredentialBound:
    """A desk bound a credential to a card and its holder (DESIGN §4, card to person).

    ``digest`` is the SHA-256 of what the credential proves (PKOC: the 65-byte public key), as hex.
    """

    case: CaseId
    card: CardId
    holder: HolderId
    kind: CredentialKind
    tier: Tier
    digest: str
    maker: PersonId


@dataclass(frozen=True, slots=True)
class Ordered:
    """A signed order was obeyed: its number under its key, the person who gave it, and whom it concerns."""

    door: DoorId
    order: OrderKind
    number: Whole
    key: str
    by: PersonId
    holder: HolderId | None = None


@dataclass(frozen=True, slots=True)
class ModeChanged:
    """The door's mode changed; ``cause`` is ``start`` or ``fault``: FREE outlives neither."""

    door: DoorId
    mode: Mode
    cause: str


@dataclass(frozen=True, slots=True)
class Unused:
    """A granted release ended and the leaf never opened: whoever was granted at that place did not pass."""

    door: DoorId
    side: Side
    epoch: Whole
    seq: Whole
    card: CardId | None = None
    holder: HolderId | None = None


@dataclass(frozen=True, slots=True)
class Commissioned:
    """The installer walked the controller; ``digest`` is the SHA-256 of the signed record, as hex."""

    digest: str
    passed: bool


@dataclass(frozen=True, slots=True)
class Witnessed:
    """The controller saw another log's signed head, so that log can no longer be told shorter or otherwise.

    ``origin`` names the log as its checkpoints do (the site's authority log); ``root`` (hex) is over ``size``
    records.
    """

    origin: str
    size: Whole
    root: str


@dataclass(frozen=True, slots=True)
class Pruned:
    """The controller dropped its own copy of the rows of ``epoch`` below ``before``: the server has them."""

    epoch: Whole
    before: Whole


Body = (
    Started
    | Tapped
    | Exited
    | DoorChanged
    | Adopted
    | Refused
    | Alarmed
    | CredentialBound
    | Ordered
    | ModeChanged
    | Unused
    | Commissioned
    | Witnessed
    | Pruned
)

BODIES: dict[EventKind, type[Body]] = {
    EventKind.STARTED: Started,
    EventKind.TAPPED: Tapped,
    EventKind.EXITED: Exited,
    EventKind.DOOR_CHANGED: DoorChanged,
    EventKind.ADOPTED: Adopted,
    EventKind.REFUSED: Refused,
    EventKind.ALARMED: Alarmed,
    EventKind.CREDENTIAL_BOUND: CredentialBound,
    EventKind.ORDERED: Ordered,
    EventKind.MODE_CHANGED: ModeChanged,
    EventKind.UNUSED: Unused,
    EventKind.COMMISSIONED: Commissioned,
    EventKind.WITNESSED: Witnessed,
    EventKind.PRUNED: Pruned,
}


_KINDS: dict[type[Body], EventKind] = {body: kind for kind, body in BODIES.items()}


def kind_of(body: Body) -> EventKind:
    """Name the kind of a body."""
    return _KINDS[type(body)]


@dataclass(frozen=True, slots=True)
class Moment:
    """When it happened, as the controller knew it (all milliseconds).

    ``wall`` is the best estimate; [lo, hi] its bounds; ``mono`` counts since the boot named by ``boot``.
    """

    wall: Whole
    lo: Whole
    hi: Whole | None
    quality: TimeQuality
    boot: str
    mono: Whole


@dataclass(frozen=True, slots=True)
class Event:
    """One row of a journal; ``body`` is the canonical JSON of the kind's dataclass."""

    v: Whole
    site: SiteId
    controller: ControllerId
    epoch: Whole
    seq: Whole
    kind: EventKind
    at: Moment
    salt: str
    commit: str | None
    body: msgspec.Raw


def encode_event(
    site: SiteId, controller: ControllerId, place: tuple[int, int], body: Body, at: Moment, salt: str
) -> bytes:
    """Give the bytes of one event; ``place`` is (epoch, seq), ``salt`` 12 random bytes as hex."""
    epoch, seq = place
    raw = msgspec.Raw(canonical.encode(body))
    return canonical.encode(Event(VERSION, site, controller, epoch, seq, kind_of(body), at, salt, None, raw))


def decode_event(data: bytes) -> Event:
    """Read one event from its exact bytes.

    Raises:
        Malformed: Not an event of this version.
    """
    event = canonical.decode(data, Event, "an event", EVENT_LIMIT)
    if event.v != VERSION:
        message = (
            f"event {event.epoch}/{event.seq} has version {event.v}; this program reads version {VERSION}"
        )
        raise Malformed(message)
    return event


def decode_body(event: Event) -> Body:
    """Read an event's body as the dataclass of its kind.

    Raises:
        Malformed: The body is not of its kind.
    """
    return canonical.decode(bytes(event.body), BODIES[event.kind], f"the body of a {event.kind} event")

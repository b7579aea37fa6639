"""What the evidence pack of one review says: everything that its paper, workbook and JSON are made from.

Moments are milliseconds since 1970, days are ISO dates at the site. Names and titles are as they were printed
then; ids are the program's own random ones. A card is named by its printed number and nothing else.

Pure.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from card_registry.words import CardStatus, GrantKind, Subject, Tier
from review.campaign import Outcome, Recommendation, Said
from review.documents.building import Cover
from review.documents.layout import Sheet
from review.publication import PublicationState

VERSION = 1
"""The edition of a pack; another one tells or prints otherwise, and is checked by its own program."""


class Stage(StrEnum):
    """Whether the review was over when its pack was made."""

    RUNNING = "berjalan"
    OVER = "selesai"


class Fate(StrEnum):
    """What became of a right that was under review."""

    STAYS = "tetap"
    REPLACED = "diganti"
    REMOVED = "dicabut"
    SUSPENDED = "dibekukan"
    ENDED = "berakhir"


class Origin(StrEnum):
    """Where a right of the list afterwards comes from."""

    REVIEWED = "ditinjau"
    REVIEW = "oleh review ini"
    SINCE = "sejak potret"


class Taking(StrEnum):
    """How a right was taken away (``store.removals.RemovalKind``)."""

    SUSPENDED = "beku"
    REMOVED = "cabut"


@dataclass(frozen=True, slots=True)
class Holding:
    """One right as a list of access (F02) has it; ``entered`` is the last entry by it.

    ``became`` is set on the list before, ``origin`` on the list after.
    """

    grant: str
    name: str
    nip: str
    unit: str
    kind: GrantKind
    doors: tuple[str, ...]
    schedule: str
    cards: tuple[str, ...]
    first: str
    last: str
    case: str
    approver: str
    weak: bool
    escort: bool
    entered: int | None
    became: Fate | None = None
    origin: Origin | None = None


@dataclass(frozen=True, slots=True)
class Plastic:
    """A card of a holder at the snapshot."""

    number: str
    status: CardStatus
    tier: Tier | None


@dataclass(frozen=True, slots=True)
class Spoken:
    """One thing said about a row: by whom, under which title, when, why; ``change`` in words."""

    said: Said
    outcome: Outcome
    name: str
    title: str
    reason: str
    at: int
    change: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the review (F03): the doors' evidence, the advice, everything said, what became of it.

    Counts are those of the span under review; ``unused`` is the whole days since the last use.
    """

    position: int
    grant: str
    name: str
    unit: str
    judge: str
    entries: int
    denials: int
    outside_hours: int
    last: int | None
    unused: int
    cards: tuple[Plastic, ...]
    escort: bool
    servers: int | None
    recommendation: Recommendation
    findings: tuple[tuple[str, str], ...]
    summary: str
    spoken: tuple[Spoken, ...]
    outcome: Outcome | None
    answered: Outcome | None
    ratified: bool


@dataclass(frozen=True, slots=True)
class Arrival:
    """One controller with the labels of its doors, and when it had shown a verdict; None while it has not."""

    controller: str
    doors: tuple[str, ...]
    at: int | None


@dataclass(frozen=True, slots=True)
class Way:
    """One removal from verdict to doors: its warrant, the authority's record and number, what each door said.

    ``position`` is its row of the review, 0 where it has none; ``needs`` the version of the deny list that
    carries it, ``record`` its place in the authority's own log, ``serial`` the number of the denial.
    """

    position: int
    subject: Subject
    target: str
    about: str
    kind: Taking
    by: str
    made: int
    warrant: int
    state: PublicationState
    needs: int | None
    record: int | None
    serial: int | None
    everywhere: int | None
    restored: str
    arrivals: tuple[Arrival, ...]

    def took(self) -> int | None:
        """Give how long the last door took since the verdict, in milliseconds; None while one is missing."""
        moments = [one.at for one in self.arrivals] or [self.everywhere]
        known = [at for at in moments if at is not None]
        return max(0, max(known) - self.made) if len(known) == len(moments) else None


@dataclass(frozen=True, slots=True)
class CardBack:
    """A card that was to come back, and in which condition it did; empty while it has not."""

    number: str
    name: str
    unit: str
    condition: str
    at: int | None
    by: str


@dataclass(frozen=True, slots=True)
class Risk:
    """Why the review went on although doors had not confirmed."""

    by: str
    why: str
    at: int
    unconfirmed: int


@dataclass(frozen=True, slots=True)
class Shown:
    """What a controller's newest signed status shows of the registry; versions 0 where it has sent none."""

    controller: str
    doors: tuple[str, ...]
    grants: int
    deny: int
    denied: int
    at: int | None


@dataclass(frozen=True, slots=True)
class Registry:
    """The registry as the campaign found it and as it is now, and the hash of what proves it.

    ``root`` is the SHA-256 of the officers' first root: what a checker should know from the founding record.
    """

    taken: int | None
    now: int | None
    records: int
    root: str
    proof: str
    controllers: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class Signer:
    """Who put a name to the minutes: the title lines in one, the name, when (as printed), paraf or not."""

    title: str
    name: str
    at: str
    initial: bool


@dataclass(frozen=True, slots=True)
class Minutes:
    """The minutes (F18) as issued: how they are verified, when, their exact text, and who signed."""

    code: str
    number: str
    sha256: str
    at: int
    sheet: Sheet
    signers: tuple[Signer, ...]


@dataclass(frozen=True, slots=True)
class Sums:
    """The numbers of the review, counted once (``counting``) and printed everywhere."""

    rows: int
    answered: int
    undecided: int
    ratified: int
    kept: int
    changed: int
    removed: int
    suspended: int
    silent: int
    ended: int
    advised_keep: int
    advised_check: int
    advised_remove: int
    against_advice: int
    entries: int
    denials: int
    before: int
    stayed: int
    gone: int
    given: int
    after: int
    removals: int
    confirmed: int
    slowest: int | None
    cards: int
    cards_back: int


@dataclass(frozen=True, slots=True)
class About:
    """Which review it is: site, case, span, when its rows were taken, whom it looked at and why."""

    site: str
    zone: str
    case: str
    number: str
    name: str
    begins: str
    ends: str
    taken: int
    last: str
    scope: str
    cause: str


@dataclass(frozen=True, slots=True)
class Pack:
    """The evidence pack of one review; ``cover`` is what surrounds its paper."""

    v: int
    stage: Stage
    made: int
    about: About
    sums: Sums
    before: tuple[Holding, ...]
    after: tuple[Holding, ...]
    entries: tuple[Entry, ...]
    ways: tuple[Way, ...]
    cards: tuple[CardBack, ...]
    risk: Risk | None
    registry: Registry
    minutes: Minutes | None
    cover: Cover
    rules: tuple[tuple[str, str], ...] = field(default=())

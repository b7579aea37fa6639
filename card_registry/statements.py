"""What programs tell each other under a signature: verdict, warrant, receipt, status, and the signed targets.

Each is a frozen dataclass read with ``card_registry.canonical`` and nothing else. Who may sign which is
decided where it is read: verdicts in ``authority``, receipts at the door, status at the hub, targets by TUF.

Pure.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from card_registry.journal.event import Versions
from card_registry.rule import DoorRule
from card_registry.schedule import Schedule
from card_registry.words import (
    Approval,
    CaseId,
    ControllerId,
    ControllerKind,
    ControllerStatus,
    DoorId,
    ExpiredPolicy,
    GrantId,
    GrantKind,
    HolderId,
    PersonId,
    SiteId,
    Staleness,
    Subject,
    Whole,
    require_digest,
    require_point,
    require_slug,
    require_token,
)

MAX_VALIDITY = 366 * 24 * 60 * 60 * 1000
"""The longest a grant may run, in milliseconds (form F01: at most 12 months)."""


@dataclass(frozen=True, slots=True)
class GrantTerms:
    """The exact grant an approver signs: whose, where, when, why. Times are milliseconds, [begins, ends).

    ``clears`` is the denial serial it lifts (0: none); it is signed like the rest, because lifting a denial
    gives a right back.
    """

    id: GrantId
    holder: HolderId
    doors: tuple[DoorId, ...]
    schedule: str | None
    begins: Whole
    ends: Whole
    kind: GrantKind
    escort: bool = False
    override: bool = False
    clears: Whole = 0

    def __post_init__(self) -> None:
        """Refuse a grant with no door, no time, or more than twelve months."""
        require_token(self.id, "a grant id")
        require_token(self.holder, "a holder id")
        for door in self.doors:
            require_slug(door, "a door id")
        if not self.doors or len(set(self.doors)) != len(self.doors):
            message = "a grant must name at least one door, each once"
            raise ValueError(message)
        if not 0 < self.ends - self.begins <= MAX_VALIDITY:
            message = "a grant must end after it begins and within twelve months"
            raise ValueError(message)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an approver puts a name to (DESIGN §4); signed as ``digest(Purpose.VERDICT, its bytes)``."""

    v: Whole
    site: SiteId
    case: CaseId
    step: str
    attempt: Whole
    procedure: str
    applicant: PersonId
    approver: PersonId
    grant: GrantTerms


class Scheme(StrEnum):
    """How a verdict was signed."""

    KEY_FILE = "key-file"
    PASSKEY = "passkey"
    SESSION = "session"


@dataclass(frozen=True, slots=True)
class Proof:
    """A person's signature over a digest; the last two fields are a passkey's.

    All is hex except ``client_data``, which is the browser's exact text.
    """

    scheme: Scheme
    public: str
    signature: str
    client_data: str | None = None
    authenticator_data: str | None = None


@dataclass(frozen=True, slots=True)
class GrantWarrant:
    """An approved right: the verdict's exact canonical JSON text, and its proof.

    ``lifts`` repeats the denial serial that the signed grant clears (0: none).
    """

    v: Whole
    verdict: str
    proof: Proof
    lifts: Whole = 0


@dataclass(frozen=True, slots=True)
class WithdrawWarrant:
    """Take a right away: needs no signature. ``why`` is a code of the office, not personal text."""

    v: Whole
    subject: Subject
    id: str
    case: CaseId | None
    by: PersonId
    why: str

    def __post_init__(self) -> None:
        """Refuse an id of another shape."""
        require_token(self.id, "the id to withdraw")


class WarrantKind(StrEnum):
    """Which dataclass a warrant row's body is."""

    GRANT = "grant"
    WITHDRAW = "withdraw"
    ORDER = "order"


@dataclass(frozen=True, slots=True)
class Receipt:
    """The hub stored a controller's rows up to ``next`` durably; ``root`` is the root over them (hex)."""

    v: Whole
    site: SiteId
    controller: ControllerId
    epoch: Whole
    next: Whole
    root: str
    at: Whole


@dataclass(frozen=True, slots=True)
class DoorView:
    """How one door looks from outside: the names of ``door_controller.door``."""

    id: DoorId
    state: str
    released: bool
    mode: str


@dataclass(frozen=True, slots=True)
class Kept:
    """What a controller keeps of the registry beside the versions that decide.

    ``denied`` is the highest denial serial ever seen. ``offered`` is the version of an older timestamp that
    the server offers now (0: none, the usual case); while it does, ``proof`` shows what is newer, as
    ``trust.recall`` packs it.
    """

    denied: Whole = 0
    offered: Whole = 0
    proof: str = ""


@dataclass(frozen=True, slots=True)
class Status:
    """What a controller says of itself, signed with its log key; ``number`` grows, ``nonce`` binds orders."""

    v: Whole
    site: SiteId
    controller: ControllerId
    epoch: Whole
    number: Whole
    nonce: str
    at: Whole
    staleness: Staleness
    versions: Versions
    size: Whole
    receipted: Whole
    doors: tuple[DoorView, ...]
    alarms: tuple[str, ...] = ()
    kept: Kept = field(default_factory=Kept)


@dataclass(frozen=True, slots=True)
class Passkey:
    """A passkey as its owner's browser gave it: credential id (base64url), public key (SPKI DER, hex)."""

    id: str
    public: str


@dataclass(frozen=True, slots=True)
class Approver:
    """A person whose verdicts add rights: the keys, and the procedures they are good for.

    ``public`` is of the person's key file; it is empty for somebody who has passkeys alone.
    """

    person: PersonId
    public: str
    procedures: tuple[str, ...]
    passkeys: tuple[Passkey, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a key of another shape, or none at all."""
        if self.public or not self.passkeys:
            require_digest(self.public, "an approver's public key")


@dataclass(frozen=True, slots=True)
class People:
    """Target ``site/people``, signed by the officers."""

    v: Whole
    site: SiteId
    approvers: tuple[Approver, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """Target ``site/policy``, signed by the officers: what the site allows beyond the default.

    ``schedules`` are the named times that grants may refer to; ``grace`` is in milliseconds.
    ``console_origins`` are the console's own addresses (as ``https://konsol.contoh.go.id``): where passkeys
    count.
    """

    v: Whole
    site: SiteId
    approval: Approval
    grace: Whole
    expired: ExpiredPolicy
    ntp_trusted: bool
    zone: str
    receipt_keys: tuple[str, ...]
    order_keys: tuple[str, ...]
    authority_keys: tuple[str, ...]
    schedules: dict[str, Schedule] = field(default_factory=dict)
    lockdown_keys: tuple[str, ...] = ()
    pin_digits: Whole = 6
    console_origins: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FormerKey:
    """The log key (hex) that signed a controller's journal from ``epoch`` on, until a later key did."""

    epoch: Whole
    log_key: str

    def __post_init__(self) -> None:
        """Refuse a key of another shape."""
        require_digest(self.log_key, "a former log key")


@dataclass(frozen=True, slots=True)
class ControllerEntry:
    """One controller the site trusts: its keys (hex), epoch and doors; ``tls_key`` is its P-256 point.

    ``former`` are the log keys of its earlier enrolments, so that what they signed can still be proven.
    """

    id: ControllerId
    kind: ControllerKind
    status: ControllerStatus
    epoch: Whole
    log_key: str
    seal_key: str
    doors: tuple[DoorRule, ...]
    tls_key: str = ""
    former: tuple[FormerKey, ...] = ()

    def __post_init__(self) -> None:
        """Refuse an id or key of another shape."""
        require_slug(self.id, "a controller id")
        require_digest(self.log_key, "a log key")
        require_digest(self.seal_key, "a seal key")
        if self.tls_key:
            require_point(self.tls_key)


@dataclass(frozen=True, slots=True)
class Directory:
    """Target ``doors/directory``, signed by the enroller: every controller's and desk's keys and epoch."""

    v: Whole
    site: SiteId
    controllers: tuple[ControllerEntry, ...]


@dataclass(frozen=True, slots=True)
class Denial:
    """This id must not open, by order number ``serial`` (grows over the site's life)."""

    subject: Subject
    id: str
    serial: Whole


@dataclass(frozen=True, slots=True)
class DenyList:
    """Target ``deny/list``, signed online: it only takes away."""

    v: Whole
    site: SiteId
    denials: tuple[Denial, ...]

"""What one controller is shown of the registry: its plan, and its shards of credentials, grants and PINs.

Signed targets like those of ``statements``. Who signs them and what a door may conclude
is decided in ``trust``; who is shown what, in ``authority.rows``.

Pure.
"""

from dataclasses import dataclass, field

from msgspec import UNSET, UnsetType

from card_registry.rule import DoorRule
from card_registry.schedule import Schedule
from card_registry.words import (
    CardId,
    ControllerId,
    CredentialKind,
    DoorId,
    GrantId,
    GrantKind,
    HolderId,
    Tier,
    Whole,
    require_digest,
    require_token,
)

LEAST_SHARDS = 16
"""How many shards a plan has that names no number."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Target ``d/<controller>/plan``: the schedules its grants and doors name, its doors' rules, its shards.

    ``shards`` is how many there are, a power of two up to 256; a plan made before 2026-11-21 names no number
    and has ``LEAST_SHARDS``.
    """

    v: Whole
    controller: ControllerId
    schedules: dict[str, Schedule]
    doors: tuple[DoorRule, ...]
    shards: Whole | UnsetType = UNSET

    def __post_init__(self) -> None:
        """Refuse a number of shards that does not divide the ids evenly."""
        if self.count not in {1 << power for power in range(9)}:
            message = "the number of shards must be a power of two up to 256"
            raise ValueError(message)

    @property
    def count(self) -> int:
        """Give the number of shards."""
        return LEAST_SHARDS if self.shards is UNSET else int(self.shards)


@dataclass(frozen=True, slots=True)
class CredentialRow:
    """One credential a door may meet: ``match`` is its digest keyed for this controller (hex)."""

    match: str
    card: CardId
    holder: HolderId
    kind: CredentialKind
    tier: Tier


@dataclass(frozen=True, slots=True)
class GrantRow:
    """One grant at this controller: the denial serial its warrant lifted, and whether its proof is weak."""

    id: GrantId
    holder: HolderId
    doors: tuple[DoorId, ...]
    schedule: str | None
    begins: Whole
    ends: Whole
    kind: GrantKind
    escort: bool
    override: bool
    clears: Whole
    weak: bool


@dataclass(frozen=True, slots=True)
class PinRow:
    """A holder's PIN at a controller that asks for PINs: scrypt of the right one and of the one for duress.

    All are hex: ``salt`` 16 bytes, both hashes 32. What they are worth is stated in ``card_registry.pin``.
    """

    holder: HolderId
    salt: str = field(repr=False)
    right: str = field(repr=False)
    duress: str = field(repr=False)

    def __post_init__(self) -> None:
        """Refuse an id, salt or hash of another shape."""
        require_token(self.holder, "a holder id")
        require_token(self.salt, "the salt of a PIN")
        require_digest(self.right, "the hash of a PIN")
        require_digest(self.duress, "the hash of a duress PIN")


@dataclass(frozen=True, slots=True)
class Shard:
    """Target ``d/<controller>/<00..ff>``: the holders that ``registry.shard_of`` puts here."""

    v: Whole
    controller: ControllerId
    shard: Whole
    credentials: tuple[CredentialRow, ...]
    grants: tuple[GrantRow, ...]
    pins: tuple[PinRow, ...] = ()

"""The registry as a door decides from it: one immutable value, put together from verified targets.

Who signed the parts and whether they are new enough was settled in ``trust``; here the parts are only checked
against each other. What opens is decided in ``decision``.

Pure.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from card_registry.errors import Malformed
from card_registry.journal.event import Versions
from card_registry.rule import DoorRule
from card_registry.schedule import Schedule
from card_registry.shown import LEAST_SHARDS, CredentialRow, GrantRow, PinRow, Plan, Shard
from card_registry.statements import Policy
from card_registry.words import DoorId, HolderId, Subject

SHARDS = LEAST_SHARDS
"""How many shards there are under a plan that names no number."""

SPREAD = 256
"""How many a signer makes: 20 000 cards at one controller fill a third of what a slot may hold.

2026-11-21: sixteen shards were full at 8 000 cards. A number in the signed plan, and not only a new constant,
lets an updated door go on deciding from the shards it stored before.
"""


@dataclass(frozen=True, slots=True)
class Registry:
    """Everything that decides at one controller; ``serials`` is the highest denial kept for each id."""

    credentials: Mapping[str, CredentialRow]
    grants: Mapping[HolderId, tuple[GrantRow, ...]]
    schedules: Mapping[str, Schedule]
    doors: Mapping[DoorId, DoorRule]
    serials: Mapping[tuple[Subject, str], int]
    versions: Versions
    policy: Policy
    pins: Mapping[HolderId, PinRow] = field(default_factory=dict)


def shard_of(holder: HolderId, shards: int = SHARDS) -> int:
    """Give the number of the shard that holds a holder's rows, by the first two hex digits of the id."""
    return int(holder[:2], 16) * shards // 256


def assemble(
    plan: Plan,
    shards: Iterable[Shard],
    serials: Mapping[tuple[Subject, str], int],
    versions: Versions,
    policy: Policy,
) -> Registry:
    """Put verified targets together; ``shards`` may come in any order, and one that is left out is empty.

    Raises:
        Malformed: The parts contradict each other: a shard is another controller's or comes twice, a row lies
            in another shard, two rows share a credential, a card has two holders, a holder has two PINs, a
            grant or a door names no known schedule, or a door an interlock of another controller.
    """
    _check_doors(plan)
    doors = {rule.id: rule for rule in plan.doors}
    empty = Registry({}, {}, plan.schedules, doors, serials, versions, policy)
    return replace_shards(empty, plan, shards)


def replace_shards(registry: Registry, plan: Plan, shards: Iterable[Shard]) -> Registry:
    """Put shards in place of those of the same numbers; the rows of the others are kept as they are.

    Args:
        registry: What was put together under the same ``plan``.
        plan: The plan, unchanged.
        shards: What changed, whole.

    Raises:
        Malformed: As ``assemble``.
    """
    ordered = _in_order(plan, shards)
    rows = _Rows(plan, registry, frozenset(shard.shard for shard in ordered))
    for shard in ordered:
        rows.take(shard)
    return replace(registry, credentials=rows.credentials, grants=rows.held(), pins=rows.pins)


def _check_doors(plan: Plan) -> None:
    """Refuse a door twice, and one that depends on a schedule or a door that the plan does not have."""
    doors = {rule.id for rule in plan.doors}
    for rule in plan.doors:
        if rule.pin_schedule is not None and rule.pin_schedule not in plan.schedules:
            message = f"door {rule.id} asks for PINs by {rule.pin_schedule[:40]!r}, not in the plan"
            raise Malformed(message)
        if not doors.issuperset(rule.interlock):
            message = f"door {rule.id} is interlocked with a door that {plan.controller} does not drive"
            raise Malformed(message)
    if len(doors) != len(plan.doors):
        message = f"the plan of {plan.controller} lists a door twice"
        raise Malformed(message)


def _in_order(plan: Plan, shards: Iterable[Shard]) -> list[Shard]:
    """Sort the shards by number, refusing a foreign, doubled or impossible one."""
    ordered = sorted(shards, key=lambda shard: shard.shard)
    numbers = [shard.shard for shard in ordered]
    if len(set(numbers)) != len(numbers) or not all(0 <= number < plan.count for number in numbers):
        wanted = f"numbered 0 to {plan.count - 1}, each once"
        message = f"the shards of {plan.controller} must be {wanted}, not {numbers}"
        raise Malformed(message)
    for shard in ordered:
        if shard.controller != plan.controller:
            message = f"shard {shard.shard:02x} is for {shard.controller}, not for {plan.controller}"
            raise Malformed(message)
    return ordered


def _beginnings(plan: Plan, shards: Iterable[int]) -> frozenset[str]:
    """Give the two hex digits with which the ids of these shards' holders begin."""
    width = 256 // plan.count
    firsts = (shard * width for shard in shards)
    return frozenset(f"{two:02x}" for first in firsts for two in range(first, first + width))


class _Rows:
    """Rows being put together: those of the shards that stay, then shard after shard."""

    def __init__(self, plan: Plan, registry: Registry, gone: Collection[int]) -> None:
        self._plan = plan
        out = _beginnings(plan, gone)
        self.credentials = {k: row for k, row in registry.credentials.items() if row.holder[:2] not in out}
        self.pins = {holder: row for holder, row in registry.pins.items() if holder[:2] not in out}
        self._grants: dict[HolderId, list[GrantRow]] = {}
        self._kept = {holder: held for holder, held in registry.grants.items() if holder[:2] not in out}
        self._owners = {row.card: row.holder for row in self.credentials.values()}
        self._doors: dict[tuple[DoorId, ...], tuple[DoorId, ...]] = {}
        """Most grants name the same few sets of doors, which are held once."""

    def held(self) -> dict[HolderId, tuple[GrantRow, ...]]:
        """Give the grants by holder; no holder is in two shards."""
        return self._kept | {holder: tuple(held) for holder, held in self._grants.items()}

    def take(self, shard: Shard) -> None:
        """Enter a shard's rows, refusing one that contradicts those before it."""
        mine = _beginnings(self._plan, {shard.shard})
        for row in shard.credentials:
            self._add_credential(shard, row, mine)
        for grant in shard.grants:
            self._add_grant(shard, grant, mine)
        for pin in shard.pins:
            self._add_pin(shard, pin, mine)

    def _add_credential(self, shard: Shard, row: CredentialRow, mine: Collection[str]) -> None:
        if row.match in self.credentials:
            message = f"shard {shard.shard:02x} lists a credential that is already listed"
            raise Malformed(message)
        if row.holder[:2] not in mine or self._owners.setdefault(row.card, row.holder) != row.holder:
            message = f"shard {shard.shard:02x} lists a card under a holder that is not its own"
            raise Malformed(message)
        self.credentials[row.match] = row

    def _add_grant(self, shard: Shard, grant: GrantRow, mine: Collection[str]) -> None:
        """Enter a grant, refusing one under a schedule the plan does not have."""
        if grant.holder[:2] not in mine:
            message = f"shard {shard.shard:02x} lists a grant of a holder that is not its own"
            raise Malformed(message)
        if grant.schedule is not None and grant.schedule not in self._plan.schedules:
            message = (
                f"a grant in shard {shard.shard:02x} names schedule {grant.schedule[:40]!r}, not in the plan"
            )
            raise Malformed(message)
        doors = self._doors.setdefault(grant.doors, grant.doors)
        self._grants.setdefault(grant.holder, []).append(replace(grant, doors=doors))

    def _add_pin(self, shard: Shard, row: PinRow, mine: Collection[str]) -> None:
        """Enter one holder's PIN, refusing a second one."""
        if row.holder[:2] not in mine or row.holder in self.pins:
            message = f"shard {shard.shard:02x} lists a PIN twice, or of a holder that is not its own"
            raise Malformed(message)
        self.pins[row.holder] = row

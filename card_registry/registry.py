"""The registry as a door decides from it: one immutable value, put together from verified targets.

Who signed the parts and whether they are new enough was settled in ``trust``; here the parts are only checked
against each other. What opens is decided in ``decision``.

Pure.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from card_registry.errors import Malformed
from card_registry.journal.event import Versions
from card_registry.rule import DoorRule
from card_registry.schedule import Schedule
from card_registry.statements import CredentialRow, GrantRow, PinRow, Plan, Policy, Shard
from card_registry.words import CardId, DoorId, HolderId, Subject

SHARDS = 16
"""A holder's rows are in the shard of the id's first hex digit."""


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


def shard_of(holder: HolderId) -> int:
    """Give the number of the shard that holds a holder's rows."""
    return int(holder[0], 16)


def assemble(
    plan: Plan,
    shards: Iterable[Shard],
    serials: Mapping[tuple[Subject, str], int],
    versions: Versions,
    policy: Policy,
) -> Registry:
    """Put verified targets together; ``shards`` may come in any order.

    Raises:
        Malformed: The parts contradict each other: a shard is another controller's or comes twice, a row lies
            in another shard, two rows share a credential, a card has two holders, a holder has two PINs, a
            grant or a door names no known schedule, or a door an interlock of another controller.
    """
    _check_doors(plan)
    credentials: dict[str, CredentialRow] = {}
    grants: dict[HolderId, list[GrantRow]] = {}
    owners: dict[CardId, HolderId] = {}
    pins: dict[HolderId, PinRow] = {}
    for shard in _in_order(plan, shards):
        for row in shard.credentials:
            _add_credential(shard, row, credentials, owners)
        for grant in shard.grants:
            _check_grant(plan, shard, grant)
            grants.setdefault(grant.holder, []).append(grant)
        for pin in shard.pins:
            _add_pin(shard, pin, pins)
    return Registry(
        credentials,
        {holder: tuple(held) for holder, held in grants.items()},
        plan.schedules,
        {rule.id: rule for rule in plan.doors},
        serials,
        versions,
        policy,
        pins,
    )


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
    if len(set(numbers)) != len(numbers) or not all(0 <= number < SHARDS for number in numbers):
        message = (
            f"the shards of {plan.controller} must be numbered 0 to {SHARDS - 1}, each once, not {numbers}"
        )
        raise Malformed(message)
    for shard in ordered:
        if shard.controller != plan.controller:
            message = f"shard {shard.shard:02x} is for {shard.controller}, not for {plan.controller}"
            raise Malformed(message)
    return ordered


def _belongs(shard: Shard, holder: HolderId) -> bool:
    """Say whether a holder's rows lie in this shard."""
    return holder[:1] == f"{shard.shard:x}"


def _add_credential(
    shard: Shard, row: CredentialRow, credentials: dict[str, CredentialRow], owners: dict[CardId, HolderId]
) -> None:
    """Enter one credential, refusing one that contradicts those before it."""
    if row.match in credentials:
        message = f"shard {shard.shard:02x} lists a credential that is already listed"
        raise Malformed(message)
    if not _belongs(shard, row.holder) or owners.setdefault(row.card, row.holder) != row.holder:
        message = f"shard {shard.shard:02x} lists a card under a holder that is not its own"
        raise Malformed(message)
    credentials[row.match] = row


def _add_pin(shard: Shard, row: PinRow, pins: dict[HolderId, PinRow]) -> None:
    """Enter one holder's PIN, refusing a second one and one in another holder's shard."""
    if not _belongs(shard, row.holder) or row.holder in pins:
        message = f"shard {shard.shard:02x} lists a PIN twice, or of a holder that is not its own"
        raise Malformed(message)
    pins[row.holder] = row


def _check_grant(plan: Plan, shard: Shard, grant: GrantRow) -> None:
    """Refuse a grant in another holder's shard, or under a schedule the plan does not have."""
    if not _belongs(shard, grant.holder):
        message = f"shard {shard.shard:02x} lists a grant of a holder that is not its own"
        raise Malformed(message)
    if grant.schedule is not None and grant.schedule not in plan.schedules:
        message = (
            f"a grant in shard {shard.shard:02x} names schedule {grant.schedule[:40]!r}, not in the plan"
        )
        raise Malformed(message)

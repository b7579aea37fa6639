"""What a controller keeps of the registry: the last verified parts, version floors, denials for ever.

``verify`` says whether a set of slots is genuine and newer; here it becomes the value a door decides from. An
adoption is all or nothing: the caller commits ``Trusted`` in one transaction and only then decides by it.

Taking away never needs freshness: ``adopt_denials`` takes any genuine deny list, whatever else has expired,
and a serial once seen is never forgotten and never lowered.

Pure.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

from card_registry import canonical
from card_registry.errors import Malformed
from card_registry.instant import Instant
from card_registry.journal.event import Versions
from card_registry.registry import Registry, assemble
from card_registry.statements import Denial, DenyList, Plan, Policy, Shard
from card_registry.trust.slots import DENY_LIST, POLICY, Role, grants_role, plan_slot, shard_slots
from card_registry.words import ControllerId, Staleness, Subject

Serials = Mapping[tuple[Subject, str], int]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Verified:
    """A set of slots that python-tuf accepted.

    ``metadata`` is by slot name (every root walked, every role visited), ``targets`` by target path; both are
    the exact bytes to store. ``expires`` is by role, ``signed_time`` the timestamp's own time; milliseconds.
    """

    metadata: Mapping[str, bytes]
    targets: Mapping[str, bytes]
    versions: Versions
    expires: Mapping[str, int]
    signed_time: int


@dataclass(frozen=True, slots=True)
class Trusted:
    """Everything a controller keeps; before the first adoption only the floors of its enrolment."""

    floors: Versions = field(default_factory=Versions)
    serials: Serials = field(default_factory=dict)
    metadata: Mapping[str, bytes] = field(default_factory=dict)
    targets: Mapping[str, bytes] = field(default_factory=dict)
    expires: Mapping[str, int] = field(default_factory=dict)
    signed_time: int = 0
    registry: Registry | None = None


def adopt(trusted: Trusted, verified: Verified, controller: ControllerId) -> Trusted:
    """Take a verified set over; unchanged shards are not read again.

    Raises:
        Malformed: A part is signed and yet not of its format, another controller's, or contradicts another.
    """
    listed = _read(verified, DENY_LIST, DenyList).denials
    serials = merge(trusted.serials, listed)
    policy = _read(verified, POLICY, Policy)
    registry = trusted.registry
    if registry is None or _shards_differ(trusted, verified, controller):
        registry = _assemble(verified, controller, serials, policy)
    return Trusted(
        verified.versions,
        serials,
        verified.metadata,
        verified.targets,
        verified.expires,
        max(trusted.signed_time, verified.signed_time),
        replace(registry, serials=serials, versions=verified.versions, policy=policy),
    )


def adopt_denials(trusted: Trusted, denials: Iterable[Denial]) -> Trusted:
    """Take genuine denials over, whatever else has expired or is missing."""
    serials = merge(trusted.serials, denials)
    if serials == trusted.serials:
        return trusted
    registry = trusted.registry and replace(trusted.registry, serials=serials)
    return replace(trusted, serials=serials, registry=registry)


def merge(kept: Serials, denials: Iterable[Denial]) -> Serials:
    """Give the highest serial ever seen for each id."""
    merged = dict(kept)
    for denial in denials:
        key = (denial.subject, denial.id)
        merged[key] = max(merged.get(key, 0), denial.serial)
    return merged


def registry_of(trusted: Trusted) -> Registry | None:
    """Give the value a door decides from; None before the first adoption."""
    return trusted.registry


def staleness(trusted: Trusted, controller: ControllerId, now: Instant) -> Staleness:
    """Say how old the registry is by its own signed dates, at the earliest time it can be.

    Without a registry, or beyond the officers' grace, it is EXPIRED.
    """
    if trusted.registry is None:
        return Staleness.EXPIRED
    roles = (Role.TIMESTAMP, Role.ROOT, Role.TARGETS, Role.GRANTS, grants_role(controller))
    ends = min(trusted.expires[role] for role in roles)
    if now.lo < ends:
        return Staleness.FRESH
    return Staleness.STALE if now.lo < ends + trusted.registry.policy.grace else Staleness.EXPIRED


def _read(verified: Verified, path: str, kind: type[T]) -> T:
    return canonical.decode(verified.targets[path], kind, f"slot {path}")


def _shards_differ(trusted: Trusted, verified: Verified, controller: ControllerId) -> bool:
    paths = (plan_slot(controller), *shard_slots(controller))
    return any(trusted.targets.get(path) != verified.targets[path] for path in paths)


def _assemble(verified: Verified, controller: ControllerId, serials: Serials, policy: Policy) -> Registry:
    plan = _read(verified, plan_slot(controller), Plan)
    if plan.controller != controller:
        message = f"slot {plan_slot(controller)} is the plan of {plan.controller}, not of {controller}"
        raise Malformed(message)
    shards = [_shard(verified, path, number) for number, path in enumerate(shard_slots(controller))]
    return assemble(plan, shards, serials, verified.versions, policy)


def _shard(verified: Verified, path: str, number: int) -> Shard:
    shard = _read(verified, path, Shard)
    if shard.shard != number:
        message = f"slot {path} holds shard {shard.shard:02x}"
        raise Malformed(message)
    return shard

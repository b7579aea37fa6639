"""What a controller keeps of the registry: the last verified parts, version floors, denials for ever.

``verify`` says whether a set of slots is genuine and newer; here it becomes the value a door decides from. An
adoption is all or nothing: the caller commits ``Trusted`` in one transaction and only then decides by it.

Taking away never needs freshness: ``adopt_denials`` takes any genuine deny list, whatever else has expired,
and a serial once seen is never forgotten and never lowered, but by the officers (``recovery``).

Pure.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

from card_registry import canonical
from card_registry.errors import Malformed
from card_registry.instant import Instant
from card_registry.journal.event import Versions
from card_registry.registry import Registry, assemble, replace_shards
from card_registry.shown import Plan, Shard
from card_registry.statements import Denial, DenyList, Policy
from card_registry.trust.recovery import Recovery
from card_registry.trust.slots import DENY_LIST, POLICY, Role, grants_role, plan_slot, shard_number
from card_registry.words import ControllerId, Staleness, Subject

Serials = Mapping[tuple[Subject, str], int]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Verified:
    """A set of slots that python-tuf accepted.

    ``metadata`` is by slot name (every root walked, every role visited); ``targets``, by path, are those that
    the controller did not have yet; both are the exact bytes to store. ``digests`` is the SHA-256 (hex) of
    every target by path, ``expires`` by role, ``signed_time`` the timestamp's own time; milliseconds.
    """

    metadata: Mapping[str, bytes]
    targets: Mapping[str, bytes]
    versions: Versions
    expires: Mapping[str, int]
    signed_time: int
    digests: Mapping[str, str]
    recovery: Recovery | None = None
    """What the officers lower with a root that is new to this controller."""


@dataclass(frozen=True, slots=True)
class Trusted:
    """Everything a controller keeps; before the first adoption only the floors of its enrolment.

    ``digests`` is of the targets from which ``registry`` was read; without it every target is read anew.
    """

    floors: Versions = field(default_factory=Versions)
    serials: Serials = field(default_factory=dict)
    metadata: Mapping[str, bytes] = field(default_factory=dict)
    targets: Mapping[str, bytes] = field(default_factory=dict)
    expires: Mapping[str, int] = field(default_factory=dict)
    signed_time: int = 0
    registry: Registry | None = None
    digests: Mapping[str, str] = field(default_factory=dict)


class Both(Mapping[str, bytes]):
    """Targets that changed over those that did not; a target is read when asked for."""

    def __init__(self, paths: Collection[str], new: Mapping[str, bytes], old: Mapping[str, bytes]) -> None:
        """Give the targets at ``paths``, from ``new`` where they are there."""
        self._paths, self._new, self._old = paths, new, old

    def __getitem__(self, path: str) -> bytes:
        """Read one target."""
        if path not in self._paths:
            raise KeyError(path)
        return self._new[path] if path in self._new else self._old[path]

    def __iter__(self) -> Iterator[str]:
        """Give the paths."""
        return iter(self._paths)

    def __len__(self) -> int:
        """Give their number."""
        return len(self._paths)


def adopt(trusted: Trusted, verified: Verified, controller: ControllerId) -> Trusted:
    """Take a verified set over; what did not change is not read again.

    Raises:
        Malformed: A part is signed and yet not of its format, another controller's, or contradicts another.
    """
    kept, offered = trusted.registry, verified.targets
    targets = Both(verified.digests, offered, trusted.targets)
    serials = _serials(trusted, verified, targets)
    policy = kept.policy if kept and POLICY not in offered else _read(offered, POLICY, Policy)
    registry = _unchanged(trusted, verified, controller)
    if registry is None:
        parts = _plan(targets, controller), _read_shards(targets, _shards_of(verified.digests, controller))
        registry = assemble(*parts, serials, verified.versions, policy)
    elif changed := _shards_of(offered, controller):
        registry = replace_shards(registry, _plan(targets, controller), _read_shards(targets, changed))
    return Trusted(
        verified.versions,
        serials,
        verified.metadata,
        targets,
        verified.expires,
        max(trusted.signed_time, verified.signed_time),
        replace(registry, serials=serials, versions=verified.versions, policy=policy),
        verified.digests,
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


def _serials(trusted: Trusted, verified: Verified, targets: Mapping[str, bytes]) -> Serials:
    """Add the listed denials to those kept; where the officers say so, only the listed ones stay."""
    forget = verified.recovery is not None and verified.recovery.denials
    if not forget and DENY_LIST not in verified.targets:
        return trusted.serials
    listed = _read(targets, DENY_LIST, DenyList).denials
    return merge({} if forget else trusted.serials, listed)


def _read(targets: Mapping[str, bytes], path: str, kind: type[T]) -> T:
    return canonical.decode(targets[path], kind, f"slot {path}")


def _unchanged(trusted: Trusted, verified: Verified, controller: ControllerId) -> Registry | None:
    """Give the registry whose plan stands and of which no shard is gone; None: put all together anew."""
    before, now = (_shards_of(one.digests, controller).keys() for one in (trusted, verified))
    return None if plan_slot(controller) in verified.targets or before - now else trusted.registry


def _shards_of(paths: Iterable[str], controller: ControllerId) -> dict[str, int]:
    """Give the numbers of the shards among some slots, by path."""
    found = ((path, shard_number(path, controller)) for path in paths)
    return {path: number for path, number in found if number is not None}


def _plan(targets: Mapping[str, bytes], controller: ControllerId) -> Plan:
    plan = _read(targets, plan_slot(controller), Plan)
    if plan.controller != controller:
        message = f"slot {plan_slot(controller)} is the plan of {plan.controller}, not of {controller}"
        raise Malformed(message)
    return plan


def _read_shards(targets: Mapping[str, bytes], numbers: Mapping[str, int]) -> Iterator[Shard]:
    for path, number in numbers.items():
        shard = _read(targets, path, Shard)
        if shard.shard != number:
            message = f"slot {path} holds shard {shard.shard:02x}"
            raise Malformed(message)
        yield shard

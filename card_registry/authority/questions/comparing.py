"""What two sets of slots differ in, in words: what one publication, backup or stick has and another has not.

Nothing is verified here; ``checking`` does that for a store, and a door for itself.

Pure.
"""

from collections.abc import Iterator, Mapping
from typing import TypeVar

from card_registry import canonical
from card_registry.shown import Plan, Shard
from card_registry.statements import DenyList, Directory, People, Policy
from card_registry.trust.slots import DENY_LIST, DIRECTORY, PEOPLE, POLICY, root_version

T = TypeVar("T")


def compare(old: Mapping[str, bytes], new: Mapping[str, bytes]) -> tuple[str, ...]:
    """Give one line for each fact that is only in ``old`` (``-``) or only in ``new`` (``+``).

    Raises:
        Malformed: A slot is not of its format.
    """
    before, after = facts(old), facts(new)
    gone = [f"- {name}: {said}" for name, said in before.items() if after.get(name) != said]
    come = [f"+ {name}: {said}" for name, said in after.items() if before.get(name) != said]
    return tuple(sorted([*gone, *come], key=lambda line: (line[2:], line[0])))


def facts(slots: Mapping[str, bytes]) -> dict[str, str]:
    """Give everything that a set of slots says, by what it is about."""
    return dict(pair for name, body in slots.items() for pair in _facts(name, body))


def _facts(name: str, body: bytes) -> Iterator[tuple[str, str]]:
    version = root_version(name)
    if version is not None:
        yield f"root {version}", "signed"
    elif name == POLICY:
        yield from _fields("policy", body, Policy)
    elif name == PEOPLE:
        for one in canonical.decode(body, People, f"slot {name}").approvers:
            yield f"approver {one.person}", f"{len(one.procedures)} procedures"
    elif name == DIRECTORY:
        for entry in canonical.decode(body, Directory, f"slot {name}").controllers:
            doors = ", ".join(rule.id for rule in entry.doors) or "no door"
            yield f"controller {entry.id}", f"{entry.status}, epoch {entry.epoch}, {doors}"
    elif name == DENY_LIST:
        for denial in canonical.decode(body, DenyList, f"slot {name}").denials:
            yield f"denial of {denial.subject} {denial.id}", f"serial {denial.serial}"
    elif name.startswith("d/"):
        yield from _own(name, body)


def _own(name: str, body: bytes) -> Iterator[tuple[str, str]]:
    """Give what a controller's own slot says: its rules, its cards, its grants; PINs by holder alone."""
    controller = name.split("/")[1]
    if name.endswith("/plan"):
        for rule in canonical.decode(body, Plan, f"slot {name}").doors:
            yield f"{controller}: door {rule.id}", canonical.encode(rule).decode()
        return
    shard = canonical.decode(body, Shard, f"slot {name}")
    for card in shard.credentials:
        yield (
            f"{controller}: card {card.card} {card.match[:8]}",
            f"holder {card.holder}, {card.kind}, tier {card.tier}",
        )
    for grant in shard.grants:
        yield f"{controller}: grant {grant.id}", canonical.encode(grant).decode()
    for pin in shard.pins:
        yield f"{controller}: PIN of holder {pin.holder}", "set"


def _fields(what: str, body: bytes, kind: type[T]) -> Iterator[tuple[str, str]]:
    value = canonical.decode(body, kind, what)
    for field in sorted(canonical.decode(canonical.encode(value), dict[str, object], what)):
        yield f"{what} {field}", canonical.encode(getattr(value, field)).decode()

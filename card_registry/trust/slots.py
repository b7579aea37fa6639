"""The names of the registry's parts, and which of them a controller needs.

A slot is one document that is replaced in place: ``root/<n>``, ``meta/<role>``, or the path of a TUF
target. The same name is the row in the registry store, the tail of the topic, and (with dots) the file in a
slot folder.

2026-11-21: a controller's role is named by eight digits of its id's SHA-256, because the snapshot, which
every revocation publishes, names every controller's role: 200 are 9 KB whatever the controllers are called.

Pure.
"""

import hashlib
import re
from enum import StrEnum
from functools import cache

from card_registry.errors import Malformed
from card_registry.registry import SHARDS, SPREAD
from card_registry.words import ControllerId, require_slug


class Role(StrEnum):
    """The roles that every site has; each controller has one more, named by ``grants_role``."""

    ROOT = "root"
    TIMESTAMP = "timestamp"
    SNAPSHOT = "snapshot"
    TARGETS = "targets"
    DOORS = "doors"
    DENY = "deny"
    GRANTS = "grants"


PEOPLE = "site/people"
POLICY = "site/policy"
DIRECTORY = "doors/directory"
DENY_LIST = "deny/list"
FIRST_ROOT = "root/1"
ACKNOWLEDGEMENT = "ack"
"""The file beside the slots that holds the newest receipt for this controller; it is no slot."""

ORDERS = "orders"
"""The file beside the slots that holds the orders for this controller; it is no slot."""

AUTHORITY = "authority"
"""The row, and the file beside the slots, that shows the authority log's head; no TUF role names it."""

_LEVEL = r"[a-z0-9](?:[a-z0-9-]{0,40}[a-z0-9])?"
_OWN = re.compile(r"d-[0-9a-f]{8}|grants-[a-z0-9-]{1,32}")
_ROOT = re.compile(r"root/([1-9][0-9]{0,5})")
_ORDERS = re.compile(r"cmd/([a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?)")
_NAME = re.compile(rf"{_LEVEL}(?:/{_LEVEL}){{1,2}}")


def root_slot(version: int) -> str:
    """Name the slot of one version of the root."""
    return f"root/{version}"


def root_version(name: str) -> int | None:
    """Read the version from a root's slot name; None when it is another slot."""
    found = _ROOT.fullmatch(name)
    return int(found[1]) if found else None


def meta_slot(role: str) -> str:
    """Name the slot of a role's signed metadata."""
    return f"meta/{role}"


def grants_role(controller: ControllerId) -> str:
    """Name the role that signs one controller's shards."""
    return f"d-{hashlib.sha256(controller.encode()).hexdigest()[:8]}"


def former_grants_role(controller: ControllerId) -> str:
    """Name the role that signed a controller's shards before 2026-11-21, until the signer moves the site."""
    return f"grants-{controller}"


def is_grants_role(role: str) -> bool:
    """Say whether a role is one that signs a controller's shards, by its name."""
    return _OWN.fullmatch(role) is not None


def plan_slot(controller: ControllerId) -> str:
    """Name the target that holds a controller's schedules and doors."""
    return f"d/{controller}/plan"


def shard_slot(controller: ControllerId, shard: int) -> str:
    """Name the target that holds one shard of a controller's credentials and grants."""
    return f"d/{controller}/{shard:02x}"


def shard_slots(controller: ControllerId, shards: int = SHARDS) -> tuple[str, ...]:
    """Name all shards of a controller, in order."""
    return tuple(shard_slot(controller, shard) for shard in range(shards))


def shard_number(name: str, controller: ControllerId) -> int | None:
    """Read the number from the slot of one of a controller's shards; None when it is another slot."""
    return _numbers(controller).get(name)


@cache
def _numbers(controller: ControllerId) -> dict[str, int]:
    return {shard_slot(controller, shard): shard for shard in range(SPREAD)}


def orders_slot(controller: ControllerId) -> str:
    """Name the row in which the signer leaves a controller's orders for the hub; it is no part of TUF."""
    return f"cmd/{controller}"


def orders_controller(name: str) -> ControllerId | None:
    """Read the controller from the name of its orders' row; None when it is another slot."""
    found = _ORDERS.fullmatch(name)
    return ControllerId(found[1]) if found else None


def slots_for(controller: ControllerId) -> tuple[str, ...]:
    """Name every slot a controller may need besides the roots (see ``needed``), the timestamp last.

    Shards that nobody was ever in are not made.
    """
    require_slug(controller, "a controller id")
    targets = (POLICY, DENY_LIST, plan_slot(controller), *shard_slots(controller, SPREAD))
    own = (grants_role(controller), former_grants_role(controller))
    roles = (Role.TARGETS, Role.DENY, Role.GRANTS, *own, Role.SNAPSHOT, Role.TIMESTAMP)
    return (*targets, *map(meta_slot, roles))


def needed(name: str, controller: ControllerId) -> bool:
    """Say whether a controller's bridge should store the slot of this name."""
    return root_version(name) is not None or name in _names(controller)


@cache
def _names(controller: ControllerId) -> frozenset[str]:
    return frozenset(slots_for(controller))


def file_name(name: str) -> str:
    """Give the name of a slot's file in a slot folder.

    Raises:
        Malformed: It is not the name of a slot.
    """
    if name != AUTHORITY and _NAME.fullmatch(name) is None:
        message = f"{name[:80]!r} is not the name of a registry slot"
        raise Malformed(message)
    return name.replace("/", ".")


def slot_name(file: str) -> str:
    """Give the slot whose file has this name.

    Raises:
        Malformed: It is not the name of a slot's file.
    """
    name = file.replace(".", "/")
    if name != AUTHORITY and ("/" in file or _NAME.fullmatch(name) is None):
        message = f"{file[:80]!r} is not the file name of a registry slot"
        raise Malformed(message)
    return name

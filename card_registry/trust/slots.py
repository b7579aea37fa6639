"""The names of the registry's parts, and which of them a controller needs.

A slot is one document that is replaced in place: ``root/<n>``, ``meta/<role>``, or the path of a TUF
target. The same name is the row in the registry store, the tail of the topic, and (with dots) the file in a
slot folder.

Pure.
"""

import re
from enum import StrEnum

from card_registry.errors import Malformed
from card_registry.registry import SHARDS
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

_LEVEL = r"[a-z0-9](?:[a-z0-9-]{0,40}[a-z0-9])?"
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
    return f"grants-{controller}"


def plan_slot(controller: ControllerId) -> str:
    """Name the target that holds a controller's schedules and doors."""
    return f"d/{controller}/plan"


def shard_slot(controller: ControllerId, shard: int) -> str:
    """Name the target that holds one shard of a controller's credentials and grants."""
    return f"d/{controller}/{shard:02x}"


def shard_slots(controller: ControllerId) -> tuple[str, ...]:
    """Name all shards of a controller, in order."""
    return tuple(shard_slot(controller, shard) for shard in range(SHARDS))


def orders_slot(controller: ControllerId) -> str:
    """Name the row in which the signer leaves a controller's orders for the hub; it is no part of TUF."""
    return f"cmd/{controller}"


def orders_controller(name: str) -> ControllerId | None:
    """Read the controller from the name of its orders' row; None when it is another slot."""
    found = _ORDERS.fullmatch(name)
    return ControllerId(found[1]) if found else None


def targets_for(controller: ControllerId) -> tuple[str, ...]:
    """Name the targets a controller decides from."""
    return (POLICY, DENY_LIST, plan_slot(controller), *shard_slots(controller))


def slots_for(controller: ControllerId) -> tuple[str, ...]:
    """Name every slot a controller needs besides the roots (see ``needed``), the timestamp last."""
    require_slug(controller, "a controller id")
    roles = (Role.TARGETS, Role.DENY, Role.GRANTS, grants_role(controller), Role.SNAPSHOT, Role.TIMESTAMP)
    return (*targets_for(controller), *map(meta_slot, roles))


def needed(name: str, controller: ControllerId) -> bool:
    """Say whether a controller's bridge should store the slot of this name."""
    return root_version(name) is not None or name in slots_for(controller)


def file_name(name: str) -> str:
    """Give the name of a slot's file in a slot folder.

    Raises:
        Malformed: It is not the name of a slot.
    """
    if _NAME.fullmatch(name) is None:
        message = f"{name[:80]!r} is not the name of a registry slot"
        raise Malformed(message)
    return name.replace("/", ".")


def slot_name(file: str) -> str:
    """Give the slot whose file has this name.

    Raises:
        Malformed: It is not the name of a slot's file.
    """
    name = file.replace(".", "/")
    if "/" in file or _NAME.fullmatch(name) is None:
        message = f"{file[:80]!r} is not the file name of a registry slot"
        raise Malformed(message)
    return name

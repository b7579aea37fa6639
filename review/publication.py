"""How far a change of the registry has come: asked for, signed, at every door, or refused by the authority.

Pure.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from card_registry.statements import Directory, Status
from card_registry.words import ControllerId, ControllerKind, ControllerStatus, DoorId


class PublicationState(StrEnum):
    """The four states, as rows and pages say them."""

    ASKED = "diajukan"
    SIGNED = "terbit"
    EVERYWHERE = "terpasang"
    REFUSED = "ditolak"


def concerned(directory: Directory, doors: Iterable[DoorId] | None = None) -> frozenset[ControllerId]:
    """Give the trusted door controllers that serve one of ``doors`` (None: all of them)."""
    wanted = None if doors is None else frozenset(doors)
    return frozenset(
        entry.id
        for entry in directory.controllers
        if entry.kind is ControllerKind.DOOR
        and entry.status is ControllerStatus.ACTIVE
        and (wanted is None or wanted & {rule.id for rule in entry.doors})
    )


def speaks_of_now(status: Status, newest: int | None) -> bool:
    """Say whether a status is about what is published: not about a time that a restored server has lost."""
    return not status.kept.offered and (newest is None or status.versions.timestamp <= newest)


def lagging(
    needs: int, controllers: Iterable[ControllerId], seen: Mapping[ControllerId, int]
) -> tuple[ControllerId, ...]:
    """Name the controllers whose last status does not show version ``needs`` yet."""
    return tuple(sorted(one for one in controllers if seen.get(one, 0) < needs))

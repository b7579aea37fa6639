"""Invitations are made here: for one named controller or desk, good for minutes, known to the registry."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from card_registry.authority import store
from card_registry.authority.devices import kept
from card_registry.authority.devices.certificates import Draw
from card_registry.errors import OperatorMistaken
from card_registry.invitation import LONGEST, SEED, VERSION, Invitation, issued
from card_registry.statements import ControllerEntry
from card_registry.trust.verify import read_charter
from card_registry.words import ControllerId, ControllerKind, require_slug

RESERVED = ("broker", "hub")
"""Names on the wire that are the server's own."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whom the enroller invites, and for how long (milliseconds)."""

    controller: ControllerId
    kind: ControllerKind
    life: int

    def __post_init__(self) -> None:
        """Refuse a name that no controller may have, and an invitation for ever.

        Raises:
            OperatorMistaken: The sentence says what would do.
        """
        try:
            require_slug(self.controller, "a controller id")
        except ValueError as error:
            raise OperatorMistaken(f"{error}; name the device as its site file does") from error
        if self.controller in RESERVED:
            raise OperatorMistaken(f"{self.controller} is a name of the server's own; choose another")
        if not 0 < self.life <= LONGEST:
            raise OperatorMistaken("an invitation is good for 1 to 1440 minutes")


def invite(registry: Engine, root: bytes, wanted: Wanted, scratch: Path, now: int, draw: Draw) -> Invitation:
    """Make an invitation; an earlier one for the same device that was not used is none any more.

    Args:
        registry: The store, founded.
        root: The first root.
        wanted: Whom, and for how long.
        scratch: A folder in RAM.
        now: Server clock, milliseconds.
        draw: Gives that many random bytes.

    Raises:
        OperatorMistaken: The name belongs to a device of the other kind, or the registry is not founded.
        SenderLied: The registry does not verify.
    """
    with registry.begin() as connection:
        store.lock(connection)
        directory = read_charter(store.SlotRows(connection), root, scratch)[2]
        known = {one.id: one for one in directory.controllers}.get(wanted.controller)
        _require_kind(known, wanted)
        epoch = 1 if known is None else known.epoch + 1
        digest = hashlib.sha256(root).hexdigest()
        place = (directory.site, wanted.controller, wanted.kind, epoch)
        made = Invitation(VERSION, *place, digest, now + wanted.life, draw(SEED).hex())
        kept.open_invitation(connection, issued(made))
    return made


def _require_kind(known: ControllerEntry | None, wanted: Wanted) -> None:
    if known is not None and known.kind is not wanted.kind:
        message = f"{known.id} is a {known.kind} at this site, not a {wanted.kind}; choose another name"
        raise OperatorMistaken(message)

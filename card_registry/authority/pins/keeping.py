"""A PIN set or cleared in one transaction: judged, kept, logged and shown to the doors that ask for it.

It takes the writer's turn like the signer and like an enrolment; after a crash all of it holds or none.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Engine

from card_registry import canonical, pin
from card_registry.authority import integrity, store
from card_registry.authority.keys import SignerKeys
from card_registry.authority.officers.ground import require_keys
from card_registry.authority.pins.change import VERSION, PinChange, commitment_of
from card_registry.authority.turn import Turn
from card_registry.authority.warrant import Charter
from card_registry.errors import OperatorMistaken
from card_registry.registry import SPREAD
from card_registry.shown import PinRow, Shard
from card_registry.statements import Policy
from card_registry.trust.slots import plan_slot, shard_slots
from card_registry.trust.verify import read_charter
from card_registry.words import ControllerId, HolderId, PersonId


@dataclass(frozen=True, slots=True)
class Place:
    """The founded registry, the signer's keys, a folder in RAM, and the server's clock (milliseconds)."""

    registry: Engine
    keys: SignerKeys
    scratch: Path
    now: int


def policy_of(place: Place) -> Policy:
    """Give what the officers signed about PINs and the rest, verified.

    Raises:
        OperatorMistaken: The registry is not founded.
    """
    with place.registry.connect() as connection:
        store.require_founded(connection)
        return _charter(place, connection).policy


def require_possible(place: Place, holder: HolderId) -> None:
    """Refuse, before anybody types a PIN, a holder who may not have one.

    Raises:
        OperatorMistaken: The holder has no grant, or the site's PINs are used up.
    """
    digits = policy_of(place).pin_digits
    with place.registry.connect() as connection:
        _require_possible(connection, holder, digits)


def set_pin(place: Place, row: PinRow, by: PersonId) -> int:
    """Keep a holder's PIN in place of any earlier one; give how many controllers are shown it.

    Raises:
        OperatorMistaken: The holder has no grant, or the site's PINs are used up.
        StoreBroken, NotWarranted: The store was changed by another hand, or a shard is full.
    """
    with place.registry.begin() as connection:
        turn, charter = _turn(place, connection)
        _require_possible(connection, row.holder, charter.policy.pin_digits)
        turn.pin(PinChange(VERSION, row.holder, commitment_of(canonical.encode(row)), by), row)
        turn.publish()
        shown = [entry.id for entry in charter.directory.controllers if row in shown_to(connection, entry.id)]
    return len(shown)


def clear_pins(place: Place, holders: Iterable[HolderId], by: PersonId) -> int:
    """Forget these holders' PINs; give how many there were. At doors that ask, their cards open no more.

    Raises:
        OperatorMistaken: None of them has a PIN.
        StoreBroken: The store was changed by another hand.
    """
    with place.registry.begin() as connection:
        turn, _ = _turn(place, connection)
        known = store.pin_times(connection).keys() & set(holders)
        if not known:
            raise OperatorMistaken("there is no such PIN; see: akses registry pin list")
        for holder in sorted(known):
            turn.pin(PinChange(VERSION, holder, None, by), None)
        turn.publish()
    return len(known)


def shown_to(connection: Connection, controller: ControllerId) -> tuple[PinRow, ...]:
    """Give the PINs that a controller is shown now.

    Raises:
        OperatorMistaken: There is no such controller.
    """
    slots = store.SlotRows(connection)
    if plan_slot(controller) not in slots:
        raise OperatorMistaken(f"no controller {controller} was ever enrolled here")
    found: list[PinRow] = []
    for name in shard_slots(controller, SPREAD):
        body = slots.get(name)
        if body is not None:
            found.extend(canonical.decode(body, Shard, f"slot {name}").pins)
    return tuple(found)


def _turn(place: Place, connection: Connection) -> tuple[Turn, Charter]:
    number = store.lock(connection)
    charter = _charter(place, connection)
    require_keys(store.SlotRows(connection), place.keys)
    integrity.check(connection, charter, place.keys.root, place.scratch)
    return Turn(connection, place.keys, charter, (number, place.now)), charter


def _charter(place: Place, connection: Connection) -> Charter:
    return Charter(*read_charter(store.SlotRows(connection), place.keys.root, place.scratch))


def _require_possible(connection: Connection, holder: HolderId, digits: int) -> None:
    if not store.grants_where(connection, holder=holder):
        raise OperatorMistaken("no grant of this holder is in the registry; check the holder's id")
    pin.require_room(len(store.pin_times(connection).keys() - {holder}), digits)

"""What a script lets happen, done to a virtual controller: cards, doors, wires, clocks, power, the office."""

from functools import partial
from typing import assert_never

from card_registry.errors import OperatorMistaken
from card_registry.instant import HOUR, SECOND
from card_registry.orders import Order
from card_registry.words import CredentialKind, DoorId, PersonId, ReaderId, Tier
from door_controller.cabinet import Sense
from door_controller.orders import Obey, OrdersSeen
from door_controller.readers import (
    Doubt,
    Keyed,
    Presented,
    Proven,
    ReaderFault,
    ReaderRestored,
    Trouble,
    Unproven,
)
from door_controller.simulator.script.words import (
    Denying,
    Filling,
    Input,
    Jumping,
    Keying,
    Linking,
    Moving,
    Ordering,
    Plug,
    Plugging,
    Power,
    Powering,
    Syncing,
    Tapping,
)
from door_controller.simulator.virtual.house import House

NOTICED_MS = {Plug.UNPLUG: 1 * SECOND, Plug.HANG: 5 * SECOND, Plug.PLUG: 2 * SECOND}
"""How long a reader's supervision needs to notice (assumed, but for its 5 s of silence)."""

Told = Tapping | Keying | Plugging | Ordering
"""What the program hears of."""

Made = Moving | Powering | Jumping | Syncing | Filling | Linking | Denying
"""What is done to the world around it."""

_ORDER_KEY = "00" * 32
_SENSES = {Input.CABINET: Sense.TAMPER, Input.FIRE: Sense.FIRE, Input.MAINS: Sense.MAINS}
_LEVELS = {Input.CONTACT: "open", Input.REX: "down", Input.TAMPER: "uncovered"}


def listen(house: House) -> None:
    """Let readers tell how they are after each start of the program, as their supervision does."""

    def started() -> None:
        for reader, plug in house.plugs.items():
            house.later(NOTICED_MS[plug], partial(notice, house, reader, plug))

    house.started = started


def act(house: House, action: Told | Made) -> None:
    """Let something happen now, and what follows at once.

    Raises:
        OperatorMistaken: It names a card, reader or door that is not there.
    """
    if isinstance(action, Told):
        _tell(house, action)
    else:
        _make(house, action)
    house.turn()
    house.look_soon()


def _tell(house: House, action: Told) -> None:
    match action:
        case Tapping():
            _present(house, action)
        case Keying(reader, keys):
            _require_reader(house, reader)
            for key in keys:
                _report(house, Keyed(reader, key, house.ns))
        case Plugging(reader, what):
            _require_reader(house, reader)
            house.plugs[reader] = what
            house.later(NOTICED_MS[what], lambda: notice(house, reader, what))
        case Ordering():
            _order(house, action)
        case _:
            assert_never(action)


def _make(house: House, action: Made) -> None:
    match action:
        case Moving():
            _move(house, action)
        case Powering(what):
            _power(house, what)
        case Jumping(ms):
            house.hours.wrong_by += ms
        case Syncing(synced):
            house.hours.synced = synced
            house.hours.wrong_by = 0 if synced else house.hours.wrong_by
        case Filling(room):
            house.fill(room)
        case Linking(up):
            house.link(up=up)
        case Denying(card):
            house.office.deny(house.card(card).card, house.hours.true)
            house.deliver()
        case _:
            assert_never(action)


def _present(house: House, action: Tapping) -> None:
    _require_reader(house, action.reader)
    plastic = house.card(action.card)
    if house.program is None:
        return
    proof: Proven | Unproven = Proven(CredentialKind.PKOC, Tier.PUBLIC_KEY, plastic.digest)
    if not action.proves:
        pseudonym = house.program.names.unknown(plastic.digest)
        proof = Unproven(CredentialKind.PKOC, pseudonym, Doubt.SIGNATURE)
    _report(house, Presented(action.reader, proof, house.ns))


def _report(house: House, event: Presented | Keyed) -> None:
    """Let a reader that works and is listened to tell what it saw."""
    if house.program is not None and house.plugs[event.reader] is Plug.PLUG:
        house.program.loop.report(event)


def notice(house: House, reader: ReaderId, what: Plug) -> None:
    """Let a reader's supervision tell how the reader is, if it is so still."""
    if house.program is None or house.plugs[reader] is not what:
        return
    if what is Plug.PLUG:
        house.program.loop.report(ReaderRestored(reader, house.ns))
    else:
        why = Trouble.UNREACHABLE if what is Plug.UNPLUG else Trouble.SILENT
        house.program.loop.report(ReaderFault(reader, why, house.ns))


def _move(house: House, action: Moving) -> None:
    if action.input in _SENSES:
        house.senses[_SENSES[action.input]] = action.active
        return
    wires = house.wires[_door(house, action.door)]
    if action.input is Input.BOLT:
        wires.jam(jammed=action.active)
    else:
        setattr(wires, _LEVELS[action.input], action.active)


def _power(house: House, what: Power) -> None:
    match what:
        case Power.CUT:
            house.cut()
        case Power.ON:
            house.power_on()
        case Power.KILL:
            house.kill()
        case _:
            assert_never(what)


def _order(house: House, action: Ordering) -> None:
    """Give an order as the desk gives one that it has verified."""
    door = _door(house, action.door)
    holder = None if action.card is None else house.card(action.card).holder
    if house.program is None or not house.linked:
        return
    house.orders += 1
    site = house.world.site
    order = Order(
        1, site.site, site.controller, door, action.kind, house.orders, None,
        house.hours.true + HOUR, PersonId("operator"), holder,
    )  # fmt: skip
    house.program.loop.order(OrdersSeen((Obey(order, _ORDER_KEY),), (), lambda _: None))


def _door(house: House, door: DoorId | None) -> DoorId:
    if door is not None and door not in house.wires:
        raise OperatorMistaken(f"there is no door {door!r}; there is: {', '.join(house.wires)}")
    return next(iter(house.wires)) if door is None else door


def _require_reader(house: House, reader: ReaderId) -> None:
    if reader not in house.plugs:
        raise OperatorMistaken(f"there is no reader {reader!r}; there are: {', '.join(house.plugs)}")

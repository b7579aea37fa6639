"""Many controllers' links in one loop: what each has been sent, and what each sends.

A simulated controller keeps slots in memory and believes everything; it is no door.
"""

import select
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial

from card_registry.trust.packing import unpack
from card_registry.trust.slots import needed
from card_registry.words import ControllerId
from mqtt_bridge.bench import SITE
from mqtt_bridge.door_end import read_receipt
from mqtt_bridge.link import Address, Arrival, Link
from mqtt_bridge.storm.house import House, NotReady
from mqtt_bridge.tls import client_context
from mqtt_bridge.topics import AckOf, SlotOf, locate, log_topic, subscriptions

LOOK = 0.01
PATIENCE = 60.0


@dataclass(slots=True)
class Member:
    """One simulated controller."""

    name: ControllerId
    link: Link
    wanted: int
    """How many slots it needs."""

    slots: dict[str, bytes] = field(default_factory=dict)
    receipted: int = 0
    connections: int = 0

    def take(self, arrival: Arrival) -> None:
        """Keep what came."""
        match locate(SITE, arrival.topic):
            case SlotOf(name):
                self.slots[name] = unpack(arrival.payload, name)
            case AckOf():
                self.receipted = read_receipt(arrival.payload).next
            case _:
                pass

    @property
    def complete(self) -> bool:
        """Tell whether it is connected and has every slot it needs."""
        return self.link.connected and len(self.slots) >= self.wanted


@dataclass(slots=True)
class Fleet:
    """All of them, turned by one thread."""

    members: tuple[Member, ...]

    def turn(self) -> None:
        """Wait a moment for anything, and take what came for anybody."""
        wires = {fd: one for one in self.members if (fd := one.link.fileno()) >= 0}
        ready = set(select.select(list(wires), [], [], LOOK)[0])
        for one in self.members:
            fd = one.link.fileno()
            if fd in ready or fd < 0 or not one.link.connected:
                turn = one.link.turn(0)
                one.connections += turn.connected
                for arrival in turn.arrivals:
                    one.take(arrival)

    def until(self, what: str, condition: Callable[[Member], bool]) -> float:
        """Turn until every member meets a condition; give the seconds it took.

        Raises:
            NotReady: It took too long.
        """
        began = time.perf_counter()
        while not all(map(condition, self.members)):
            if time.perf_counter() - began > PATIENCE:
                late = sum(not condition(one) for one in self.members)
                message = f"{late} of {len(self.members)} controllers: not {what} in {PATIENCE:.0f} s"
                raise NotReady(message)
            self.turn()
        return time.perf_counter() - began

    def forget(self) -> None:
        """Let every member forget its slots."""
        for one in self.members:
            one.slots.clear()

    def send(self, payloads: dict[ControllerId, bytes]) -> None:
        """Let every member send its batch at once."""
        for one in self.members:
            one.link.publish(log_topic(SITE, one.name), payloads[one.name])


@contextmanager
def fleet(house: House) -> Iterator[Fleet]:
    """Give the links of all a house's controllers for a ``with`` block."""
    with ExitStack() as stack:
        address = [Address("127.0.0.1", house.port)]
        members = []
        for name in house.controllers:
            tls = partial(client_context, house.tls(name))
            link = stack.enter_context(Link(name, tls, address, subscriptions(SITE, name)))
            wanted = sum(needed(slot, name) for slot in house.slots)
            members.append(Member(name, link, wanted))
        yield Fleet(tuple(members))

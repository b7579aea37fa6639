"""What is shown at a door and told to people once a second, whatever the door does meanwhile."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from card_registry.journal.event import Alarmed
from card_registry.rule import DoorRule
from card_registry.words import Clockless, DoorId, OrderKind, Staleness, Tier
from door_controller.daemon.watching import UNCERTAIN_MS
from door_controller.door import Contact
from door_controller.interval import Clocks
from door_controller.panel import Indication
from door_controller.standing import Standing
from tests.door_controller.house import START, House, Person

ROOM = DoorId("ruang-server")


class Glass:
    """A lamp that remembers what it was told to show."""

    def __init__(self) -> None:
        """Show nothing yet."""
        self.stands: list[Indication] = []

    def stand(self, indication: Indication) -> None:
        """Remember it."""
        self.stands.append(indication)

    def signal(self, reason: object) -> None:
        """Ignore answers."""


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A house of one door."""
    built = House(tmp_path, (DoorRule(ROOM, Tier.PUBLIC_KEY, Clockless.DENY),), (Person(1),))
    yield built
    built.stop()


def shown(house: House) -> Indication:
    """Let a second pass and give what then stands at the door."""
    house.latches[ROOM]._lamp = glass = Glass()  # noqa: SLF001 - the glass put in place of the lamp
    house.wait(1_001)
    return glass.stands[-1]


def test_what_stands_follows_the_door(house: House) -> None:
    """Normal, locked down, free, stale, expired and without a registry are told apart."""
    assert shown(house) is Indication.NORMAL
    house.order(OrderKind.LOCKDOWN, ROOM)
    assert shown(house) is Indication.LOCKDOWN
    house.order(OrderKind.FREE, ROOM)
    assert shown(house) is Indication.FREE
    house.order(OrderKind.NORMAL, ROOM)
    fresh = house.standing
    house.standing = replace(fresh, staleness=Staleness.STALE)
    assert shown(house) is Indication.STALE
    house.standing = replace(fresh, staleness=Staleness.EXPIRED)
    assert shown(house) is Indication.EXPIRED
    house.standing = Standing()
    assert shown(house) is Indication.EXPIRED


def test_an_open_door_warns_and_then_alarms(house: House) -> None:
    """A forced door alarms at once, until it is shut."""
    house.latches[ROOM].take(Contact(open=True))
    assert shown(house) is Indication.ALARM
    house.latches[ROOM].take(Contact(open=False))
    assert shown(house) is Indication.NORMAL


def test_a_clock_that_is_moved_is_told_once(house: House) -> None:
    """The wall clock jumping by an hour is an alarm of an instant, with how far."""
    house.wait(2_000)
    hour = 3_600_000
    house.clock._read = lambda: Clocks(START + house.now + hour, house.now, synchronised=True)  # noqa: SLF001
    house.wait(3_000)
    told = [body for body in house.events() if isinstance(body, Alarmed)]
    assert [(body.alarm, body.detail) for body in told] == [("clock-jumped", f"by {hour} ms")]
    assert list(house.loop.alarms) == []


def test_a_time_that_nothing_vouches_for_is_told_after_a_while(house: House) -> None:
    """Ten minutes without any idea of the time raise the alarm; the first synchronisation ends it."""
    house.clock._read = lambda: Clocks(START + house.now, house.now, synchronised=False)  # noqa: SLF001
    house.wait(UNCERTAIN_MS - 5_000)
    assert list(house.loop.alarms) == []
    house.wait(10_000)
    assert list(house.loop.alarms) == ["clock-unsynchronised clock"]
    assert shown(house) is Indication.STALE
    house.clock._read = lambda: Clocks(START + house.now, house.now, synchronised=True)  # noqa: SLF001
    house.wait(3_000)
    assert list(house.loop.alarms) == []

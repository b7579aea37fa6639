"""The ticker: what is due is done in its turn, latches first, and nothing that fails beside them ends it."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from card_registry.journal.event import Body
from card_registry.words import DoorId
from door_controller.daemon.latch import Latch
from door_controller.daemon.ticker import LOOK_MS, STALL_MS, Ticker
from door_controller.door import Accepted, DoorState, Timing
from tests.door_controller.wood import Wood

DOORS = [DoorId(f"pintu-{number}") for number in range(8)]


@dataclass
class Counting(Wood):
    """A door of wood that counts how often its exit button is read."""

    reads: int = 0

    def pressed(self) -> bool | None:
        """Give the exit button."""
        self.reads += 1
        return super().pressed()


class Unlucky(Latch):
    """A latch whose looks raise, which none of ours does."""

    def look(self) -> None:
        """Raise."""
        raise OSError("no such line")


@dataclass
class Corridor:
    """Eight doors of wood under one hand-set clock."""

    now: int = 50_000
    notes: list[Body] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Hang the doors."""
        self.woods = [Counting() for _ in DOORS]
        self.latches = [
            Latch(DoorState(door, Timing(release_ms=3_000)), wood, self.notes.append, lambda: self.now)
            for door, wood in zip(DOORS, self.woods, strict=True)
        ]
        self.ticker = Ticker(self.latches, lambda: self.now)

    def run(self, milliseconds: int) -> None:
        """Let time pass as the thread would: wait its patience, then turn."""
        ends = self.now + milliseconds
        while self.now < ends:
            self.now += min(self.ticker.patience(), ends - self.now)
            self.ticker.turn()


@dataclass
class Bystander:
    """Something ticked beside the latches."""

    at: int | None
    order: list[str]
    fails: bool = False
    ticked: threading.Event = field(default_factory=threading.Event)

    def due(self) -> int | None:
        """Give when."""
        return self.at

    def tick(self, now: int) -> None:
        """Remember, or fail."""
        self.order.append(f"tick {now}")
        self.at = now + 1_000
        self.ticked.set()
        if self.fails:
            raise OSError("no such line")


def test_each_release_ends_at_its_end() -> None:
    """Eight doors released at different moments are locked at theirs, to the millisecond."""
    corridor = Corridor()
    ends = {}
    for number, latch in enumerate(corridor.latches):
        latch.take(Accepted(1, number))
        ends[number] = corridor.now + 3_000
        corridor.run(37)
    locked: dict[int, int] = {}

    def remember(number: int) -> Callable[[str], None]:
        return lambda _: locked.update({number: corridor.now})

    for number, wood in enumerate(corridor.woods):
        wood.moved = remember(number)
    corridor.run(4_000)

    assert locked == ends


def test_an_input_whose_edge_was_lost_is_seen_at_the_next_look() -> None:
    """However it falls between the looks: 400 ms of the exit button release every door."""
    for late in range(0, LOOK_MS, 7):
        corridor = Corridor()
        corridor.run(1_000 + late)
        for wood in corridor.woods:
            wood.down = True
        corridor.run(400)
        for wood in corridor.woods:
            wood.down = False
        assert all(latch.door.released for latch in corridor.latches)
        corridor.run(1_000)


def test_inputs_are_looked_at_no_more_than_ten_times_a_second() -> None:
    """However often something else is due."""
    corridor, order = Corridor(), list[str]()
    fast = Bystander(corridor.now, order)
    corridor.ticker = Ticker(corridor.latches, lambda: corridor.now, [fast])
    for _ in range(100):
        fast.at = corridor.now
        corridor.run(10)

    assert len(order) == 100
    assert corridor.woods[0].reads == 10


def test_what_fails_beside_the_latches_ends_no_turn() -> None:
    """A bystander that raises and a door whose wires raise leave the others served."""
    corridor, order = Corridor(), list[str]()
    beside = [
        Bystander(corridor.now, order, fails=True),
        Bystander(corridor.now, order),
        Bystander(None, order),
    ]
    corridor.ticker = Ticker(corridor.latches, lambda: corridor.now, beside)
    corridor.latches[0].__class__ = Unlucky
    corridor.woods[7].down = True
    corridor.ticker.turn()

    assert order == ["tick 50000", "tick 50000"]
    assert corridor.latches[7].door.released


def test_a_wake_is_heard_at_once() -> None:
    """The thread sleeps until something is due or it is woken; an edge looks in its own thread, and wakes."""
    corridor, order = Corridor(), list[str]()
    bystander = Bystander(None, order)
    ticker = Ticker(corridor.latches, lambda: corridor.now, [bystander])
    ticker.start()
    bystander.at = corridor.now
    ticker.wake()
    assert bystander.ticked.wait(5)
    corridor.woods[3].down = True
    ticker.watched(corridor.latches[3])()
    assert corridor.latches[3].door.released
    assert ticker.alive
    ticker.close()
    assert not ticker.alive


def test_a_pin_that_hangs_does_not_hide() -> None:
    """The thread lives and turns no more: it counts as dead, so that the watchdog is fed no longer."""
    corridor = Corridor()
    hung, go_on = threading.Event(), threading.Event()

    class Hanging(Counting):
        """A door whose lines never answer."""

        def pressed(self) -> bool | None:
            """Wait for ever."""
            hung.set()
            go_on.wait(30)
            return False

    corridor.woods[0].__class__ = Hanging
    corridor.ticker.start()
    assert hung.wait(5)
    lived = [corridor.ticker.alive]
    for _ in range(4):
        corridor.now += STALL_MS // 3 + 1
        lived.append(corridor.ticker.alive)
    go_on.set()
    corridor.ticker.close()

    assert lived == [True, True, True, False, False]

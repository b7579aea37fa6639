"""What the deciding thread works with: the parts of one controller, handed over once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from card_registry.journal.event import Alarmed, Body
from card_registry.words import DoorId, ReaderId, Side
from door_controller.clock import Clock
from door_controller.daemon.alarms import Alarms
from door_controller.daemon.diary import Diary
from door_controller.daemon.latch import Latch
from door_controller.journal import Journal
from door_controller.pin.tries import Tries
from door_controller.pseudonyms import Pseudonyms
from door_controller.standing import Standing


@dataclass(frozen=True, slots=True)
class Eye:
    """Where a reader looks."""

    door: DoorId
    side: Side


@dataclass(frozen=True, slots=True)
class Means:
    """The parts; ``standing`` gives what decides now, ``linked`` whether the server is in reach."""

    journal: Journal
    diary: Diary
    clock: Clock
    names: Pseudonyms
    latches: Mapping[DoorId, Latch]
    eyes: Mapping[ReaderId, Eye]
    standing: Callable[[], Standing]
    tries: Tries
    alarms: Alarms
    linked: Callable[[], bool] = lambda: True

    def note(self, body: Body) -> None:
        """Queue a fact to be written, and let an alarm stand; takes no disk and returns at once."""
        if isinstance(body, Alarmed):
            self.alarms.take(body)
        self.diary.note(body, self.clock.moment())

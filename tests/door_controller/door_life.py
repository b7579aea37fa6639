"""A door's life in a test: inputs at moments, and what followed; a witness checks every step by the laws."""

from dataclasses import dataclass, field, replace

from card_registry.journal.event import Alarmed, DoorChanged
from card_registry.words import DoorId, Mode
from door_controller import laws
from door_controller.door import (
    Accepted,
    Contact,
    DoorState,
    Effect,
    Feedback,
    Input,
    Moded,
    Note,
    Tick,
    Timing,
    due,
    step,
)

DOOR = DoorId("ruang-server")
TIMING = Timing(release_ms=5_000, held_ms=20_000, debounce_ms=50, warn_ms=0)
WATCHED = replace(TIMING, feedback=True)
CARD = Accepted(1, 7)
FREE, LOCKDOWN, NORMAL = Moded(Mode.FREE, 1, 20), Moded(Mode.LOCKDOWN, 1, 21), Moded(Mode.NORMAL, 1, 22)


@dataclass
class Life:
    """A door and all that happened to it."""

    timing: Timing = TIMING
    mode: Mode = Mode.NORMAL
    door: DoorState = field(init=False)
    books: laws.Books = field(default_factory=laws.Books)

    def __post_init__(self) -> None:
        """Start the door."""
        self.door = DoorState(DOOR, self.timing, self.mode)

    def at(self, now: int, *inputs: Input) -> list[Effect]:
        """Take inputs at one moment; give what followed."""
        followed: list[Effect] = []
        for one in inputs or (Tick(),):
            before = self.door
            self.door, effects = step(before, one, now)
            self.books = laws.watch(self.books, laws.Turn(before, one, now, self.door, effects))
            assert self.books.wrong == ()
            followed += effects
        return followed

    def closed(self) -> "Life":
        """Let the inputs show a door that is shut and locked, from the start."""
        self.at(0, Contact(open=False), Feedback(locked=True))
        self.at(100)
        return self

    def passed(self, came: int, went: int) -> list[Effect]:
        """Let a person accepted at ``came`` open the leaf half a second later, and shut it at ``went``."""
        return [
            *self.at(came, CARD),
            *self.at(came + 500, Contact(open=True)),
            *self.at(went, Contact(open=False)),
        ]

    def rest(self) -> list[Effect]:
        """Tick at each moment that is due, until none is; give what followed."""
        followed: list[Effect] = []
        while (moment := due(self.door)) is not None:
            followed += self.at(moment)
        return followed


def notes(effects: list[Effect]) -> list[object]:
    """Give what is to be written down."""
    return [effect.body for effect in effects if isinstance(effect, Note)]


def changed(state: str, cause: str) -> DoorChanged:
    """Give a change of this door."""
    return DoorChanged(DOOR, state, cause)


def raised(alarm: str) -> Alarmed:
    """Give the raising of an alarm of this door."""
    return Alarmed(alarm, DOOR, raised=True)


def cleared(alarm: str) -> Alarmed:
    """Give the end of an alarm of this door."""
    return Alarmed(alarm, DOOR, raised=False)
